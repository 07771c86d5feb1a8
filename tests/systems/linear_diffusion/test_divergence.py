"""Divergence of the generated law: known digits, one level by hand, predicted terms of order one, routes in law."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest
from scipy import stats

from crosscheck.claims.linear_diffusion import divergence as claims
from crosscheck.reference_points import Field, explained
from numerics import sample_covariance, spectra
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.linear_diffusion import divergence as numerics
from numerics.tables import Table
from theory.derivation import Derivation, Evidence
from theory.domain import DomainError
from theory.systems.linear_diffusion import divergence as theory

LEVELS = [2.3, 0.4]
SPECTRUM = Table.of({"spectrum": np.array(LEVELS), "modes": 2})


def test_the_unregularised_divergence_to_twenty_digits():
    found = theory.divergence_unregularised.digits(20, n=37, d=11)
    with mpmath.workdps(30):
        assert abs(found - mpmath.mpf("1.1832726751325960727")) < mpmath.mpf(10) ** -18


def test_one_dimension_and_two_data_by_hand():
    """Sigma_0/Sigma is chi^2_1/2: E log of it is psi(1/2)."""
    assert theory.divergence_unregularised(n=2, d=1) == pytest.approx(-float(mpmath.digamma(0.5)) / 2, rel=1e-14)


def test_without_a_ridge_the_limit_is_that_of_the_exact_mean():
    found = theory.divergence(c="1e-9", alpha="0.4", spectrum=LEVELS)
    assert found == pytest.approx(float(theory.LIMIT.subs(theory.alpha, 0.4)), rel=1e-6)
    exact = theory.divergence_unregularised(n=2500, d=1000) / 1000
    predicted = theory.divergence.finite_size(c="1e-9", alpha="0.4", spectrum=LEVELS, d=1000)
    assert exact - found == pytest.approx(predicted, rel=0.01)


def test_the_spectrum_matters_only_with_a_ridge():
    values = [theory.divergence(c="1e-9", alpha="0.4", spectrum=levels) for levels in (LEVELS, [1], [5, 0.1, 3])]
    assert values == pytest.approx([values[0]] * 3, rel=1e-6)
    assert theory.divergence(c="0.2", alpha="0.4", spectrum=[1]) != pytest.approx(values[0], rel=0.1)


@pytest.mark.parametrize("alpha", [0.6, 2.4], ids=["more data", "more dimensions"])
def test_both_routes_have_the_mean_of_the_formula_with_its_predicted_term(alpha):
    at = {"c": 0.4, "spectrum": LEVELS, "alpha": alpha}
    expected = theory.divergence(**at) + theory.divergence.finite_size(**at, d=24)
    for run in (numerics.divergence, numerics.divergence_data):
        found = simulate(
            run, parameters={"d": 24, "n": round(24 / alpha), "c": 0.4, "spectrum": SPECTRUM}, replicas=2048
        )
        assert abs(found.mean - expected) <= 5 * found.standard_error + 0.5 / 24**2 < 0.03


@pytest.mark.parametrize(
    ("fast", "faithful", "at"),
    [
        (numerics.divergence, numerics.divergence_data, {"d": 6, "n": 4, "c": 0.3, "spectrum": SPECTRUM}),
        (numerics.divergence_unregularised, numerics.divergence_unregularised_data, {"d": 4, "n": 11}),
    ],
    ids=["with a ridge", "without"],
)
def test_fast_and_faithful_draws_have_one_law(fast, faithful, at):
    laws = [
        run(**at, replicas=4000, generator=generator(seed=seed, block=0)).numpy()
        for seed, run in enumerate((fast, faithful))
    ]
    assert stats.ks_2samp(*laws).pvalue > 1e-3


def test_what_reduces_the_variance_has_the_mean_zero():
    levels = spectra.two_level(6, high=2.3, low=0.4).expand(20_000, 6)
    covariance, _ = sample_covariance.factored_with_mean(levels, n=9, generator=generator(seed=3, block=0))
    added = sample_covariance.divergence_fluctuation(covariance, levels, 0.3, n=9)
    assert abs(float(added.mean())) < 4.5 * float(added.std()) / 20_000**0.5
    assert float(added.std()) > 0.1


@pytest.mark.parametrize("steps", [theory.GAUSSIAN, theory.divergence_unregularised.derivation.steps[-3:]])
def test_every_step_of_the_derivations_that_is_not_of_a_lemma_is_checked(steps):
    assert Derivation(tuple(steps), theory.STEPS).evidence >= Evidence.SAMPLED


def test_a_trace_without_what_the_mean_gives_back_is_refuted():
    wrong = replace(theory.GAUSSIAN[1], left=theory.GAUSSIAN[1].left - 1 / theory.n)
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


@pytest.mark.slow
@pytest.mark.parametrize("form", [theory.divergence, theory.divergence_unregularised], ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_the_logarithm_of_a_ratio_alone_is_a_misprint():
    (comparison,) = theory.divergence.comparisons()
    assert comparison.differs
    ratio = float(
        theory.divergence(c="0.8", alpha="0.4", spectrum=[1]) * 2 - 0.8
    )  # of one level: twice the divergence without c tr Sigma^-1
    assert ratio < 0


@pytest.mark.slow
@pytest.mark.parametrize("claim", [claims.divergence, claims.divergence_unregularised], ids=lambda claim: claim.id)
def test_the_reasons_of_the_reference_points_are_computed_again(claim):
    for reason, point in zip(explained(Field.of(claim), claim.points), claim.reference_points, strict=True):
        assert point.because.startswith(reason.because)


@pytest.mark.parametrize(
    ("form", "at", "message"),
    [
        (theory.divergence, {"c": 0, "alpha": 2, "spectrum": LEVELS}, "c = 0 is outside c > 0"),
        (theory.divergence, {"c": -0.1, "alpha": 0.5, "spectrum": LEVELS}, "c = -0.1 is outside c > 0"),
        (theory.divergence, {"c": 1, "alpha": 0, "spectrum": LEVELS}, "alpha = 0 is outside alpha > 0"),
        (theory.divergence, {"c": 1, "alpha": 1, "spectrum": []}, "spectrum is empty"),
        (theory.divergence_unregularised, {"n": 9, "d": 9}, "n = 9, d = 9 is outside n >= d [+] 1: .* singular"),
        (theory.divergence_unregularised, {"n": 1, "d": 1}, "n = 1 is outside an integer, n >= 2"),
    ],
    ids=["no ridge, few data", "negative ridge", "no data", "no spectrum", "singular", "one datum"],
)
def test_impossible_parameters_are_refused_in_one_line(form, at, message):
    with pytest.raises(DomainError, match=message) as raised:
        form(**at)
    assert "\n" not in str(raised.value)


def test_simulators_refuse_them_too():
    at = {"d": 4, "n": 1, "c": 0.3, "spectrum": SPECTRUM}
    for run in (numerics.divergence, numerics.divergence_data):
        with pytest.raises(ParameterError, match="n = 1 is outside n >= 2"):
            simulate(run, parameters=at, replicas=1)
        with pytest.raises(ParameterError, match="c = 0 is outside c > 0"):
            simulate(run, parameters=at | {"n": 3, "c": 0.0}, replicas=1)
    with pytest.raises(ParameterError, match="n = 4, d = 4 is outside n > d: the covariance is singular"):
        simulate(numerics.divergence_unregularised, parameters={"d": 4, "n": 4}, replicas=1)
