"""Covariances of n data: small cases by hand, eigenvectors in drawn data, what is generated, and what is refused."""

import math
from dataclasses import replace

import pytest
import torch
from scipy import stats

from crosscheck.claims.gaussian_covariance import sampling as claims
from crosscheck.reference_points import Field, explained
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.gaussian_covariance import sampling as numerics
from numerics.tables import Table
from theory.derivation import Derivation, Evidence
from theory.domain import DomainError
from theory.systems.gaussian_covariance import sampling as theory

FORMS = (theory.frobenius_error, theory.eigenvector_mixing)
CLAIMS = (claims.frobenius_error, claims.eigenvector_mixing)
LEVELS = Table.of({"spectrum": [2.0, 0.5, 0.3], "modes": 3})


def made(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_a_wrong_last_step_is_refuted(form):
    step = form.derivation.steps[-1]
    wrong = Derivation((replace(step, right=step.right * 2),), form.derivation.domain)
    assert wrong.evidence is Evidence.REFUTED


def test_one_datum_in_one_dimension_by_hand():
    # D = x^2: E (D - c)^2 = 2 c^2
    assert theory.frobenius_error(n=1, spectrum=[3]) == pytest.approx(18)


def test_the_error_of_a_spectrum_of_five_in_seven_data():
    levels = [1.0, 0.5, 0.25, 2.0, 0.75]
    expected = (sum(levels) ** 2 + sum(level**2 for level in levels)) / 7
    assert theory.frobenius_error(n=7, spectrum=levels) == pytest.approx(expected, rel=1e-14)


def test_the_mixing_of_a_thousand_data_per_squared_dimension():
    # 1 - overlap^2 = 7.4 d^2/n for a spectrum uniform on [1, 2]
    assert theory.eigenvector_mixing(k=20_000) * 20_000 == pytest.approx(math.pi**2 * 2.25 / 3, rel=1e-14)


def test_the_sum_over_directions_approaches_its_limit_as_predicted():
    for d in (101, 401):
        found = float(numerics.eigenvector_mixing.run(d=d, n=20_000 * d**2, replicas=1, generator=made(0)))
        gap = found - theory.eigenvector_mixing(k=20_000)
        assert gap == pytest.approx(theory.eigenvector_mixing.finite_size(k=20_000, d=d), rel=2 / d)


def test_fast_and_faithful_covariances_have_one_law():
    laws = [
        route.run(d=4, n=9, spectrum=LEVELS, replicas=4000, generator=made(seed)).numpy()
        for seed, route in enumerate((numerics.frobenius_error, numerics.frobenius_error_of_data))
    ]
    assert stats.ks_2samp(*laws).pvalue > 1e-3


def test_fast_and_faithful_eigenvectors_have_one_law():
    laws = [
        route.run(d=5, n=2500, replicas=3000, generator=made(seed)).numpy()
        for seed, route in enumerate((numerics.eigenvector_mixing_drawn, numerics.eigenvector_mixing_of_data))
    ]
    assert stats.ks_2samp(*laws).pvalue > 1e-3


def test_inverse_iteration_finds_the_eigenvector_of_the_middle():
    levels, middle = numerics._levels(9, 10**5)
    levels = torch.from_numpy(levels)
    factor = numerics.wishart.bartlett(20, n=10**5, d=9, generator=made(3)) * (levels / 10**5).sqrt().unsqueeze(1)
    matrices = factor @ factor.mT
    found = numerics._mixed(matrices, levels, middle, 10**5)
    overlap = torch.linalg.eigh(matrices).eigenvectors[:, middle, middle].square()
    away = levels - levels[middle]
    away[middle] = math.inf
    control = ((matrices[:, middle].square() - levels * levels[middle] / 10**5) / away.square()).sum(1)
    assert torch.allclose(found + control, 1 - overlap, rtol=1e-6, atol=1e-12)


def test_what_is_taken_off_has_the_mean_zero():
    levels, middle = numerics._levels(9, 10**4)
    levels = torch.from_numpy(levels)
    factor = numerics.wishart.bartlett(40_000, n=10**4, d=9, generator=made(4)) * (levels / 10**4).sqrt().unsqueeze(1)
    away = levels - levels[middle]
    away[middle] = math.inf
    first = (factor @ factor.mT)[:, middle].square() / away.square()
    control = (first - levels * levels[middle] / 10**4 / away.square()).sum(1)
    assert abs(float(control.mean())) < 4.5 * float(control.std()) / 200


def test_axes_are_orthonormal():
    columns = numerics.axes(7)
    assert torch.allclose(columns.T @ columns, torch.eye(7, dtype=torch.float64), atol=1e-13)
    assert float((columns - torch.diag(columns.diagonal())).abs().max()) > 0.1


@pytest.mark.slow
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_the_reasons_of_the_reference_points_are_computed_again(claim):
    found = explained(Field.of(claim), list(claim.points))
    assert [reason.because for reason in found] == [point.because for point in claim.reference_points]


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ({"n": 0, "spectrum": [1]}, "n = 0 is outside an integer, n >= 1"),
        ({"n": 5, "spectrum": [1, -0.5]}, r"spectrum\[2\] = -0.5 is outside spectrum > 0"),
        ({"n": 5, "spectrum": []}, "spectrum is empty"),
    ],
)
def test_a_spectrum_that_is_none_is_refused_in_one_line(at, message):
    with pytest.raises(DomainError, match=message) as raised:
        theory.frobenius_error(**at)
    assert "\n" not in str(raised.value)


def test_eigenvectors_need_a_middle_and_enough_data():
    with pytest.raises(ParameterError, match=r"d = 4 is outside d >= 3, odd"):
        numerics.eigenvector_mixing(d=4, n=100, replicas=1, generator=made(0))
    with pytest.raises(ParameterError, match="n = 4, d = 5 is outside n >= d: the covariance is singular"):
        numerics.eigenvector_mixing_drawn(d=5, n=4, replicas=1, generator=made(0))
    with pytest.raises(DomainError, match="k = 100 is outside k > 10000"):
        theory.eigenvector_mixing(k=100)


def test_simulated_errors_are_those_of_the_formula():
    found = simulate(numerics.frobenius_error_of_data, parameters={"d": 3, "n": 6, "spectrum": LEVELS}, replicas=20_000)
    assert abs(found.mean - theory.frobenius_error(n=6, spectrum=[2, 0.5, 0.3])) < 4.5 * found.standard_error
