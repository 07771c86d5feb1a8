"""Clones between two Gaussian modes: reference values, limits, misprints, and the simulators against each other."""

import math

import mpmath
import pytest
import torch
from scipy.special import kolmogi

from numerics import seeds
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.gaussian_mixture import classes as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.domain import ParameterError as TheoryError
from theory.notation import Gamma, sigma, t
from theory.systems.gaussian_mixture import classes as theory

AT = {"t": "0.9", "mu": "1.1", "sigma": "1.7"}
SPECIATION = 0.77520024539666358514415974941091  # sech quadrature and alternating Mills series, to 46 digits
SIMULATORS = (
    numerics.same_class_probability,
    numerics.same_class_probability_noised,
    numerics.same_class_probability_cloned,
)


def test_the_reference_value_holds_to_thirty_digits():
    # Both by (6) as printed and by the sech form, to 46 digits.
    with mpmath.workdps(40):
        found = theory.same_class_probability.digits(30, d=53, **AT)
        assert abs(found / mpmath.mpf("0.99656090119789715280782479251816") - 1) < mpmath.mpf(10) ** -29


@pytest.mark.slow
def test_the_printed_integral_is_right():
    (comparison,) = theory.same_class_probability.comparisons()
    assert not comparison.differs


def test_the_complement_keeps_its_digits():
    value, rest = theory.same_class_probability(d=53, **AT), theory.same_class_probability.complementary(d=53, **AT)
    assert value + rest == pytest.approx(1, abs=1e-15)
    # At t = 0 the modes are d mu^2/sigma^2 = 256 apart: 1 - phi = sqrt(pi/(8 v)) exp(-v/2) up to 1/v.
    early = theory.same_class_probability.complementary(t="1e-9", d=256, mu="1", sigma="1")
    assert early == pytest.approx(math.sqrt(math.pi / 8 / 256) * math.exp(-128), rel=0.01)


@pytest.mark.parametrize("d", [4, 64, 1024])
def test_curves_of_all_dimensions_cross_at_the_speciation_time_for_unit_modes(d):
    at = {"t": repr(math.log(d) / 2), "d": d, "mu": "1", "sigma": "1"}
    assert theory.same_class_probability(**at) == pytest.approx(SPECIATION, rel=1e-13)


@pytest.mark.parametrize(("width", "norm"), [("0.4", "0.6"), ("1", "1"), ("1.5", "1.6")])
def test_the_constant_at_speciation_is_the_same_for_all_modes(width, norm):
    assert theory.speciation_constant(mu=norm, sigma=width) == pytest.approx(SPECIATION, rel=1e-13)


@pytest.mark.parametrize(
    ("at", "coefficient"),
    [
        ({"s": "1.3", "mu": "0.9", "sigma": "1.7"}, -0.6132566),  # d (phi_d - phi) at d = 1e4: -0.613165
        ({"s": "0.8", "mu": "1", "sigma": "0.5"}, 0.0674343),  # 0.067437
        ({"s": "0.8", "mu": "1", "sigma": "1"}, 0.0),
    ],
)
def test_the_next_order_at_fixed_signal(at, coefficient):
    d = 10_000
    gap = d * (theory.same_class_at_signal(**at, d=d) - theory.same_class_limit(**at))
    assert d * theory.same_class_limit.finite_size(**at, d=d) == pytest.approx(coefficient, abs=1e-6)
    assert gap == pytest.approx(coefficient, abs=2e-4)


def test_a_late_clone_forgets_and_an_early_one_remembers():
    far = {"d": 64, "mu": "0.9", "sigma": "0.7"}
    assert theory.same_class_probability(t="20", **far) == pytest.approx(0.5, abs=1e-12)
    assert theory.same_class_probability(t="0.01", **far) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("form", [theory.same_class_limit, theory.speciation_constant])
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.slow
def test_every_step_of_the_derivation_of_phi_is_checked():
    assert theory.same_class_probability.derivation.evidence >= Evidence.SAMPLED


def test_a_wrong_width_of_the_noised_mode_is_refuted():
    right = theory.CHANNEL_OF_MODES[0]
    wrong = Step(right.left, right.right, "", where={Gamma: theory.WIDTH - sigma**2 * t / 50})
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


@pytest.mark.parametrize(
    ("name", "value"), [("t", "0"), ("t", "-1"), ("mu", "0"), ("sigma", "-0.5"), ("d", "0"), ("d", "2.5")]
)
def test_values_outside_the_domain_are_refused_in_one_line(name, value):
    at = {"t": "1", "d": 4, "mu": "1", "sigma": "1"} | {name: value}
    with pytest.raises(DomainError, match=f"same_class_probability: {name} = .* is outside") as caught:
        theory.same_class_probability(**at)
    assert "\n" not in str(caught.value)
    with pytest.raises(TheoryError, match="is not finite"):
        theory.same_class_probability(**at | {name: "nan"})


@pytest.mark.parametrize("at", [{"t": 0.6, "mu": 0.77, "sigma": 1.44}, {"t": 1.1, "mu": 0.9, "sigma": 0.7}])
@pytest.mark.parametrize("simulator", SIMULATORS, ids=["posterior", "data", "backward"])
def test_simulators_have_the_probability_of_the_formula(simulator, at):
    steps = {"dt": 1 / 8} if simulator.bias else {}
    found = simulate(simulator, parameters={"d": 5, **at, **steps}, replicas=8_000)
    expected = theory.same_class_probability(d=5, **at)
    assert abs(found.mean - expected) <= 5 * math.hypot(found.standard_error, found.bias_error) + found.bias
    assert found.bias < 0.004


def test_the_component_along_m_says_of_the_modes_what_all_components_say():
    """The fast route against the faithful one in distribution: chances that two draws agree."""
    at, count = {"d": 7, "t": 0.8, "mu": 0.6, "sigma": 0.9}, 40_000
    modes = numerics.TwoModes(numerics.mode(7, 0.6), 0.9)
    centre, spread = 0.6 * math.sqrt(7) * math.exp(-0.8), math.sqrt(modes.noise(0.8))
    normal = torch.randn(count, dtype=torch.float64, generator=seeds.generator("fast", seed=0, block=0))
    fast = numerics._two_draws(centre + spread * normal, centre, spread).sort().values
    run = numerics.same_class_probability_noised
    faithful = run(replicas=count, generator=seeds.generator("faithful", seed=0, block=0), **at).sort().values
    edges = torch.cat([fast, faithful])
    shares = [torch.searchsorted(values, edges, right=True).double() / count for values in (fast, faithful)]
    assert float((shares[0] - shares[1]).abs().max()) < kolmogi(1e-6) * math.sqrt(2 / count)


def test_the_way_back_refuses_times_that_it_does_not_pass():
    at = {"d": 4, "mu": 1.0, "sigma": 1.0, "dt": 0.25}
    with pytest.raises(ParameterError, match=r"t = 9 is outside 0 < t < 6\.2"):
        simulate(numerics.same_class_probability_cloned, parameters={**at, "t": 9.0}, replicas=1)
    with pytest.raises(ParameterError, match=r"t = 0\.1 is outside 0\.47"):
        simulate(numerics.same_class_probability_cloned, parameters={**at, "d": 64, "t": 0.1}, replicas=1)
