"""Speciation of the Curie-Weiss model: reference values, tails, exact laws at small N, and simulators against them."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from scipy.special import ndtr
from sympy import Integer, exp

from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.curie_weiss import speciation as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.notation import T, h, tau
from theory.systems.curie_weiss import speciation as theory
from theory.systems.curie_weiss.equilibrium import weight_plus

AT = {"tau": "0.27", "beta": "1.37", "h": "0.61", "T": "0.83"}
ELSEWHERE = {"tau": "-0.4", "beta": "1.9", "h": "-0.8", "T": "1.6"}
M = 0.79812913744573305955026634282633  # solves m = tanh(1.37 m): Newton's method to 46 digits
LAWS = {"spins": theory.positive_fraction_spins, "two_state": theory.positive_fraction_two_state}
NEXT = {"spins": theory.spins_next_order, "two_state": theory.two_state_next_order}


def numbers(at: dict[str, str]) -> dict[str, float]:
    return {name: float(value) for name, value in at.items()}


def erfc_form(x: mpmath.mpf, weight: mpmath.mpf) -> mpmath.mpf:
    return (weight * mpmath.erfc(-x) + (1 - weight) * mpmath.erfc(x)) / 2


@pytest.mark.parametrize(
    ("form", "at", "value"),
    [
        # Both by quadrature of the two-state density of mu and by erfc, to 46 digits.
        (theory.positive_fraction, AT, "0.61210682117627661460383620227185"),
        (
            theory.positive_fraction,
            {"tau": "1.9", "beta": "2.3", "h": "1.1", "T": "0.57"},
            "0.56080893043458182160207565596803",
        ),
        # Both by the binomial mixture and by a sum with tilted weights.
        (theory.positive_fraction_two_state, AT | {"N": 37}, "0.61253964102079440385526760717582"),
        # Both in closed form and from exact sums up to N = 1e5.
        (theory.spins_next_order, AT | {"N": 1}, "-0.25750480238826941041385368216253"),
    ],
)
def test_reference_values_hold_to_thirty_digits(form, at, value):
    with mpmath.workdps(40):
        assert abs(form.digits(30, **at) / mpmath.mpf(value) - 1) < mpmath.mpf(10) ** -29
    assert form(**at) == pytest.approx(float(value), rel=1e-13)


def test_the_next_order_of_the_two_state_model_has_its_reference_value():
    assert theory.two_state_next_order(**AT, N=1) == pytest.approx(0.0157992, abs=5e-8)


@pytest.mark.parametrize("field", ["0.61", "-0.61"])
@pytest.mark.parametrize("x", [1, 6, 30])
def test_fraction_and_complement_keep_full_relative_precision_in_the_tails(x, field):
    """x = m exp(-tau)/sqrt(2 T) = 30 needs T = m^2/1800 at tau = 0, where erfc(x) = 1e-393."""
    with mpmath.workdps(450):
        m = mpmath.findroot(lambda y: y - mpmath.mpf("1.37") * mpmath.tanh(y), 1.09) / mpmath.mpf("1.37")
        temperature = mpmath.nstr(m**2 / (2 * mpmath.mpf(x) ** 2), 25)
        at = {"tau": "0", "beta": "1.37", "h": field, "T": temperature}
        signal = m / mpmath.sqrt(2 * mpmath.mpf(temperature))
        for sign, value in ((1, theory.positive_fraction(**at)), (-1, theory.positive_fraction.complementary(**at))):
            weight = 1 / (1 + mpmath.exp(-2 * sign * mpmath.mpf(field) * m))
            assert abs(value / erfc_form(signal, weight) - 1) < 2e-15


@pytest.mark.parametrize(("tau", "T"), [("0", "0.83"), ("-3.5", "0.5")])
def test_a_state_of_hardly_any_weight_keeps_its_relative_precision(tau, T):
    at = {"tau": tau, "beta": "1.37", "h": "-400", "T": T}
    with mpmath.workdps(700):
        m = mpmath.findroot(lambda y: y - mpmath.mpf("1.37") * mpmath.tanh(y), 1.09) / mpmath.mpf("1.37")
        signal = m * mpmath.exp(-mpmath.mpf(tau)) / mpmath.sqrt(2 * mpmath.mpf(T))
        expected = erfc_form(signal, 1 / (1 + mpmath.exp(800 * m)))
    assert theory.positive_fraction(**at) == pytest.approx(float(expected), rel=1e-12)
    reflected = at | {"h": "400"}
    assert theory.positive_fraction.complementary(**reflected) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize("beta", ["1.0001", "1.01", "3", "40"])
def test_fraction_and_complement_add_up_near_the_transition_and_at_low_temperature(beta):
    at = AT | {"beta": beta}
    assert theory.positive_fraction(**at) + theory.positive_fraction.complementary(**at) == pytest.approx(1, abs=4e-16)
    assert theory.positive_fraction(**at) == pytest.approx(float(theory.positive_fraction.digits(20, **at)), rel=1e-11)


def test_late_both_signs_are_equally_likely_and_early_the_weight_is_read_off():
    assert theory.positive_fraction(**AT | {"tau": "40"}) == pytest.approx(0.5, abs=1e-15)
    weight = weight_plus(beta="1.37", h="0.61")
    assert theory.positive_fraction(**AT | {"tau": "-4"}) == pytest.approx(weight, rel=1e-14)


def test_the_printed_formula_is_right():
    (comparison,) = theory.positive_fraction.comparisons()
    assert comparison.published.equation == "(28)"
    assert not comparison.differs


@pytest.mark.parametrize("beta", ["1", "0.9", "0", "-1"])
def test_there_is_no_fraction_where_no_state_is_broken(beta):
    with pytest.raises(DomainError, match=r"positive_fraction: beta = .* is outside beta > 1"):
        theory.positive_fraction(**AT | {"beta": beta})


def test_before_the_data_there_is_no_law_at_finite_size():
    with pytest.raises(DomainError, match=r"tau = -0\.9, N = 5 is outside"):
        theory.positive_fraction_spins(**AT | {"tau": "-0.9"}, N=5)  # t = log(5)/2 - 0.9 < 0


@pytest.mark.parametrize("form", [theory.positive_fraction, *LAWS.values(), *NEXT.values()])
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_wrong_step_is_refuted():
    independent = theory.TWO_STATE_TERM
    wrong = Step(theory.SPIN_TERM, independent, "without coupling inside a state", where=theory.INVERSE_TEMPERATURE)
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["plus", "minus"])
@pytest.mark.parametrize("N", [5, 8, 11])
def test_the_exact_laws_equal_the_sum_over_all_configurations(at, N):
    values = numbers(at)
    noise = values["T"] * (1 - math.exp(-2 * values["tau"]) / N)
    spins = np.array(list(itertools.product((-1, 1), repeat=N))).sum(axis=1)
    above = ndtr(math.exp(-values["tau"]) * spins / (N * math.sqrt(noise)))
    coupled = np.exp(values["beta"] * spins**2 / (2 * N) + values["h"] * spins / N)
    assert theory.positive_fraction_spins(**at, N=N) == pytest.approx(coupled @ above / coupled.sum(), rel=1e-12)
    m = M if at is AT else float(mpmath.findroot(lambda y: y - 1.9 * mpmath.tanh(y), 1.8)) / 1.9
    field = values["beta"] * m * spins
    states = [math.exp(s * values["h"] * m) * np.exp(s * field) for s in (1, -1)]
    twofold = sum(states)
    assert theory.positive_fraction_two_state(**at, N=N) == pytest.approx(twofold @ above / twofold.sum(), rel=1e-12)


@pytest.mark.parametrize("model", LAWS)
@pytest.mark.parametrize("at", [AT, ELSEWHERE, AT | {"beta": "2.3", "tau": "1.1"}], ids=["plus", "minus", "late"])
def test_the_next_order_is_the_limit_of_n_times_the_gap(model, at):
    sizes = (2**12, 2**14)
    gaps = [N * (LAWS[model](**at, N=N) - theory.positive_fraction(**at)) for N in sizes]
    extrapolated = (sizes[1] * gaps[1] - sizes[0] * gaps[0]) / (sizes[1] - sizes[0])
    assert extrapolated == pytest.approx(1000 * NEXT[model](**at, N=1000), rel=1e-4, abs=1e-7)


def test_model_13_approaches_the_limit_from_the_other_side_and_from_further_away_than_model_16():
    ratio = theory.spins_next_order(**AT, N=1) / theory.two_state_next_order(**AT, N=1)
    assert ratio == pytest.approx(-16.3, abs=0.1)


@pytest.mark.parametrize(
    "wrong",
    [
        theory.MIXTURE.subs(T, 2 * T),
        theory.MIXTURE.subs(tau, 2 * tau),
        theory.MIXTURE.subs(h, -h),
        theory.MIXTURE.subs(T, Integer(1)),
        theory.MIXTURE * exp(-tau / 50),
    ],
    ids=["noise 2T", "exp(-2 tau)", "sign of h", "T = 1", "half a percent"],
)
def test_the_exact_law_tells_a_wrong_limit(wrong):
    point = theory.LIMIT.check("wrong", AT)
    value = float(wrong.subs(theory.m, M).subs(point))
    N = 2**14
    assert abs(theory.positive_fraction_spins(**AT, N=N) - value) > 100 * abs(theory.spins_next_order(**AT, N=N))


@pytest.mark.parametrize("N", [5, 16, 37])
@pytest.mark.parametrize(
    ("simulator", "model"),
    [
        (numerics.positive_fraction_spins, "spins"),
        (numerics.positive_fraction_two_state, "two_state"),
        (numerics.positive_fraction_spins_noised, "spins"),
        (numerics.positive_fraction_two_state_noised, "two_state"),
    ],
    ids=["spins", "two_state", "spins_noised", "two_state_noised"],
)
def test_noised_data_have_the_exact_law(simulator, model, N):
    values = numbers(AT)
    t = math.log(N) / 2 + values.pop("tau")
    found = simulate(simulator, parameters={"N": N, "t": t, **values}, replicas=100_000)
    assert abs(found.mean - LAWS[model](**AT, N=N)) <= 5 * found.standard_error


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["plus", "minus"])
@pytest.mark.parametrize("N", [5, 12])
def test_enumerated_configurations_have_the_exact_law(at, N):
    values = numbers(at)
    t = math.log(N) / 2 + values.pop("tau")
    for model in LAWS:
        simulator = getattr(numerics, f"positive_fraction_{model}_enumerated")
        found = simulate(simulator, parameters={"N": N, "t": t, **values}, replicas=1)
        assert found.mean == pytest.approx(LAWS[model](**at, N=N), rel=1e-12)
        assert found.standard_error == 0


def test_too_many_configurations_are_refused():
    parameters = {"N": 21, "t": 2.0, "beta": 1.37, "h": 0.61, "T": 0.83}
    with pytest.raises(ParameterError, match="N = 21 is outside 1 <= N <= 20"):
        simulate(numerics.positive_fraction_two_state_enumerated, parameters=parameters, replicas=1)


@pytest.mark.parametrize("N", [4, 23])
@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["plus", "minus"])
def test_the_way_back_from_noise_reproduces_the_exact_law(at, N):
    values = numbers(at)
    t = math.log(N) / 2 + values.pop("tau")
    parameters = {"N": N, "t": t, "dt": 1 / 32, **values}
    found = simulate(numerics.positive_fraction_generated, parameters=parameters, replicas=20_000)
    allowed = 5 * math.hypot(found.standard_error, found.bias_error) + found.bias
    assert abs(found.mean - LAWS["two_state"](**at, N=N)) <= allowed
    assert found.bias < 0.006


def test_mirrored_paths_halve_the_variance_at_least():
    values = numbers(AT)
    parameters = {"N": 9, "t": math.log(9) / 2 + values.pop("tau"), "dt": 1 / 8, **values}
    found = simulate(numerics.positive_fraction_generated, parameters=parameters, replicas=5000)
    pair_of_independent_paths = found.mean * (1 - found.mean) / 2
    assert found.standard_error**2 * 5000 < pair_of_independent_paths / 2


def test_the_grid_gathers_equal_parts_of_the_signal():
    times = np.array(numerics.signal_to_noise_grid(6.0, 1.0, 5))
    ratios = 1 / np.expm1(2 * times)
    assert times[[0, -1]].tolist() == [6.0, 1.0]
    assert np.diff(ratios) == pytest.approx(np.full(5, (ratios[-1] - ratios[0]) / 5))


def test_a_time_before_the_start_of_the_way_back_is_refused():
    parameters = {"N": 4, "t": 9.0, "dt": 0.5, "beta": 1.37, "h": 0.61, "T": 0.83}
    with pytest.raises(ParameterError, match=r"t = 9 is outside t < 5.69"):
        simulate(numerics.positive_fraction_generated, parameters=parameters, replicas=1)
