"""What n data say of the Curie-Weiss model: exact small cases, reference values, and formulas that are wrong."""

from itertools import product
from math import cosh, exp, inf, log, sqrt, tanh

import numpy as np
import pytest
import torch

from crosscheck.claims.curie_weiss import data as claims
from crosscheck.engine import verify
from crosscheck.verdict import Outcome
from numerics.diffusion import variance
from numerics.ensembles import spontaneous_magnetisation
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.curie_weiss import data as simulated
from theory.derivation import Evidence
from theory.domain import DomainError
from theory.systems.curie_weiss import data as derived

FORMS = (
    derived.state_divergence,
    derived.state_divergence.finite_size,
    derived.state_divergence_of_n,
    derived.regression_score_error,
    derived.regression_score_error.finite_size,
    derived.empirical_score_weight,
)
CLAIMS = (claims.state_divergence, claims.regression_score_error, claims.empirical_score_weight)
WEIGHTS = {"beta": 1.37, "h": 0.61}


def divergence(p, q):
    """KL of two spins with P(+) = p and q."""
    return sum(a * log(a / b) if a else 0.0 for a, b in ((p, q), (1 - p, 1 - q)))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_step_of_the_derivations_holds(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_claims_agree_and_reject_what_is_wrong(claim):
    verdict = verify(claim)
    assert verdict.outcome is Outcome.AGREES
    assert all(test.rejected for test in verdict.self_tests)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_divergence_of_a_state_equals_the_mean_over_all_data_sets(n):
    p = (1 + spontaneous_magnetisation(1.37)) / 2
    sets = [(sum(spins), p ** sum(spins) * (1 - p) ** (n - sum(spins))) for spins in product((0, 1), repeat=n)]
    by_hand = sum(chance * 2 * n * divergence(ups / n, p) for ups, chance in sets)
    assert derived.state_divergence_of_n(beta=1.37, n=n) == pytest.approx(by_hand, rel=1e-13)


def test_divergence_of_a_state_is_1_14_for_twenty_data():
    """2 n KL = 1.14 at m = 0.798, n = 20."""
    assert derived.state_divergence_of_n(beta=1.37, n=20) == pytest.approx(1.14, abs=5e-4)


def test_divergence_of_a_state_approaches_one_with_the_derived_coefficient():
    gap = derived.state_divergence_of_n(beta=1.37, n=10_000) - derived.state_divergence(beta=1.37, n=10_000)
    assert gap == pytest.approx(derived.state_divergence.finite_size(beta=1.37, n=10_000), rel=2e-3)


def test_divergence_of_the_estimate_from_a_state_is_infinite_when_a_spin_is_the_same_in_all_data():
    m = spontaneous_magnetisation(1.37)
    assert ((1 + m) / 2) ** 20 > 0.1  # so often an estimate from 20 data is certain of a spin

    def reversed_divergence(estimate, p):
        return inf if estimate in (0, 1) else divergence(p, estimate)

    assert reversed_divergence(1.0, (1 + m) / 2) == inf
    certain = simulated._divergence(torch.tensor([20.0], dtype=torch.float64), n=20, m=m)
    assert certain.item() == pytest.approx(40 * log(2 / (1 + m)), rel=1e-13)


def test_both_simulators_of_the_divergence_follow_the_exact_law():
    exact = derived.state_divergence_of_n(beta=1.37, n=20)
    for simulator in (simulated.state_divergence, simulated.state_divergence_data):
        found = simulate(simulator, parameters={"beta": 1.37, "n": 20}, replicas=4096)
        assert abs(found.mean - exact) < 5 * found.standard_error


def regression_by_hand(N, n, *, beta, t, T, generator):
    """400 squared errors of numpy's least squares against that on 10^6 data, averaged over fresh points."""
    m, noise = spontaneous_magnetisation(beta), variance(t, T=T)

    def drawn(count):
        sign = generator.choice((-1, 1), size=(count, 1))
        spins = np.where(generator.random((count, N)) < (1 + sign * m) / 2, 1, -1)
        return spins, spins * exp(-t) + sqrt(noise) * generator.standard_normal((count, N))

    fresh = drawn(20_000)[1]

    def regressed(count):
        spins, x = drawn(count)
        return np.linalg.lstsq(x, exp(-t) * spins.sum(axis=1) / sqrt(N), rcond=None)[0]

    exactly = regressed(1_000_000)
    return [((fresh @ (regressed(n) - exactly)) ** 2).mean() / noise**2 for _ in range(400)]


def test_error_of_the_regressed_score_is_that_of_least_squares_on_fresh_points():
    model = {"beta": 1.37, "t": 0.9, "T": 0.83}
    squares = regression_by_hand(4, 24, **model, generator=np.random.default_rng(5))
    by_hand, error = np.mean(squares), np.std(squares) / sqrt(len(squares))
    for simulator in (simulated.regression_score_error, simulated.regression_score_error_data):
        found = simulate(simulator, parameters={"N": 4, "n": 24, **model}, replicas=8192)
        spread = 2 * found.mean * found.standard_error
        assert abs(found.mean**2 - by_hand) < 5 * sqrt(error**2 + spread**2)


def test_error_of_the_regressed_score_grows_without_bound_as_the_data_become_as_few_as_the_dimensions():
    at = {"beta": 1.37, "tau": 0.27, "T": 0.83}
    values = [derived.regression_score_error(**at, d_over_n=share) for share in (0.01, 0.25, 0.9, 0.999)]
    assert values == sorted(values)
    assert values[-1] > 100 * values[0]
    with pytest.raises(DomainError, match="d_over_n = 1 is outside 0 < d_over_n < 1"):
        derived.regression_score_error(**at, d_over_n=1)


def test_error_of_the_regressed_score_is_the_inverse_wishart_one():
    """(1/T) sqrt(R N/(n-N-1)) with R = m^2 exp(-2 tau) T/(T + m^2 exp(-2 tau)), N and n large."""
    at = {"beta": 1.37, "tau": 0.27, "T": 0.83}
    signal = spontaneous_magnetisation(1.37) ** 2 * exp(-0.54)
    N, n = 10**9, 4 * 10**9
    expected = sqrt(signal * 0.83 / (0.83 + signal) * N / (n - N - 1)) / 0.83
    assert derived.regression_score_error(**at, d_over_n=0.25) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("simulator", [simulated.regression_score_error, simulated.regression_score_error_data])
def test_a_number_of_data_between_two_whole_numbers_is_their_mixture(simulator):
    """n = 10.5 is 10 data in half of the replicas, 11 in the others."""
    arguments = {"N": 4, "beta": 1.37, "t": log(4) / 2 + 0.27, "T": 0.83}

    def estimated(n):
        values = simulator.run(**arguments, n=n, replicas=2**15, generator=torch.Generator().manual_seed(5))
        return values.mean().item(), values.std().item() / sqrt(len(values))

    (few, few_error), (many, many_error), (mixed, mixed_error) = map(estimated, (10, 11, 10.5))
    assert abs(mixed - (few + many) / 2) < 3 * (few_error + many_error + mixed_error)
    assert few - mixed > 4 * (few_error + mixed_error)


def test_regression_on_fewer_data_than_dimensions_says_what_is_missing():
    with pytest.raises(ParameterError, match="n = 8 is outside n > N = 8"):
        simulated.regression_score_error(
            N=8, n=8, beta=1.37, t=1.0, T=1.0, replicas=1, generator=torch.Generator().manual_seed(0)
        )


def test_weights_of_the_data_scatter_like_a_binomial_frequency():
    m = spontaneous_magnetisation(1.37)
    expected = (1 - tanh(0.61 * m) ** 2) / 4 / 5
    assert derived.empirical_score_weight(n=5, **WEIGHTS) == pytest.approx(expected, rel=1e-13)
    assert expected == pytest.approx(1 / (20 * cosh(0.61 * m) ** 2), rel=1e-13)


def test_weight_of_one_datum_is_generated_whatever_the_dimension():
    """With n = 1 every path ends at the datum, so that the squared deviation is that of the datum itself."""
    p = simulated._exact_weight(**WEIGHTS)
    for N in (1, 4):
        values = simulated.empirical_score_weight(
            N=N, n=1, **WEIGHTS, replicas=50, generator=torch.Generator().manual_seed(1)
        )
        number = torch.round((values - p**2) / (1 - 2 * p) * 16)
        assert torch.allclose(values, p**2 + number / 16 * (1 - 2 * p), atol=1e-12)


def test_stratified_numbers_of_plus_have_the_binomial_law():
    _, plus = simulated._sets(4096, 1, 3, 1.37, 0.61, torch.Generator().manual_seed(2))
    number, p = plus.sum(dim=(0, 1)), simulated._exact_weight(**WEIGHTS)
    for count, ways in enumerate((1, 3, 3, 1)):
        expected = ways * p**count * (1 - p) ** (3 - count)
        assert (number == count).double().mean().item() == pytest.approx(expected, abs=3e-3)


@pytest.mark.standard
def test_way_back_with_the_empirical_score_generates_the_weights_of_the_data():
    verdict = verify(claims.empirical_score_weight, tier="standard")
    assert verdict.outcome is Outcome.AGREES
