"""Log determinant and resolvent of a sample covariance with a ridge: both routes, any spectrum, what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from crosscheck.claims.linear_diffusion import resolvent as claims
from crosscheck.reference_points import Field, explained
from numerics import sample_covariance, spectra
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.linear_diffusion import resolvent as numerics
from numerics.tables import Table
from theory.derivation import Derivation, Evidence
from theory.domain import DomainError
from theory.systems.linear_diffusion import resolvent as theory

LEVELS = [2.3, 0.4]
SPECTRUM = Table.of({"spectrum": np.array(LEVELS), "modes": 2})
NAMES = ("log_determinant", "resolvent_trace", "weighted_resolvent_trace", "weighted_resolvent_square_trace")


def test_reference_values():
    at = {"c": "0.13", "alpha": "1.7", "spectrum": "three-level"}
    values = [getattr(theory, name)(**at) for name in NAMES]
    assert values == pytest.approx([-1.164950929950191, 4.63984122834547, 1.21946727395528, 6.631016356204388], 1e-13)
    found = theory.isotropic_log_determinant.digits(20, c="0.07", alpha="0.45")
    assert float(found) == pytest.approx(-0.15421384304838770563, rel=1e-15)


@pytest.mark.parametrize("name", NAMES[:3])
@pytest.mark.parametrize("alpha", [0.6, 2.4], ids=["more data", "more dimensions"])
def test_both_routes_have_the_mean_of_the_formula_with_its_predicted_term(name, alpha):
    at = {"c": 0.35, "alpha": alpha, "spectrum": LEVELS}
    form = getattr(theory, name)
    expected = form(**at) + form.finite_size(**at, d=24)
    for run in (getattr(numerics, name), getattr(numerics, f"{name}_data")):
        found = simulate(
            run, parameters={"d": 24, "n": round(24 / alpha), "c": 0.35, "spectrum": SPECTRUM}, replicas=2048
        )
        assert abs(found.mean - expected) <= 5 * found.standard_error + 1.5 * abs(form(**at)) / 24**2
        assert found.standard_error < 0.01 * abs(form(**at))


@pytest.mark.parametrize("name", [*NAMES, "isotropic_log_determinant"])
@pytest.mark.parametrize("n", [4, 15], ids=["few", "many"])
def test_fast_and_faithful_draws_have_one_law(name, n):
    at = {"d": 6, "n": n, "c": 0.3} | ({} if name.startswith("iso") else {"spectrum": SPECTRUM})
    laws = [
        run(**at, replicas=3000, generator=generator(seed=seed, block=n)).numpy()
        for seed, run in enumerate((getattr(numerics, name), getattr(numerics, f"{name}_data")))
    ]
    assert stats.ks_2samp(*laws).pvalue > 1e-3


def test_a_spectrum_whose_length_does_not_divide_the_dimension_serves_too():
    levels = [3.0, 2.1, 1.4, 0.9, 0.5, 0.35, 0.2]
    at = {"c": 0.35, "alpha": 0.75, "spectrum": levels}
    expected = theory.log_determinant(**at) + theory.log_determinant.finite_size(**at, d=24)
    given = Table.of({"spectrum": np.array(levels), "modes": 7})
    found = simulate(
        numerics.log_determinant, parameters={"d": 24, "n": 32, "c": 0.35, "spectrum": given}, replicas=8192
    )
    assert abs(found.mean - expected) <= 5 * found.standard_error + 1 / 24**2


def test_what_reduces_the_variance_has_the_mean_zero():
    levels = spectra.two_level(6, high=2.3, low=0.4).expand(20_000, 6)
    covariance = sample_covariance.factored(levels, n=4, generator=generator(seed=3, block=0))
    noise = sample_covariance.fluctuation(covariance, levels, 0.3, n=4)
    assert abs(float(noise.mean())) < 4.5 * float(noise.std()) / 20_000**0.5
    assert float(noise.std()) > 0.3


@pytest.mark.slow
@pytest.mark.parametrize("name", [*NAMES, "isotropic_log_determinant"])
def test_every_step_of_the_derivations_is_checked(name):
    assert getattr(theory, name).derivation.evidence >= Evidence.SAMPLED


def test_the_isotropic_formula_is_that_of_any_spectrum_with_one_level():
    (*_, last) = theory.isotropic_log_determinant.derivation.steps
    assert Derivation((last,), theory.STEPS).evidence >= Evidence.SAMPLED
    wrong = replace(last, right=last.right + theory.alpha / 100)
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


def test_the_term_of_order_one_rests_on_one_assumption_of_the_literature():
    steps = theory.log_determinant.finite_size.derivation.verify()
    assert [step.evidence for step in steps].count(Evidence.ASSUMED) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", [*NAMES, "isotropic_log_determinant"])
def test_the_reasons_of_the_reference_points_are_computed_again(name):
    claim = getattr(claims, name)
    for reason, point in zip(explained(Field.of(claim), claim.points), claim.reference_points, strict=True):
        assert point.because.startswith(reason.because)


def test_impossible_parameters_are_refused_in_one_line():
    with pytest.raises(DomainError, match="c = 0 is outside c > 0"):
        theory.isotropic_log_determinant(c=0, alpha=2)
    with pytest.raises(DomainError, match=r"spectrum\[2\] = -1 is outside"):
        theory.resolvent_trace(c=1, alpha=2, spectrum=[1, -1])
    for name in NAMES:
        for run in (getattr(numerics, name), getattr(numerics, f"{name}_data")):
            with pytest.raises(ParameterError, match="c = 0 is outside c > 0"):
                simulate(run, parameters={"d": 4, "n": 3, "c": 0.0, "spectrum": SPECTRUM}, replicas=1)
