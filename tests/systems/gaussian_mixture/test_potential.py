"""The overlap with a Gaussian mode: its noise and the misprint of it, its potential, the times at which it splits."""

import math

import pytest
import torch
from sympy import diff

from numerics import seeds
from numerics.clones import TwoModes, mode
from numerics.replicas import simulate
from numerics.systems.gaussian_mixture import potential as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.notation import mu, q
from theory.systems.gaussian_mixture import potential as theory

FORMS = (
    theory.overlap_noise,
    theory.potential,
    theory.potential_of_width,
    theory.double_well_time,
    theory.bimodal_time,
)
AT = {"q": "0.8", "t": "2.1", "mu": "0.7"}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_the_printed_noise_is_right_at_mu_one_alone():
    (comparison,) = theory.overlap_noise.comparisons()
    assert comparison.differs
    assert theory.overlap_noise(mu="1") == 2
    assert theory.overlap_noise(mu="0.7") == pytest.approx(0.98)


def test_the_printed_potential_is_right():
    (comparison,) = theory.potential.comparisons()
    assert comparison.published.equation == "(8)"
    assert not comparison.differs


def test_the_law_of_the_overlap_does_not_move_by_the_printed_noise():
    right = theory.LAW_STEPS[1]
    printed = right.right + (1 - mu**2) * diff(theory.law(theory.WIDTH), q, 2)
    assert Derivation((Step(right.left, printed, "noise 2 dt"),), theory.STEPS).evidence is Evidence.REFUTED


def test_other_modes_reach_the_printed_potential_like_one_over_d():
    gaps = []
    for d in (1000, 2000):
        time = repr(math.log(d) / 2 - 0.2)
        at = {"q": "0.8", "t": time, "mu": "0.7", "d": d}
        gaps.append(theory.potential_of_width(**at, sigma="0.6") - theory.potential(**at))
    predicted = theory.FIRST_ORDER.subs(
        {
            theory.sigma: 0.6,
            theory.amplitude: math.exp(0.2),
            theory.d: 1000,
            mu: 0.7,
            q: 0.8,
        }
    )
    assert gaps[0] == pytest.approx(float(predicted), rel=0.01)
    assert gaps[0] / gaps[1] == pytest.approx(2, rel=0.01)


def test_modes_of_deviation_one_have_the_printed_potential_at_every_time():
    for at in (AT, {"q": "-1.3", "t": "0.2", "mu": "1.4"}):
        expected = theory.potential_of_width(**at, sigma="1", d=37)
        assert theory.potential(**at, d=37) == pytest.approx(expected, rel=1e-13)


def test_a_deep_well_does_not_overflow():
    value = theory.potential(q="2", t="0.001", mu="1", d=10**8)
    assert value == pytest.approx(2 - 2 * (2e4 * math.exp(-0.001) - math.log(2)), rel=1e-12)


def test_the_potential_has_two_wells_after_one_time_and_its_law_two_peaks_after_another():
    at = {"d": 10_000, "mu": "0.8", "sigma": "1"}
    split, parted = theory.double_well_time(**at), theory.bimodal_time(**at)
    assert split - parted == pytest.approx(math.log(2) / 2)

    def curved(time: float) -> float:
        return theory.potential(q="0.001", t=repr(time), mu="0.8", d=10_000)

    assert curved(split + 0.01) > 0 > curved(split - 0.01)


@pytest.mark.parametrize(("name", "power"), [("double_well_time", 2), ("bimodal_time", 1)])
def test_the_next_order_of_both_times(name, power):
    at = {"mu": 0.8, "sigma": 1.4}
    gaps = []
    for d in (200, 400):
        form = getattr(theory, name)
        found = simulate(getattr(numerics, name), parameters={"d": d, **at}, replicas=1).mean
        predicted = form.finite_size(d=d, mu="0.8", sigma="1.4")
        assert found - form(d=d, mu="0.8", sigma="1.4") == pytest.approx(predicted, rel=0.02)
        gaps.append(predicted)
    assert gaps[0] / gaps[1] == pytest.approx(2**power)


def test_values_outside_the_domain_are_refused():
    with pytest.raises(DomainError, match=r"potential: mu = 0 is outside mu > 0"):
        theory.potential(**AT | {"mu": "0"}, d=4)
    with pytest.raises(DomainError, match=r"mu = 0.5, d = 2 is outside"):
        theory.bimodal_time(d=2, mu="0.5", sigma="1")


@pytest.mark.parametrize("sigma", ["1", "0.6"])
def test_the_work_against_the_gradient_of_the_log_density_is_the_potential(sigma):
    parameters = {"d": 31, "q": 0.8, "t": 1.3, "mu": 0.7, "sigma": float(sigma)}
    found = simulate(numerics.potential_of_width, parameters=parameters, replicas=1)
    expected = theory.potential_of_width(q="0.8", t="1.3", mu="0.7", sigma=sigma, d=31)
    assert found.mean == pytest.approx(expected, rel=1e-11)


def test_the_density_of_forward_paths_has_the_same_potential():
    parameters = {"d": 31, "q": -1.2, "t": 1.3, "mu": 0.7, "sigma": 0.6}
    found = simulate(numerics.potential_of_width_by_density, parameters=parameters, replicas=3000)
    expected = theory.potential_of_width(q="-1.2", t="1.3", mu="0.7", sigma="0.6", d=31)
    assert abs(found.mean - expected) < 5 * found.standard_error
    assert found.standard_error < 1e-3


@pytest.mark.parametrize("simulator", [numerics.overlap_noise, numerics.overlap_noise_generated])
def test_paths_have_the_derived_noise_and_not_the_printed_one(simulator):
    parameters = {"d": 12, "mu": 0.7, "t": math.log(12) / 2, "dt": 1 / 144}
    found = simulate(simulator, parameters=parameters, replicas=20_000)
    expected = theory.overlap_noise(mu="0.7") + theory.overlap_noise.finite_size(mu="0.7", d=12)
    assert abs(found.mean - expected) < 5 * found.standard_error
    assert abs(found.mean - 2) > 50 * found.standard_error


def test_one_component_moves_like_the_overlap_in_all_dimensions():
    """The reduction to the component along m, path by path: the same noise along m gives the same overlaps."""
    full, reduced = TwoModes(mode(5, 0.9), 0.7), TwoModes(mode(1, 0.9 * math.sqrt(5)), 0.7)
    y = torch.randn(50, 5, dtype=torch.float64, generator=seeds.generator("overlap", seed=0, block=0))
    unit = full.mode / full.mode.norm()
    along = (y @ unit).unsqueeze(1) * reduced.mode.sign()
    assert torch.allclose(full.score(y, 0.8) @ full.mode, reduced.score(along, 0.8) @ reduced.mode)
