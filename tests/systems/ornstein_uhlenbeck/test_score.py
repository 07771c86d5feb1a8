"""The score of noised data: Tweedie's formula by finite differences, the loss for any guess, Fisher's divergence."""

import math

import mpmath
import pytest

from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.ornstein_uhlenbeck import score as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.systems.ornstein_uhlenbeck import score as theory

AT = {"t": "0.4", "T": "0.83", "a": "1.3", "x": "0.6"}
ELSEWHERE = {"t": "1.2", "T": "0.4", "a": "0.7", "x": "-1.1"}
LOSS = {"t": "0.4", "T": "0.83", "a": "1.3", "d": 3}


def numbers(at: dict) -> dict[str, float]:
    return {name: float(value) for name, value in at.items() if name != "d"}


def density(x: mpmath.mpf, *, t: str, T: str, a: str) -> mpmath.mpf:
    """Of data at +a and -a, up to a factor."""
    shrink = mpmath.exp(-mpmath.mpf(t))
    noise = mpmath.mpf(T) * (1 - shrink**2)
    return sum(mpmath.exp(-((x - k * mpmath.mpf(a) * shrink) ** 2) / (2 * noise)) for k in (1, -1))


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["here", "there"])
def test_the_score_is_the_slope_of_the_log_density(at):
    with mpmath.workdps(50):
        others = {name: at[name] for name in ("t", "T", "a")}
        slope = mpmath.diff(lambda x: mpmath.log(density(x, **others)), mpmath.mpf(at["x"]))
        assert abs(theory.score.digits(25, **at) / slope - 1) < 1e-24


def test_the_score_is_odd_and_points_to_the_only_datum_that_is_near():
    assert theory.score(**AT | {"x": 0}) == 0.0
    assert theory.score(**AT) == -theory.score(**AT | {"x": "-0.6"})
    near = {"t": 0.01, "T": 0.5, "a": 1.5, "x": 1.3}
    noise = 0.5 * -math.expm1(-0.02)
    assert theory.score(**near) == pytest.approx(-(1.3 - 1.5 * math.exp(-0.01)) / noise, rel=1e-13)


def test_at_late_times_the_score_is_that_of_pure_noise():
    assert theory.score(**AT | {"t": 20}) == pytest.approx(-0.6 / 0.83, rel=1e-15)


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["here", "there"])
def test_automatic_differentiation_and_paths_give_the_score(at):
    exact = theory.score(**at)
    assert simulate(numerics.score, parameters=numbers(at), replicas=1).mean == pytest.approx(exact, rel=1e-12)
    found = simulate(numerics.score_of_paths, parameters={"dt": 1 / 16, **numbers(at)}, replicas=1024)
    allowed = 5 * math.hypot(found.standard_error, found.bias_error) + found.bias
    assert abs(found.mean - exact) <= allowed < 0.1


def test_the_two_losses_differ_by_the_same_constant_for_every_guess_and_in_every_dimension():
    """Quadrature of a bent guess, draws of a linear one that mixes components."""
    for d in (1, 3):
        at = {"d": d, **numbers(LOSS)}
        exact = theory.score_loss_constant(**LOSS | {"d": d})
        assert simulate(numerics.score_loss_constant, parameters=at, replicas=1).mean == pytest.approx(exact, rel=1e-12)
        found = simulate(numerics.score_loss_constant_sampled, parameters=at, replicas=30_000)
        assert abs(found.mean - exact) <= 5 * found.standard_error < 0.2


def test_the_constant_is_the_square_of_the_score_less_that_of_the_noise():
    with mpmath.workdps(30):
        t, T, a = LOSS["t"], LOSS["T"], LOSS["a"]
        noise = mpmath.mpf(T) * (1 - mpmath.exp(-2 * mpmath.mpf(t)))

        def squared(x: mpmath.mpf) -> mpmath.mpf:
            exact = (x - mpmath.mpf(a) * mpmath.exp(-mpmath.mpf(t)) * posterior_mean(x)) / noise
            return exact**2 * density(x, t=t, T=T, a=a) / (2 * mpmath.sqrt(2 * mpmath.pi * noise))

        def posterior_mean(x: mpmath.mpf) -> mpmath.mpf:
            return mpmath.tanh(mpmath.mpf(a) * x * mpmath.exp(-mpmath.mpf(t)) / noise)

        constant = 3 * (mpmath.quad(squared, mpmath.linspace(-8, 8, 9)) - 1 / noise)
    assert theory.score_loss_constant(**LOSS) == pytest.approx(float(constant), rel=1e-13)


def test_the_constant_is_negative_and_vanishes_with_the_signal():
    assert theory.score_loss_constant(**LOSS | {"t": 12}) == pytest.approx(
        -3 * 1.3**2 * math.exp(-24) / 0.83**2, rel=1e-9
    )
    assert -1e-4 < theory.score_loss_constant(**LOSS | {"t": "0.02"}) < 0


def test_fishers_divergence_vanishes_for_data_like_noise_and_equals_its_form_by_parts():
    assert theory.fisher_by_parts(t="0.3", c=1) == 0.0
    for at in ({"t": 0.3, "c": 0.44}, {"t": 1.7, "c": 3.2}):
        exact = theory.fisher_by_parts(**at)
        for run in (numerics.fisher_by_parts, numerics.fisher_by_parts_of_divergence):
            assert simulate(run, parameters=at, replicas=1).mean == pytest.approx(exact, rel=1e-12, abs=1e-14)


def test_every_step_of_the_derivation_of_the_score_is_exact():
    assert theory.score.derivation.evidence is Evidence.EXACT


@pytest.mark.slow
@pytest.mark.parametrize("form", [theory.score_loss_constant, theory.fisher_by_parts], ids=lambda form: form.observable)
def test_every_step_of_the_other_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_mean_of_the_datum_that_is_not_shrunk_is_refuted():
    printed = theory.TWEEDIE[2]
    wrong = Step(printed.left, printed.right.subs(theory.exp(-theory.t), 1), "the factor exp(-t) lost")
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


def test_the_other_sign_of_the_divergence_is_refuted():
    wrong = Step(
        theory.DIVERGENCE,
        theory.DENSITY * (theory.GUESS**2 / 2 - theory.diff(theory.GUESS, theory.x) + theory.GAUSSIAN_SCORE**2 / 2)
        - theory.diff(theory.GUESS * theory.DENSITY, theory.x),
        "by parts without its sign",
    )
    assert Derivation((wrong,), theory.GAUSSIAN).evidence is Evidence.REFUTED


@pytest.mark.parametrize(("name", "value"), [("t", 0), ("T", -1), ("a", 0)])
def test_impossible_parameters_are_refused_in_one_line(name, value):
    for form, run, at in (
        (theory.score, numerics.score, AT),
        (theory.score_loss_constant, numerics.score_loss_constant, LOSS),
    ):
        with pytest.raises(DomainError, match=f"{name} = {value} is outside {name} > 0"):
            form(**at | {name: value})
        with pytest.raises(ParameterError, match=f"{name} = {value} is outside {name} > 0"):
            simulate(run, parameters={key: float(v) for key, v in at.items()} | {name: value}, replicas=1)


@pytest.mark.parametrize("d", [0, "1.5"])
def test_the_loss_needs_a_whole_number_of_components(d):
    with pytest.raises(DomainError, match=f"d = {d} is outside an integer, d >= 1"):
        theory.score_loss_constant(**LOSS | {"d": d})
    with pytest.raises(ParameterError, match=r"d = .* is outside d >= 1, a whole number"):
        simulate(numerics.score_loss_constant, parameters=numbers(LOSS) | {"d": float(d)}, replicas=1)


@pytest.mark.parametrize(("name", "value"), [("t", -0.1), ("c", 0)])
def test_the_divergence_needs_a_time_and_a_variance(name, value):
    with pytest.raises(DomainError, match=f"{name} = {value} is outside {name} > 0"):
        theory.fisher_by_parts(**{"t": "0.3", "c": 2} | {name: value})
    with pytest.raises(ParameterError, match=f"{name} = {value} is outside {name} > 0"):
        simulate(numerics.fisher_by_parts, parameters={"t": 0.3, "c": 2.0} | {name: value}, replicas=1)
