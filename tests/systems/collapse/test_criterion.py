"""The collapse criterion: reference values, errata, exact finite-size laws, and simulators against them."""

import math

import mpmath
import pytest
import torch

from crosscheck.claims.collapse import criterion as claims
from crosscheck.engine import verify
from crosscheck.verdict import Outcome
from numerics import random_energy
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.collapse import criterion as simulated
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.notation import contrast
from theory.random_energy import CONTRAST, excess
from theory.systems.collapse import criterion as derived

FORMS = (
    derived.collapse_time,
    derived.excess_entropy,
    derived.excess_entropy_scaling,
    derived.critical_excess_entropy,
    derived.second_moment_time,
)


@pytest.mark.parametrize(
    ("form", "at", "value"),
    [
        # As the root of criterion (5), and by (10).
        (derived.collapse_time, {"n": 1234, "d": 7, "sigma": "0.61"}, "0.02725282510532968863553827181736710724"),
        (derived.second_moment_time, {"n": 20000, "d": 37, "sigma": "1.23"}, "0.88997304867585994837533413220381"),
    ],
)
def test_reference_values_hold(form, at, value):
    with mpmath.workdps(40):
        assert abs(form.digits(30, **at) / mpmath.mpf(value) - 1) < mpmath.mpf(10) ** -29
    assert form(**at) == pytest.approx(float(value), rel=1e-13)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_every_step_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_wrong_step_is_refuted():
    wrong = Step(excess, excess + contrast, "sigma^2 counted twice", where={contrast: CONTRAST})
    assert Derivation((wrong,), derived.DOMAIN).evidence is Evidence.REFUTED


def test_the_collapse_time_is_where_the_excess_entropy_vanishes():
    found = derived.collapse_time(n=20000, d=20, sigma="1.3")
    alpha = math.log(20000) / 20
    assert derived.excess_entropy(t=found, alpha_log=alpha, sigma="1.3") == pytest.approx(0, abs=1e-14)


@pytest.mark.parametrize("n", [2, 10**9])
def test_the_collapse_time_keeps_its_precision_for_few_and_for_many_data(n):
    at = {"n": n, "d": 2, "sigma": "0.001"}
    assert derived.collapse_time(**at) == pytest.approx(float(derived.collapse_time.digits(20, **at)), rel=1e-14)


def test_printed_formulas_fall_into_right_and_wrong_ones():
    found = {(c.published.equation, c.differs) for form in FORMS for c in form.comparisons()}
    assert found == {
        ("(5)", False),
        ("text before (9)", True),
        ("text before (9), Z_1", True),
        ("regime III, Z_1", True),
        ("(10)", False),
        ("text after (10)", True),
        ("text before the numerical experiments", True),
    }


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"n": 1}, "n >= 2"), ({"d": 0}, "d >= 1"), ({"sigma": "-1"}, "sigma > 0"), ({"n": "2.5"}, "integer")],
)
def test_what_is_no_model_is_refused(wrong, message):
    with pytest.raises(DomainError, match=message):
        derived.collapse_time(**{"n": 50, "d": 4, "sigma": 1, **wrong})


@pytest.mark.parametrize("time", ["0", "-1"])
def test_before_the_data_there_is_no_excess_entropy(time):
    with pytest.raises(DomainError, match="t > 0"):
        derived.excess_entropy(t=time, alpha_log="0.4", sigma=1)


def test_the_next_order_of_the_curve_is_what_the_levels_give():
    at = {"alpha_log": 0.5, "sigma": 0.8}
    for u in (-0.8, 0.0, 1.3):
        value = simulated.excess_entropy_scaling(d=40_000, u=u, replicas=1, generator=torch.Generator(), **at).item()
        gap = value - derived.excess_entropy_scaling(u=u, **at)
        assert gap / derived.excess_entropy_scaling.finite_size(u=u, alpha_log=0.5, d=40_000) == pytest.approx(
            1, abs=0.05
        )


def test_above_the_collapse_the_shortfall_falls_exponentially_with_the_derived_rate():
    at = {"t": 0.9, "sigma": 1.23}
    f = derived.excess_entropy(alpha_log="0.41", **at)
    gaps = [random_energy.excess_entropy(d=d, log_n=0.41 * d, **at) - f for d in (64, 128)]
    ratio = contrast_at(**at)
    w = ratio / (1 + ratio)
    tilt = min(1.0, (-w + math.sqrt(w**2 + 4 * f**2 * w)) / (2 * f * w))
    rate = tilt * f + math.log(1 - tilt**2 * w) / 2
    # Besides the exponential there is a power of d between d^-1 and d^-3/2.
    assert math.log(gaps[0] / gaps[1]) - 64 * rate == pytest.approx(1.25 * math.log(2), abs=0.4 * math.log(2))


def test_the_second_moment_gives_the_shortfall_only_where_f_exceeds_the_contrast():
    """((1 + r)^d - 1)/(2 n d), r the contrast: right at f > r, an overestimate that grows with d at f < r."""

    def share(t: float, d: int) -> float:
        f = derived.excess_entropy(t=t, alpha_log="0.41", sigma="1.23")
        gap = random_energy.excess_entropy(d=d, log_n=0.41 * d, t=t, sigma=1.23) - f
        return gap / (math.expm1(d * math.log1p(contrast_at(t=t, sigma=1.23))) / (2 * math.exp(0.41 * d) * d))

    assert share(1.2, 40) == pytest.approx(1, abs=0.02)
    assert share(0.85, 64) < share(0.85, 16) < 0.7


def contrast_at(*, t: float, sigma: float) -> float:
    return sigma**2 / math.expm1(2 * t)


@pytest.mark.parametrize("simulator", [simulated.excess_entropy_data, simulated.excess_entropy_energies])
@pytest.mark.parametrize("time", [0.25, 0.8], ids=["collapsed", "not"])
def test_drawn_data_and_drawn_energies_have_the_mean_of_the_levels(simulator, time):
    parameters = {"d": 9, "t": time, "alpha_log": 0.45, "sigma": 1.1}
    found = simulate(simulator, parameters=parameters, replicas=600)
    expected = random_energy.excess_entropy(d=9, log_n=0.45 * 9, t=time, sigma=1.1)
    assert abs(found.mean - expected) < 4.5 * found.standard_error


def test_controls_leave_little_noise_above_the_collapse():
    parameters = {"d": 12, "t": 1.3, "alpha_log": 0.45, "sigma": 1.1}
    found = simulate(simulated.excess_entropy_energies, parameters=parameters, replicas=2000)
    w = contrast_at(t=1.3, sigma=1.1) / (1 + contrast_at(t=1.3, sigma=1.1))
    assert found.standard_error * math.sqrt(2000) < 0.1 * math.sqrt(w / 12)  # sd of log(Z/Z_1)/d without controls


def test_more_data_than_fit_are_refused():
    with pytest.raises(ParameterError, match=r"n d = .* is outside n d <="):
        simulated.excess_entropy_data.run(
            d=45, t=0.5, alpha_log=0.4, sigma=1.0, replicas=1, generator=torch.Generator()
        )


@pytest.mark.parametrize("name", ["excess_entropy", "critical_excess_entropy", "excess_entropy_scaling"])
def test_claims_agree_and_reject_what_is_wrong(name):
    verdict = verify(getattr(claims, name))
    assert verdict.outcome is Outcome.AGREES
    assert all(test.rejected for test in verdict.self_tests)


@pytest.mark.slow
def test_the_collapse_time_agrees_through_the_curve_of_all_dimensions():
    verdict = verify(claims.collapse_time)
    assert verdict.outcome is Outcome.AGREES
    assert all(test.rejected for test in verdict.self_tests)


def test_a_collapse_time_of_half_the_exponent_is_told_from_the_right_one():
    wrong = 0.5 * math.log1p(1.44 / (math.exp(0.5) - 1))
    found = simulated.collapse_time(d=64, n=math.exp(32), sigma=1.2, replicas=1, generator=torch.Generator()).item()
    right = derived.collapse_time.numpy(n=float(round(math.exp(32))), d=64.0, sigma=1.2)
    assert abs(found - right) < 0.02 * right < abs(found - wrong) / 5
