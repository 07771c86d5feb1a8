"""The linear denoiser: training by hand in one direction, matrices against drawn data, what is refused."""

import math

import numpy as np
import pytest
import torch

from crosscheck.claims.linear_diffusion import denoiser as claims
from crosscheck.reference_points import Field, explained
from numerics import noise_prediction
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.linear_diffusion import denoiser as numerics
from numerics.tables import Table
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.systems.linear_diffusion import denoiser as theory

LEVELS = [1, 0.25, 0.04]
SPECTRUM = Table.of({"spectrum": np.array(LEVELS), "modes": 3})
FORMS = (theory.optimal_denoiser, theory.test_loss, theory.null_direction_bound)


def test_one_direction_by_hand():
    assert theory.optimal_denoiser(c="0.5", spectrum=[2]) == pytest.approx(2 / 2.5)
    # two data along the first of two directions: training variance 1/2 of 2, and none of 0.4
    learned = 1 / 1.5 + 0.5 * (2 - 1) / 1.5**2 + 0.5 * (2 / 2) / 1.5**2
    assert theory.test_loss(c="0.5", n=2, spectrum=[2, 0.4]) == pytest.approx(learned + 0.4 / 0.5 * 1.5)
    assert theory.null_direction_bound(c="0.5", n=2, spectrum=[2, 0.4]) == pytest.approx(0.4 / 0.5)


def test_with_many_data_the_test_loss_is_the_least_one():
    least = theory.optimal_denoiser(c="0.3", spectrum=LEVELS)
    for n in (10, 100, 1000):
        loss = theory.test_loss(c="0.3", n=n, spectrum=LEVELS)
        assert least < loss < least * (1 + 3 / n)


def test_the_full_loss_is_above_the_bound_for_every_ridge():
    for c in (0.001, 0.1, 3):
        for n in (2, 3):
            bound = theory.null_direction_bound(c=c, n=n, spectrum=LEVELS)
            assert theory.test_loss(c=c, n=n, spectrum=LEVELS) > bound


def test_the_gap_alone_violates_the_printed_bound_and_the_full_loss_does_not():
    """Tr (Sigma - Sigma_0) R^2 of drawn training data against sum of Sigma_nu,nu/c^2 over their null directions."""
    made, c, n = generator(seed=1, block=0), 0.5, 3
    levels = torch.tensor([2.0, 1.2, 0.8, 0.5, 0.3], dtype=torch.float64)
    here = torch.zeros(5, dtype=torch.float64)
    violated, below = 0, 0
    for _ in range(300):
        x = torch.randn(n, 5, dtype=torch.float64, generator=made) * levels.sqrt()
        training = torch.cov(x.T, correction=0)
        resolvent = torch.linalg.inv(training + c * torch.eye(5, dtype=torch.float64))
        gap = ((torch.diag(levels) - training) @ resolvent @ resolvent).trace()
        values, axes = torch.linalg.eigh(training)
        null = axes[:, values < 1e-12]
        assert null.shape[1] == 5 - n + 1
        hidden = (null.T * levels @ null).trace()
        denoiser = noise_prediction.trained(x.mean(0), training, kept=1 / (1 + c))
        full = noise_prediction.loss(denoiser, here, torch.diag(levels), kept=1 / (1 + c))
        violated += int(gap < hidden / c**2)
        below += int(full < hidden / c)
    assert violated > 50
    assert below == 0


@pytest.mark.parametrize("d", [2, 3, 5])
@pytest.mark.parametrize("n", [2, 3, 9])
def test_the_loss_of_trained_matrices_is_the_sum_over_the_spectrum(d, n):
    at = {"c": 0.37, "n": n}
    found = simulate(numerics.test_loss, parameters={**at, "d": d, "spectrum": SPECTRUM}, replicas=1).mean
    assert found == pytest.approx(theory.test_loss(**at, spectrum=LEVELS), rel=1e-12)


@pytest.mark.parametrize("n", [3, 8])
def test_points_noise_and_test_data_that_are_drawn_give_the_same(n):
    at = {"c": 0.37, "n": n}
    found = simulate(numerics.test_loss_drawn, parameters={**at, "d": 4, "spectrum": SPECTRUM}, replicas=1024)
    assert abs(found.mean - theory.test_loss(**at, spectrum=LEVELS)) <= 5 * found.standard_error < 0.1


def test_training_points_have_the_mean_and_the_covariance_that_are_asked_for():
    axes = noise_prediction.frame(4, generator(seed=2, block=0))
    covariance = (axes[:, :2] * torch.tensor([2.0, 0.7], dtype=torch.float64)) @ axes[:, :2].T
    mean = torch.tensor([1.0, -2.0, 0.5, 3.0], dtype=torch.float64)
    points = numerics._points(covariance, mean, 3, generator(seed=3, block=0))
    assert torch.allclose(points.mean(0), mean, atol=1e-13)
    assert torch.allclose(torch.cov(points.T, correction=0), covariance, atol=1e-13)


def test_no_perturbed_or_fitted_denoiser_is_better_than_the_least_loss():
    at = {"c": 0.37, "d": 4, "spectrum": SPECTRUM}
    least = theory.optimal_denoiser(c="0.37", spectrum=LEVELS)
    made = generator(seed=4, block=0)
    for run, replicas in ((numerics.optimal_denoiser, 200), (numerics.optimal_denoiser_fitted, 16)):
        losses = run(**at, replicas=replicas, generator=made)
        assert float(losses.min()) >= least
        assert float(losses.mean()) <= least * 1.01


def test_a_gradient_descent_on_drawn_noise_arrives_at_the_formula():
    """W = sqrt(c (1 + c)) (Sigma_0 + c)^-1 along one direction of variance 0.7, c = 0.4."""
    c, level = 0.4, 0.7
    abar, made = 1 / (1 + c), generator(seed=5, block=0)
    x0, noise = torch.randn(2, 400_000, dtype=torch.float64, generator=made)
    x = math.sqrt(abar * level) * x0 + math.sqrt(1 - abar) * noise
    weight = 0.0
    for _ in range(60):
        weight += 0.5 * float(((noise - weight * x) * x).mean())
    assert weight == pytest.approx(math.sqrt(c * (1 + c)) / (level + c), abs=0.006)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_exact(form):
    assert form.derivation.evidence is Evidence.EXACT


@pytest.mark.parametrize(
    "wrong",
    [
        Step(theory.BEST_WEIGHT, theory.sqrt(theory.c) / (theory._L0 + theory.c), "root of 1 + c", where=theory.RIDGE),
        Step(
            theory.loss(theory.BEST_WEIGHT, theory.BEST_SHIFT, theory.m, theory._L),
            theory._L0 / (theory._L0 + theory.c) + (theory._L - theory._L0) / (theory._L0 + theory.c) ** 2,
            "as printed", where=theory.RIDGE,
        ),
    ],
    ids=["weight", "factor c"],
)  # fmt: skip
def test_wrong_steps_are_refuted(wrong):
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


def test_the_misprints_fall_out():
    assert [[c.differs for c in form.comparisons()] for form in FORMS] == [[], [True], [True]]


@pytest.mark.slow
@pytest.mark.parametrize(
    "claim", [claims.optimal_denoiser, claims.test_loss, claims.null_direction_bound], ids=lambda claim: claim.id
)
def test_the_reasons_of_the_reference_points_are_computed_again(claim):
    for reason, point in zip(explained(Field.of(claim), claim.points), claim.reference_points, strict=True):
        assert point.because.startswith(reason.because)


@pytest.mark.parametrize(
    ("form", "at", "message"),
    [
        (theory.test_loss, {"c": 0, "n": 3, "spectrum": LEVELS}, "c = 0 is outside c > 0"),
        (theory.test_loss, {"c": 1, "n": 1, "spectrum": LEVELS}, "n = 1 is outside an integer, n >= 2"),
        (theory.test_loss, {"c": 1, "n": 3, "spectrum": [1, -2]}, r"spectrum\[2\] = -2 is outside"),
        (theory.null_direction_bound, {"c": 1, "n": 4, "spectrum": LEVELS}, "n = 4, modes = 3 is outside n <= modes"),
    ],
    ids=["no ridge", "one datum", "negative eigenvalue", "no null direction"],
)
def test_impossible_parameters_are_refused_in_one_line(form, at, message):
    with pytest.raises(DomainError, match=message) as raised:
        form(**at)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"n": 1}, "n = 1 is outside n >= 2"), ({"n": 9}, "n = 9 is outside n <= 3"), ({"c": -1.0}, "c = -1 is outside")],
    ids=["one datum", "no null direction", "no ridge"],
)
def test_simulators_refuse_them_too(change, message):
    at = {"d": 3, "c": 0.1, "n": 2, "spectrum": SPECTRUM} | change
    for run in (numerics.null_direction_bound, numerics.null_direction_bound_drawn):
        with pytest.raises(ParameterError, match=message):
            simulate(run, parameters=at, replicas=1)
