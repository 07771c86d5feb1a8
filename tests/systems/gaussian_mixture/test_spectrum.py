"""Speciation from the spectrum: Table 1, the covariance and its inverse, the misprints of both, and drawn data."""

import math

import mpmath
import numpy as np
import pytest

from crosscheck.claims.gaussian_mixture import spectrum as claims
from numerics.replicas import simulate
from numerics.systems.gaussian_mixture import spectrum as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.systems.gaussian_mixture import spectrum as theory

FORMS = (
    theory.covariance,
    theory.late_precision,
    theory.speciation_time,
    theory.spectral_speciation_time,
    theory.noised_peak,
)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_wrong_eigenvalue_is_refuted():
    right = theory.PRINCIPAL[0]
    wrong = Step(right.left, right.right * theory.LARGEST, "its square", where=right.where)
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


@pytest.mark.parametrize(("eigenvalue", "printed"), theory.TABLE_1.values(), ids=theory.TABLE_1)
def test_every_row_of_table_1_rounds_to_the_printed_time(eigenvalue, printed):
    assert f"{theory.spectral_speciation_time(Lambda=eigenvalue):.2f}" == printed
    # With Lambda exp(-2t) = Delta instead the first four rows would read 1.08, 1.44, 0.70 and 1.29.
    assert theory.spectral_speciation_time(Lambda=eigenvalue) < math.log1p(float(eigenvalue)) / 2


def test_every_row_of_table_1_is_a_reference_point():
    points = [str(float(point["Lambda"])) for point in claims.spectral_speciation_time.points]
    assert points == [eigenvalue for eigenvalue, _ in theory.TABLE_1.values()]


def test_the_speciation_time_of_one_data_set_to_thirty_digits():
    found = theory.spectral_speciation_time.digits(30, Lambda="7.66")
    with mpmath.workdps(40):
        assert abs(found - mpmath.mpf("1.0180059918762499656871518746210")) < mpmath.mpf(10) ** -29


def test_the_misprints_fall_out_and_nothing_else_does():
    differs = {form.observable: [c.differs for c in form.comparisons()] for form in FORMS}
    assert differs == {
        "covariance": [False],
        "late_precision": [True],
        "speciation_time": [False],
        "spectral_speciation_time": [False],
        "noised_peak": [True],
    }


def test_the_printed_norm_is_that_of_one_dimension():
    (comparison,) = theory.noised_peak.comparisons()
    printed = float(comparison.published.expression.subs(theory.t, 0.7))
    assert theory.noised_peak(t="0.7", d=1) == pytest.approx(printed)
    assert theory.noised_peak(t="0.7", d=3) == pytest.approx(printed**3)


def test_the_late_matrix_is_the_precision_and_not_the_covariance():
    # c = 3.7, t = 3: the exact precision is 0.993352, that to first order 0.993268, the exact covariance 1.00669.
    assert theory.late_precision(t="3", c="3.7") == pytest.approx(0.993268, abs=5e-7)
    exact = simulate(numerics.late_precision, parameters={"t": 3, "c": 3.7}, replicas=1).mean
    assert exact == pytest.approx(0.993352, abs=5e-7)
    predicted = theory.late_precision.finite_size(t="3", c="3.7")
    assert exact - theory.late_precision(t="3", c="3.7") == pytest.approx(predicted, rel=0.02)


@pytest.mark.parametrize("d", [2, 9, 40])
def test_the_largest_eigenvalue_of_the_matrix_is_that_of_the_formula(d):
    at = {"d": d, "t": 0.8, "mu": 0.7, "sigma": 1.3}
    found = simulate(numerics.covariance, parameters=at, replicas=1).mean
    assert found == pytest.approx(theory.covariance(**{k: str(v) for k, v in at.items()}), rel=1e-13)


def test_drawn_data_have_the_variance_of_the_formula_along_their_principal_component():
    at = {"d": 5, "t": 0.8, "mu": 0.7, "sigma": 1.3}
    found = simulate(numerics.covariance_drawn, parameters=at, replicas=40_000)
    expected = theory.covariance(**{k: str(v) for k, v in at.items()})
    assert abs(found.mean - expected) < 5 * found.standard_error


def test_the_precision_of_drawn_data_has_the_exact_one_as_its_mean():
    found = simulate(numerics.late_precision_estimated, parameters={"t": 1.0, "c": 3.7}, replicas=6000)
    expected = simulate(numerics.late_precision, parameters={"t": 1.0, "c": 3.7}, replicas=1).mean
    assert abs(found.mean - expected) < 5 * found.standard_error


def test_the_time_at_which_drawn_data_have_shrunk_to_variance_one():
    at = {"d": 5, "mu": 0.9, "sigma": 1.4}
    exact = simulate(numerics.speciation_time, parameters=at, replicas=1).mean
    assert exact == pytest.approx(theory.speciation_time(d=5, mu="0.9", sigma="1.4"), rel=1e-12)
    found = simulate(numerics.speciation_time_of_data, parameters=at, replicas=60)
    assert abs(found.mean - exact) < 5 * found.standard_error
    assert found.standard_error < 0.005


def test_noise_equals_the_principal_component_at_that_time_up_to_one_over_d():
    at = {"d": 4000, "mu": "0.9", "sigma": "1.4"}
    equal = math.log1p(4000 * 0.81 + 1.96) / 2
    predicted = theory.speciation_time.finite_size(**at)
    assert equal - theory.speciation_time(**at) == pytest.approx(predicted, rel=1e-3)


@pytest.mark.parametrize("d", [1, 3])
def test_points_in_a_cube_about_the_centre_tell_the_density_there(d):
    found = simulate(numerics.noised_peak_in_cube, parameters={"t": 0.4, "d": d}, replicas=40_000)
    assert abs(found.mean - theory.noised_peak(t="0.4", d=d)) < 5 * found.standard_error


def test_three_directions_are_orthonormal_and_have_the_variances_that_are_asked_for():
    axes, data = numerics._three_dimensions(3.7)
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-14)
    assert np.diag(axes @ data @ axes.T) == pytest.approx([3.7, 0.6, 0.3])


def test_values_outside_the_domain_are_refused():
    with pytest.raises(DomainError, match="spectral_speciation_time: Lambda = 1 is outside Lambda > 1"):
        theory.spectral_speciation_time(Lambda="1")
    with pytest.raises(DomainError, match="late_precision: c = -1 is outside c > 0"):
        theory.late_precision(t="1", c="-1")
    with pytest.raises(DomainError, match=r"speciation_time: .* is outside"):
        theory.speciation_time(d=1, mu="0.5", sigma="0.5")
