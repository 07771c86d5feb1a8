"""The schedule and the sampler: known digits, one and two steps by hand, matrices against drawn vectors."""

import mpmath
import pytest

from crosscheck.claims.linear_diffusion import schedule as claims
from crosscheck.reference_points import Field, explained
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.linear_diffusion import schedule as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.systems.linear_diffusion import schedule as theory

PRINTED = {"first": "0.0001", "last": "0.01"}


def test_what_a_thousand_steps_of_the_printed_schedule_leave_to_twenty_digits():
    found = theory.noise_schedule.digits(20, steps=1000, **PRINTED)
    with mpmath.workdps(30):
        assert abs(found - mpmath.mpf("0.0062705271230919068697")) < mpmath.mpf(10) ** -21


def test_the_end_of_ddpm_leaves_a_hundred_and_fifty_times_less():
    assert theory.noise_schedule(steps=1000, first="0.0001", last="0.02") == pytest.approx(3.9956e-5, rel=1e-5)


def test_a_flat_schedule_is_a_power():
    assert theory.noise_schedule(steps=7, first="0.1", last="0.1") == pytest.approx(0.9**7, rel=1e-14)
    assert theory.noise_schedule.ball(80, steps=3, first="0.1", last="0.1").contains(
        theory.noise_schedule.ball(200, steps=3, first="0.1", last="0.1")
    )


@pytest.mark.parametrize("run", [numerics.noise_schedule, numerics.noise_schedule_of_variances])
def test_both_routes_multiply_the_schedule_out(run):
    at = {"steps": 23, "first": 0.011, "last": 0.27}
    assert simulate(run, parameters=at, replicas=1).mean == pytest.approx(theory.noise_schedule(**at), rel=1e-13)


def test_a_direction_without_variance_keeps_the_noise_of_the_last_step():
    """lam = 0 and ten steps of the printed schedule: beta_1 = 1e-4 + 9.9e-4."""
    assert theory.generated_variance(lam=0, steps=10) == pytest.approx(1.09e-3, rel=1e-13)


def test_two_steps_one_after_the_other():
    """Printed schedule over two steps, rates 0.00505 and 0.01; each step u -> (u - beta u/V)/sqrt(1 - beta)."""
    lam, variance, kept = 3.7, 1.0, (1 - 0.00505) * (1 - 0.01)
    for rate in (0.01, 0.00505):
        noised = 1 + kept * (lam - 1)
        variance = (1 - rate / noised) ** 2 / (1 - rate) * variance + rate
        kept /= 1 - rate
    assert theory.generated_variance(lam=lam, steps=2) == pytest.approx(variance, rel=1e-14)


def test_data_of_unit_variance_come_out_with_unit_variance():
    for steps in (1, 5, 40):
        assert theory.generated_variance(lam=1, steps=steps) == pytest.approx(1, rel=1e-12)


def test_a_short_chain_forgets_the_data():
    """Ten steps leave abar = 0.946: of the eigenvalue 10 comes 1.10."""
    assert theory.generated_variance(lam=10, steps=10) == pytest.approx(1.1017638658449, rel=1e-12)


def test_a_thousand_steps_lose_half_a_percent_of_the_eigenvalue_ten():
    found = simulate(numerics.generated_variance, parameters={"d": 2, "lam": 10, "steps": 1000}, replicas=1)
    assert found.mean == pytest.approx(9.9435, abs=5e-5)


@pytest.mark.parametrize("d", [1, 4])
@pytest.mark.parametrize("lam", [0.02, 2.7])
def test_the_covariance_carried_through_all_steps_is_the_telescoped_sum(d, lam):
    found = simulate(numerics.generated_variance, parameters={"d": d, "lam": lam, "steps": 31}, replicas=1).mean
    assert found == pytest.approx(theory.generated_variance(lam=lam, steps=31), rel=1e-12)


def test_drawn_vectors_have_that_variance():
    at = {"d": 3, "lam": 3.7, "steps": 9}
    found = simulate(numerics.generated_variance_sampled, parameters=at, replicas=60_000)
    assert abs(found.mean - theory.generated_variance(lam=3.7, steps=9)) <= 5 * found.standard_error < 0.05


@pytest.mark.parametrize(
    "form",
    [theory.noise_schedule, theory.generated_variance],
    ids=lambda form: form.observable,
)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_step_that_shrinks_by_the_wrong_ratio_is_refuted():
    wrong = Step(theory.AFTER - theory._BETA, (1 - theory._BETA) * theory.AFTER, "V_s for V_{s-1}")
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


def test_the_printed_schedule_is_no_misprint():
    assert [comparison.differs for comparison in theory.noise_schedule.comparisons()] == [False]


@pytest.mark.slow
@pytest.mark.parametrize("claim", [claims.noise_schedule, claims.generated_variance], ids=lambda claim: claim.id)
def test_the_reasons_of_the_reference_points_are_computed_again(claim):
    for reason, point in zip(explained(Field.of(claim), claim.points), claim.reference_points, strict=True):
        assert point.because.startswith(reason.because)


@pytest.mark.parametrize(
    ("form", "at", "message"),
    [
        (theory.noise_schedule, {"steps": 0, **PRINTED}, "steps = 0 is outside an integer, steps >= 1"),
        (theory.noise_schedule, {"steps": 5, "first": "0.2", "last": "0.1"}, "first = 0.2, last = 0.1 is outside"),
        (theory.noise_schedule, {"steps": 5, "first": "0", "last": "0.1"}, "first = 0 is outside 0 < first < 1"),
        (theory.generated_variance, {"lam": -1, "steps": 5}, "lam = -1 is outside lam >= 0"),
    ],
    ids=["no steps", "falling", "no noise", "negative variance"],
)
def test_impossible_parameters_are_refused_in_one_line(form, at, message):
    with pytest.raises(DomainError, match=message) as raised:
        form(**at)
    assert "\n" not in str(raised.value)


def test_simulators_refuse_them_too():
    with pytest.raises(ParameterError, match=r"first = 0.2, last = 0.1 is outside 0 < first <= last < 1"):
        simulate(numerics.noise_schedule, parameters={"steps": 5, "first": 0.2, "last": 0.1}, replicas=1)
    with pytest.raises(ParameterError, match="lam = -1 is outside lam >= 0"):
        simulate(numerics.generated_variance, parameters={"d": 1, "lam": -1, "steps": 5}, replicas=1)
