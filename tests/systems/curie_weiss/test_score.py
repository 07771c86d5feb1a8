"""The score of the two-state Curie-Weiss model: against enumeration, reference values, and formulas that are wrong."""

from itertools import product
from math import cos, cosh, exp, expm1, log, pi, sqrt, tanh

import mpmath
import numpy as np
import pytest
import torch
from scipy import optimize, special

from crosscheck.claims.curie_weiss import score as claims
from crosscheck.engine import verify
from crosscheck.verdict import Outcome
from numerics.diffusion import noised
from numerics.ensembles import product_law, spontaneous_magnetisation, two_state_spins
from numerics.simulator import ParameterError
from numerics.systems.curie_weiss import score as simulated
from theory.derivation import Evidence
from theory.systems.curie_weiss import score as derived

FORMS = (
    derived.posterior_mean,
    derived.large_time_score,
    derived.potential,
    derived.barrier,
    derived.late_minimum,
    derived.mean_of_late_well,
)
POINTS = ({"beta": 1.37, "h": 0.61, "t": 0.4, "T": 0.83}, {"beta": 2.1, "h": -0.9, "t": 0.15, "T": 1.7})
MODEL = {"beta": 1.37, "h": 0.61, "T": 0.83}


def joint(x, spins, sign, *, beta, h, t, T):
    """W_s P(a|s) P(x|a) of BM23 (16)-(18), written out."""
    m, noise = spontaneous_magnetisation(beta), -T * expm1(-2 * t)
    weight = exp(sign * h * m) / (2 * cosh(h * m))
    for at, spin in zip(x, spins, strict=True):
        weight *= exp(sign * beta * m * spin) / (2 * cosh(beta * m))
        weight *= exp(-((at - spin * exp(-t)) ** 2) / (2 * noise)) / sqrt(2 * pi * noise)
    return weight


def enumerated(x, observable, **model):
    """Posterior mean of observable(spins, sign) by the sum over all configurations and both states."""
    terms = [(joint(x, a, s, **model), observable(a, s)) for a in product((1, -1), repeat=len(x)) for s in (1, -1)]
    return sum(w * o for w, o in terms) / sum(w for w, _ in terms)


@pytest.mark.parametrize("model", POINTS)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_posterior_mean_equals_the_sum_over_all_configurations(size, model):
    x = [cos(j) for j in range(1, size + 1)]
    by_hand = enumerated(x, lambda a, s: a[0], **model)
    assert derived.posterior_mean(N=size, **model) == pytest.approx(by_hand, rel=1e-13)
    found = simulated.posterior_mean(N=size, **model, replicas=1, generator=torch.Generator())
    assert found.item() == pytest.approx(by_hand, rel=1e-13)


@pytest.mark.parametrize("model", POINTS)
def test_posterior_of_spins_and_states_in_the_simulators_is_bayes(model):
    x = torch.tensor([[0.3, -1.1, 0.7, 0.2, 1.6]], dtype=torch.float64)
    found = simulated.posterior(x, **model)
    for i in range(5):
        by_hand = enumerated(x[0].tolist(), lambda a, s, i=i: a[i], **model)
        assert found.spins[0, i].item() == pytest.approx(by_hand, rel=1e-12)
    assert found.state.item() == pytest.approx(enumerated(x[0].tolist(), lambda a, s: s, **model), rel=1e-12)


def test_work_along_the_projected_score_is_the_change_of_the_density_of_one_configuration():
    model, size, mu = {**MODEL, "t": 1.1}, 5, 0.7
    work = simulated.potential(N=size, mu=mu, **model, replicas=1, generator=torch.Generator().manual_seed(3)).item()
    same = torch.Generator().manual_seed(3)
    spins = two_state_spins(1, N=size, beta=model["beta"], h=model["h"], generator=same)
    x = noised(spins, t=model["t"], T=model["T"], generator=same)[0]
    across = x - x.mean()

    def free_energy(h, at):
        here = (across + at / sqrt(size)).tolist()
        states = [(a, s) for a in product((1, -1), repeat=size) for s in (1, -1)]
        density = sum(joint(here, a, s, **{**model, "h": h}) for a, s in states)
        return -(at**2) / 2 - 2 * model["T"] * log(density * cosh(h * spontaneous_magnetisation(model["beta"])))

    assert work == pytest.approx(free_energy(model["h"], mu) - free_energy(0.0, 0.0), rel=1e-9)


def test_potential_of_spins_is_minus_the_logarithm_of_the_density_of_mu():
    size, amplitude, mu = 5, 0.9, 0.7
    t = log(sqrt(size) / amplitude)
    m, noise = spontaneous_magnetisation(1.37), -0.83 * expm1(-2 * t)

    def density(at, h):
        total = 0.0
        for sign, spins in product((1, -1), product((1, -1), repeat=size)):
            weight = exp(sign * h * m) * np.prod([exp(sign * 1.37 * m * a) for a in spins])
            total += weight * exp(-((at - sum(spins) * exp(-t) / sqrt(size)) ** 2) / (2 * noise))
        return total

    by_hand = -(mu**2) / 2 - 2 * 0.83 * log(density(mu, 0.61) / density(0.0, 0.0))
    assert derived.potential_of_spins(N=size, mu=mu, amplitude=amplitude, **MODEL) == pytest.approx(by_hand, rel=1e-12)


def test_potential_approaches_its_limit_with_the_derived_coefficient():
    at = {"mu": 0.6, "amplitude": 0.9, **MODEL}
    gap = derived.potential_of_spins(N=4096, **at) - derived.potential(**at)
    assert gap == pytest.approx(derived.potential.finite_size(N=4096, **at), rel=2e-3)


def test_large_time_score_errs_by_the_variance_of_a_spin():
    """0.363/N per component at beta = 1.37, tau = 0, T = 1, whatever the field."""
    for h in ("0", "0.61", "-1.2"):
        value = derived.large_time_score(beta="1.37", h=h, tau="0", T="1")
        assert value == pytest.approx(1 - spontaneous_magnetisation(1.37) ** 2, rel=1e-13)
        assert value == pytest.approx(0.363, abs=5e-4)


def test_late_minimum_is_the_same_at_every_temperature_of_the_noise():
    """0.721062 for T = 0.5, 0.83, 1, 2, where BM23 (27) prints 0.7211, 0.4344, 0.3605, 0.1803."""
    (printed,) = derived.late_minimum.published
    for T, wrong in ((0.5, 0.7211), (0.83, 0.4344), (1, 0.3605), (2, 0.1803)):
        value = derived.late_minimum(beta=1.37, h=0.61, T=T)
        assert value == pytest.approx(0.721062, abs=1e-6)
        m = spontaneous_magnetisation(1.37)
        assert m * tanh(0.61 * m) / T == pytest.approx(wrong, abs=6e-5)
    assert derived.late_minimum.compared(printed).differs


def test_minimum_at_finite_amplitude_has_its_reference_value():
    with mpmath.workdps(30):
        value = derived.minimum.digits(30, beta="1.37", h="0.61", T="0.83", amplitude="1.3") * mpmath.mpf("1.3")
        assert abs(value - mpmath.mpf("2.0662076823451825543748593438435")) < mpmath.mpf("1e-28")


def test_barrier_has_its_reference_value():
    """1.27402 at beta = 1.37; 2 T log 2 less, over amplitude^2, at amplitude 30."""
    assert derived.barrier(amplitude=30, beta="1.37", T="0.83") == pytest.approx(1.27402, abs=5e-6)
    assert derived.barrier.finite_size(T="0.83", amplitude="30") == pytest.approx(-2 * 0.83 * log(2) / 900, rel=1e-14)


def test_only_the_late_minimum_is_misprinted():
    differs = {c.published.equation: c.differs for form in FORMS for c in form.comparisons()}
    assert differs == {"(19)-(20)": False, "(25)": False, "(26)": False, "(27)": True}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_every_step_of_the_derivations_holds(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_exact_claims_agree_and_reject_their_rivals():
    for claim in (claims.posterior_mean, claims.barrier, claims.late_minimum):
        verdict = verify(claim)
        assert verdict.outcome is Outcome.AGREES, verdict.reason
        assert {test.name for test in verdict.self_tests if test.rejected} >= {
            "canary",
            *(r.name for r in claim.rivals),
        }


def test_too_many_configurations_are_refused():
    with pytest.raises(ParameterError, match=r"N = 21 is outside 1 <= N <= 20"):
        simulated.posterior_mean(N=21, **POINTS[0], replicas=1, generator=torch.Generator())


def test_a_barrier_between_no_wells_is_refused():
    with pytest.raises(ParameterError, match=r"no two wells at amplitude = 0\.5"):
        simulated.barrier(amplitude=0.5, N=100, beta=1.37, T=0.83, replicas=1, generator=torch.Generator())


def test_the_frozen_process_drifts_to_the_late_minimum_when_the_amplitude_vanishes():
    """The noise of the paths is common and cancels: what remains is of the order of the amplitude."""
    found = simulated.late_minimum_frozen(
        amplitude=1e-3, N=4, **MODEL, replicas=3, generator=torch.Generator().manual_seed(1)
    )
    assert found.tolist() == pytest.approx([derived.late_minimum(**MODEL)] * 3, rel=1e-2)


@pytest.mark.parametrize(("amplitude", "T"), [(4, 0.83), (16, 0.02), (32, 0.02)])
def test_barrier_is_the_difference_of_two_log_densities_however_cold(amplitude, T):
    """Near the top the states change places within T/(m amplitude), which an integral of the drift may overlook."""
    N, beta = amplitude**4, 1.37
    law, noise = product_law(N, beta * spontaneous_magnetisation(beta)), T * (1 - amplitude**2 / N)

    def potential(mu):
        peaks = [np.log(law.probability) - (mu - s * amplitude * law.sums / N) ** 2 / (2 * noise) for s in (1, -1)]
        return -(mu**2) / 2 - 2 * T * special.logsumexp(peaks)

    bottom = optimize.minimize_scalar(potential, bounds=(amplitude, 2 * amplitude), method="bounded")
    found = simulated.barrier.run(
        amplitude=amplitude, N=N, beta=beta, T=T, replicas=1, generator=torch.Generator().manual_seed(0)
    )
    assert found.item() == pytest.approx((potential(0.0) - bottom.fun) / amplitude**2, rel=1e-12)
