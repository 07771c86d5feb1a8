"""The participation ratio: reference values, all three conventions against draws, fast against faithful."""

import numpy as np
import pytest
import torch
from scipy import stats

from crosscheck.claims.linear_diffusion import covariance as claims
from crosscheck.reference_points import Field, explained
from numerics import spectra
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.linear_diffusion import covariance as numerics
from numerics.tables import Table
from theory.derivation import Evidence
from theory.domain import DomainError
from theory.evaluate import as_array
from theory.formula import Explicit
from theory.notation import n, spectrum
from theory.systems.linear_diffusion import covariance as theory
from theory.tables import table

POWER_LAW = spectra.power_law(8, exponent=1.5).numpy()
SPECTRUM = Table.of({"spectrum": POWER_LAW, "modes": 8})


def test_the_participation_ratio_of_a_power_law():
    """l = k^-1.5, k = 1 .. 8: PR = 3.10592914056772; with n = 12 data (PR + 1)/12."""
    assert theory.frobenius_ratio(n=12, spectrum=POWER_LAW) == pytest.approx(4.10592914056772 / 12, rel=1e-14)
    assert theory.frobenius_ratio(n=12, spectrum=[0.7] * 5) == pytest.approx(6 / 12, rel=1e-14)


@pytest.mark.parametrize("d", [3, 8, 11])
def test_moments_of_one_datum_give_the_formula_in_any_number_of_directions(d):
    found = simulate(
        numerics.frobenius_ratio_of_moments, parameters={"d": d, "n": 12, "spectrum": SPECTRUM}, replicas=1
    )
    assert found.mean == pytest.approx(theory.frobenius_ratio(n=12, spectrum=POWER_LAW), rel=1e-13)


def test_fast_and_faithful_draws_have_one_law():
    at = {"d": 9, "n": 12, "spectrum": SPECTRUM}
    laws = [
        run(**at, replicas=4000, generator=generator(seed=seed, block=0)).numpy()
        for seed, run in enumerate((numerics.frobenius_ratio, numerics.frobenius_ratio_data))
    ]
    assert stats.ks_2samp(*laws).pvalue > 1e-3
    exact = theory.frobenius_ratio(n=12, spectrum=POWER_LAW)
    for values in laws:
        assert abs(values.mean() - exact) <= 5 * values.std() / np.sqrt(len(values)) < 0.1


def test_with_the_mean_subtracted_the_two_other_forms_hold():
    made, levels = generator(seed=7, block=0), torch.from_numpy(POWER_LAW)
    x = torch.randn(40_000, 12, 8, dtype=torch.float64, generator=made) * levels.sqrt()
    x = x - x.mean(1, keepdim=True)
    scatter = x.mT @ x
    given = {n: 12, spectrum: theory.DOMAIN[spectrum].read("here", table(POWER_LAW))}
    for over, form in ((12, theory.SUBTRACTED_OVER_N), (11, theory.SUBTRACTED)):
        values = (scatter / over - torch.diag(levels)).square().sum((1, 2)) / levels.square().sum()
        error = float(values.std()) / np.sqrt(len(values))
        assert abs(float(values.mean()) - float(as_array(Explicit(form), given))) <= 5 * error < 0.01


def test_every_step_of_the_derivation_is_checked():
    assert theory.frobenius_ratio.derivation.evidence >= Evidence.SAMPLED


def test_the_misprint_falls_out():
    (comparison,) = theory.frobenius_ratio.comparisons()
    assert comparison.differs
    assert comparison.published.equation == "d_eff"


@pytest.mark.slow
def test_the_reasons_of_the_reference_point_are_computed_again():
    claim = claims.frobenius_ratio
    found = explained(Field.of(claim), claim.points)
    assert [reason.because for reason in found] == [point.because for point in claim.reference_points]


def test_impossible_parameters_are_refused_in_one_line():
    with pytest.raises(DomainError, match="n = 1 is outside an integer, n >= 2"):
        theory.frobenius_ratio(n=1, spectrum=[1, 2])
    with pytest.raises(DomainError, match=r"spectrum\[1\] = 0 is outside"):
        theory.frobenius_ratio(n=3, spectrum=[0, 2])
    with pytest.raises(ParameterError, match="n = 1 is outside n >= 2"):
        simulate(numerics.frobenius_ratio, parameters={"d": 8, "n": 1, "spectrum": SPECTRUM}, replicas=1)
