"""The linear score: which matrix has the least empirical loss, by how much the printed ones miss it, and the law's."""

import math
from dataclasses import replace

import pytest
import torch
from scipy import stats
from sympy import Expr

from crosscheck.claims.gaussian_covariance import score as claims
from crosscheck.reference_points import Field, explained
from numerics.diffusion import noised, variance
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.gaussian_covariance import score as numerics
from theory.derivation import Derivation, Evidence
from theory.domain import DomainError
from theory.evaluate import as_array
from theory.formula import Explicit
from theory.systems.gaussian_covariance import score as theory

FORMS = (theory.linear_score, theory.empirical_score_matrix)
CLAIMS = (claims.linear_score, claims.empirical_score_matrix)
AT = {"t": 0.4, "T": 0.7}
N, D = 24, 4


def pairs(replicas, seed=1, n=N, d=D):
    generator = torch.Generator().manual_seed(seed)
    a = torch.randn(replicas, n, d, dtype=torch.float64, generator=generator)
    return noised(a, generator=generator, **AT), a


def matrices(x, a):
    """The best matrix, M D^-1, and (37) as printed."""
    n, d = x.shape[1:]
    spread, memory = x.mT @ x / n, a.mT @ x / n
    symmetric = (memory + memory.mT) / 2
    shrink = math.exp(-AT["t"])
    sides = (
        torch.linalg.solve(spread, memory.mT).mT,
        torch.linalg.solve(spread, symmetric).mT,
        torch.linalg.solve(spread, symmetric),
    )
    return [(torch.eye(d).double() - shrink * side) / variance(**AT) for side in sides]


def printed_loss(weights, x, a):
    """BM23 (34) with the constant of (33), over d."""
    n, d = x.shape[1:]
    spread, memory = x.mT @ x / n, a.mT @ x / n
    noise, shrink = variance(**AT), math.exp(-AT["t"])
    symmetric = (memory + memory.mT) / 2

    def trace(matrix):
        return matrix.diagonal(dim1=1, dim2=2).sum(1)

    constant = ((x - shrink * a) / noise).square().sum((1, 2)) / n
    linear = trace(spread @ weights) - shrink * trace(symmetric @ weights)
    return (trace(weights @ spread @ weights.mT) - 2 / noise * linear + constant) / d


def value(expression: Expr):
    at = {symbol: {"d": D, "n": N, **AT}[symbol.name] for symbol in expression.free_symbols}
    return float(as_array(Explicit(expression), at))


@pytest.mark.slow  # the fast ones are of every claim: tests/claims
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.parametrize("place", range(3))
def test_a_wrong_excess_is_refuted(place):
    step = theory.EXCESS_STEPS[place]
    wrong = replace(step, right=step.right + theory._sigma)
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


def test_only_the_formulas_of_the_empirical_matrix_are_misprinted():
    differs = {form.observable: [comparison.differs for comparison in form.comparisons()] for form in FORMS}
    assert differs == {"linear_score": [False, False], "empirical_score_matrix": [True, True]}


def test_no_other_matrix_has_a_smaller_loss():
    x, a = pairs(200)
    best, *others = matrices(x, a)
    least = numerics.loss(best, x, a, **AT)
    assert torch.allclose(least, numerics.least_loss(x, a, n=N, **AT), rtol=1e-10)
    for other in others:
        assert bool((numerics.loss(other, x, a, **AT) > least).all())
    made = torch.Generator().manual_seed(5)
    for size in (1e-3, 0.1, 3.0):
        moved = best + size * torch.randn(best.shape, dtype=torch.float64, generator=made)
        assert bool((numerics.loss(moved, x, a, **AT) > least).all())


@pytest.mark.parametrize(
    ("which", "excess"), [(1, theory.SYMMETRIC_PART), (2, theory.PRINTED_ORDER)], ids=["M D^-1", "(37)"]
)
def test_the_mean_loss_at_other_matrices_is_the_derived_one(which, excess):
    x, a = pairs(20_000, seed=which)
    best, *_ = found = matrices(x, a)
    gained = numerics.loss(found[which], x, a, **AT) - numerics.loss(best, x, a, **AT)
    expected = value(theory.PREFACTOR * excess)
    error = float(gained.std()) / 20_000**0.5
    assert abs(float(gained.mean()) - expected) < 4.5 * error
    assert error < 0.02 * expected


def test_the_printed_loss_is_larger_than_the_loss_at_the_best_matrix():
    x, a = pairs(20_000, seed=3)
    best, *_ = matrices(x, a)
    gained = printed_loss(best, x, a) - numerics.loss(best, x, a, **AT)
    expected = value(theory.PREFACTOR * theory.PRINTED_LOSS)
    assert abs(float(gained.mean()) - expected) < 4.5 * float(gained.std()) / 20_000**0.5
    symmetric = (best + best.mT) / 2
    assert torch.allclose(printed_loss(symmetric, x, a), numerics.loss(symmetric, x, a, **AT), rtol=1e-9)


def test_all_matrices_agree_with_that_of_the_law_as_data_grow():
    x, a = pairs(4, n=200_000)
    for weights in matrices(x, a):
        exact = theory.linear_score(t="0.4", T="0.7", c="1") * torch.eye(D, dtype=torch.float64)
        assert torch.allclose(weights, exact.expand_as(weights), atol=0.03)


def test_scatter_and_data_have_losses_of_one_law():
    at = {"d": 3, "n": 9, "t": 0.4, "T": 0.7}
    laws = [
        route.run(**at, replicas=4000, generator=torch.Generator().manual_seed(seed)).numpy()
        for seed, route in enumerate((numerics.empirical_score_matrix, numerics.empirical_score_matrix_of_data))
    ]
    assert stats.ks_2samp(*laws).pvalue > 1e-3


def test_the_matrix_of_the_law_has_the_eigenvalue_of_the_formula():
    for d in (1, 5):
        at = {"t": 0.4, "T": 0.7, "c": 1.9}
        found = simulate(numerics.linear_score, parameters={"d": d, **at}, replicas=1).mean
        assert found == pytest.approx(theory.linear_score(**{k: str(v) for k, v in at.items()}), rel=1e-13)


@pytest.mark.slow
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_the_reasons_of_the_reference_points_are_computed_again(claim):
    found = explained(Field.of(claim), list(claim.points))
    assert [reason.because for reason in found] == [point.because for point in claim.reference_points]


def test_too_few_data_and_no_variance_are_refused():
    with pytest.raises(DomainError, match=r"d = 4, n = 3 is outside n >= d: .* singular"):
        theory.empirical_score_matrix(n=3, d=4, t="0.4", T="0.7")
    with pytest.raises(DomainError, match="c = -1 is outside c > 0"):
        theory.linear_score(t="0.4", T="0.7", c="-1")
    for route in (numerics.empirical_score_matrix, numerics.empirical_score_matrix_of_data):
        with pytest.raises(ParameterError, match="n = 3, d = 4 is outside n >= d: the covariance is singular"):
            route(d=4, n=3, t=0.4, T=0.7, replicas=2, generator=torch.Generator())
    with pytest.raises(ParameterError, match=r"c = -1\.0 is outside c > 0"):
        numerics.linear_score(d=4, c=-1.0, t=0.4, T=0.7, replicas=2, generator=torch.Generator())
