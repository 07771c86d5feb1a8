"""Exact laws of sums of spins against enumeration, and draws against the exact laws."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.special import ndtr

from numerics.ensembles import (
    SumLaw,
    curie_weiss_law,
    curie_weiss_spins,
    curie_weiss_sums,
    product_law,
    spins_with_sum,
    spontaneous_magnetisation,
    two_state_law,
    two_state_spins,
    two_state_sums,
    weight_of_plus,
)
from numerics.seeds import generator
from numerics.simulator import ParameterError

FIELDS = (0.0, 0.61, -4.0)
SIZES = range(1, 13)


def stream(block: int = 0) -> torch.Generator:
    return generator("ensembles", seed=0, block=block)


def configurations(N: int) -> np.ndarray:
    return np.array(list(itertools.product((-1, 1), repeat=N)))


def enumerated(N: int, log_weights: np.ndarray) -> np.ndarray:
    """P(S) for S = -N, -N+2, ..., N from the log weights of all configurations."""
    weights = np.exp(log_weights - log_weights.max())
    sums = configurations(N).sum(axis=1)
    return np.array([weights[sums == s].sum() for s in range(-N, N + 1, 2)]) / weights.sum()


def spread(law: SumLaw, N: int) -> np.ndarray:
    """The probabilities of a law at S = -N, -N+2, ..., N."""
    found = np.zeros(N + 1)
    found[((law.sums + N) / 2).astype(int)] = law.probability
    return found


def chi_square(draws: torch.Tensor, law: SumLaw) -> float:
    """p value of draws against a law; cells of fewer than ten expected draws are joined."""
    counts = np.array([np.count_nonzero(draws.numpy() == s) for s in law.sums])
    assert counts.sum() == len(draws)
    expected = law.probability * len(draws)
    common = expected >= 10
    pools = [[*values[common], values[~common].sum()] for values in (counts, expected)]
    if pools[1][-1] < 10:
        pools = [[*pool[:-2], pool[-2] + pool[-1]] for pool in pools]
    return stats.chisquare(*pools).pvalue


@pytest.mark.parametrize("N", SIZES)
@pytest.mark.parametrize("beta", [0.4, 1.0, 1.37, 3.0])
def test_the_law_of_the_curie_weiss_sum_is_the_enumerated_one(N, beta):
    sums = configurations(N).sum(axis=1)
    for h in FIELDS:
        exact = enumerated(N, beta * sums**2 / (2 * N) + h * sums / N)
        assert spread(curie_weiss_law(N, beta, h), N) == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("N", SIZES)
def test_the_law_of_independent_spins_is_the_enumerated_one(N):
    for field in (0.0, 0.8, -3.0):
        exact = enumerated(N, field * configurations(N).sum(axis=1))
        assert spread(product_law(N, field), N) == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("N", SIZES)
def test_the_law_of_the_two_state_sum_is_the_enumerated_one(N):
    m, sums = spontaneous_magnetisation(1.37), configurations(N).sum(axis=1)
    field = math.atanh(m)
    states = [enumerated(N, sign * field * sums) * math.exp(sign * 0.61 * m) for sign in (1, -1)]
    exact = (states[0] + states[1]) / (2 * math.cosh(0.61 * m))
    assert spread(two_state_law(N, 1.37, 0.61), N) == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize(("N", "beta"), [(4000, 0.5), (4001, 1.0), (4000, 1.05), (4001, 1.37), (4000, 4.0)])
@pytest.mark.parametrize("h", [0.0, 0.61, -30.0])
def test_the_window_leaves_out_nothing_that_matters(N, beta, h):
    s = np.arange(-N, N + 1, 2)
    logs = np.array([-math.lgamma((N + v) / 2 + 1) - math.lgamma((N - v) / 2 + 1) for v in s])
    logs += beta * s**2 / (2 * N) + h * s / N
    weights = np.exp(logs - logs.max())
    law = curie_weiss_law(N, beta, h)
    assert spread(law, N) == pytest.approx(weights / weights.sum(), abs=1e-10)  # lgamma itself errs by 1e-12 N
    assert len(law.sums) <= N + 1


def test_reference_values_of_positive_sums_are_met():
    """P(S > 0) at N = 101 and P(x > 0) of the noised two-state model at N = 37, from two independent evaluations."""
    assert curie_weiss_law(101, 1.37, 0.61).mean(lambda s: (s > 0).astype(float)) == pytest.approx(
        0.72115695433197311914, rel=1e-13
    )
    scale = math.exp(-0.27) / math.sqrt(37) / math.sqrt(0.83 * (1 - math.exp(-0.54) / 37)) / math.sqrt(37)
    assert two_state_law(37, 1.37, 0.61).mean(lambda s: ndtr(s * scale)) == pytest.approx(
        0.61253964102079440386, rel=1e-13
    )


def test_the_law_stays_accurate_at_a_million_spins():
    law = curie_weiss_law(10**6, 1.37, 0.61)
    assert len(law.sums) < 30_000
    m = spontaneous_magnetisation(1.37)
    assert law.mean(lambda s: abs(s) / 1e6) == pytest.approx(m, rel=1e-5)
    ratio = law.probability[law.sums == 797_000][0] / law.probability[law.sums == -797_000][0]
    assert ratio == pytest.approx(math.exp(2 * 0.61 * 0.797), rel=1e-13)


def test_without_field_the_law_is_symmetric():
    law = curie_weiss_law(1000, 1.1, 0.0)
    assert np.array_equal(law.sums, -law.sums[::-1])
    assert law.probability == pytest.approx(law.probability[::-1], rel=1e-14)


@pytest.mark.parametrize(("N", "beta", "h"), [(10, 1.37, 0.61), (1001, 0.8, 2.0), (100_000, 1.1, 0.3)])
def test_draws_have_the_exact_law(N, beta, h):
    draws = curie_weiss_sums(200_000, N=N, beta=beta, h=h, generator=stream())
    assert chi_square(draws, curie_weiss_law(N, beta, h)) > 1e-6


def test_the_inverse_distribution_function_is_the_smallest_sum_above():
    law = curie_weiss_law(301, 1.2, 0.2)
    uniforms = torch.cat(
        (torch.rand(50_000, dtype=torch.float64, generator=stream()), torch.logspace(-17, 0, 500).double())
    )
    uniforms = torch.cat((uniforms.clamp(max=1 - 2**-53), 1 - torch.logspace(-15, -1, 100).double()))
    cumulative = torch.from_numpy(np.cumsum(law.probability))
    cumulative[-1] = 1.0
    direct = torch.from_numpy(law.sums)[torch.searchsorted(cumulative, uniforms, right=True)]
    assert torch.equal(law.at(uniforms), direct)
    assert law.at(torch.zeros(2, 3, dtype=torch.float64)).shape == (2, 3)


def test_stratified_draws_have_the_same_mean_and_less_noise():
    law = curie_weiss_law(101, 1.37, 0.61)
    plain, stratified = law.draw(20_000, 16, generator=stream()), law.draw_stratified(20_000, 16, generator=stream(1))
    exact = law.mean(np.abs)
    for draws in (plain, stratified):
        values = draws.abs().mean(dim=1)
        assert abs(float(values.mean()) - exact) < 5 * float(values.std()) / math.sqrt(20_000)
    assert stratified.abs().mean(dim=1).var() < 0.1 * plain.abs().mean(dim=1).var()
    assert chi_square(stratified.flatten(), law) > 1e-6


def test_a_conditioned_law_is_the_law_divided_by_its_part():
    law = curie_weiss_law(10, 1.37, 0.61)
    plus = law.where(lambda s: s > 0)
    kept = law.probability[law.sums > 0]
    assert plus.probability == pytest.approx(kept / kept.sum(), rel=1e-14)


@pytest.mark.parametrize(("draw", "law"), [(curie_weiss_spins, curie_weiss_law), (two_state_spins, two_state_law)])
def test_spins_have_the_exact_law_of_their_model(draw, law):
    spins = draw(100_000, N=6, beta=1.37, h=0.61, generator=stream())
    assert set(spins.unique().tolist()) == {-1.0, 1.0}
    assert chi_square(spins.sum(dim=1), law(6, 1.37, 0.61)) > 1e-6
    code = ((spins + 1) / 2 @ (2.0 ** torch.arange(6, dtype=torch.float64))).long()
    sums = configurations(6)[:, ::-1].sum(axis=1)  # of the configuration of each code
    each = spread(law(6, 1.37, 0.61), 6)[(sums + 6) // 2] / np.array([math.comb(6, k) for k in (sums + 6) // 2])
    assert stats.chisquare(np.bincount(code.numpy(), minlength=64), 100_000 * each).pvalue > 1e-6


def test_two_state_sums_have_the_law_of_two_state_spins():
    draws = two_state_sums(100_000, N=50, beta=1.37, h=0.61, generator=stream())
    assert chi_square(draws, two_state_law(50, 1.37, 0.61)) > 1e-6


def test_spins_with_given_sums_are_uniform_over_their_configurations():
    sums = torch.tensor([-1.0, 3.0, 5.0, -5.0], dtype=torch.float64).repeat(20_000)
    spins = spins_with_sum(sums, N=5, generator=stream())
    assert torch.equal(spins.sum(dim=1), sums)
    codes = ((spins[sums == -1] + 1) / 2 @ (2.0 ** torch.arange(5, dtype=torch.float64))).long()
    counts = np.bincount(codes.numpy(), minlength=32)
    possible = np.array([bin(code).count("1") == 2 for code in range(32)])
    assert counts[~possible].sum() == 0
    assert stats.chisquare(counts[possible]).pvalue > 1e-6


@pytest.mark.parametrize("wrong", [7.0, -6.5, 2.0])
def test_impossible_sums_are_refused(wrong):
    with pytest.raises(ParameterError, match=r"a sum is not one of -5, -3, \.\.\., 5"):
        spins_with_sum(torch.tensor([wrong], dtype=torch.float64), N=5, generator=stream())


@pytest.mark.parametrize("beta", [1 + 1e-9, 1.0001, 1.1, 1.37, 2.3, 5.0, 40.0, 800.0])
def test_the_spontaneous_magnetisation_solves_its_equation(beta):
    m = spontaneous_magnetisation(beta)
    assert 0 < m <= 1
    assert math.tanh(beta * m) == pytest.approx(m, rel=1e-13)


def test_the_spontaneous_magnetisation_has_its_reference_values():
    """Two values from 47 digits; sqrt(3 (beta - 1)) near the critical point; none above it."""
    assert spontaneous_magnetisation(1.37) == pytest.approx(0.79812913744573305956, rel=1e-15)
    assert spontaneous_magnetisation(1.0123) == pytest.approx(0.18999327176039284482, rel=1e-13)
    assert spontaneous_magnetisation(1 + 1e-8) == pytest.approx(math.sqrt(3e-8), rel=1e-6)
    assert spontaneous_magnetisation(1.0) == spontaneous_magnetisation(0.3) == 0.0


def test_weights_of_the_states_do_not_overflow():
    assert weight_of_plus(0.8, 0.61) == pytest.approx(math.exp(0.488) / (2 * math.cosh(0.488)), rel=1e-15)
    assert weight_of_plus(1.0, 1000.0) == 1.0
    assert weight_of_plus(1.0, -300.0) == pytest.approx(math.exp(-600), rel=1e-12)


@pytest.mark.parametrize(("N", "beta"), [(0, 1.0), (-3, 1.0), (5, 0.0), (5, -1.0), (5, math.inf), (5, math.nan)])
def test_impossible_models_are_refused(N, beta):
    for call in (curie_weiss_law, two_state_law):
        with pytest.raises(ParameterError, match=r"is outside (N >= 1|beta > 0)"):
            call(N, beta, 0.0)
