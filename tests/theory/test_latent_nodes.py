"""The generated law on nodes, and the next generation's data, against converged values and against points."""

import numpy as np
import pytest
import torch

from numerics.interpolant_sampler import AutoEncoder, euler, normal_kicks
from theory import latent_nodes, stein

OVERLAP, SKIP, LOADINGS = np.array([[1.1, 0.3], [0.3, 0.8]]), 0.7, np.array([[0.6, 0.1], [-0.2, 0.5]])


def test_the_law_on_nodes_is_that_of_points_that_euler_steps_carry():
    made = latent_nodes.generated(OVERLAP, SKIP, stop=0.9, steps=20, nodes=61)
    law = latent_nodes.projected(made, OVERLAP, LOADINGS)
    d, generator = 12, torch.Generator().manual_seed(1)
    root = np.linalg.cholesky(OVERLAP)  # rows of w/sqrt(d) in the first two axes
    rows = torch.zeros(2, d, dtype=torch.float64)
    rows[:, :2] = torch.from_numpy(root)
    inside = np.linalg.solve(root, LOADINGS)  # components of E there; the rest lies in two other axes
    axes = np.zeros((d, 2))
    axes[:2], axes[2:4] = inside, np.linalg.cholesky(np.eye(2) - inside.T @ inside).T
    x = euler(
        torch.randn(40_000, d, dtype=torch.float64, generator=generator),
        denoiser=AutoEncoder(SKIP, rows.T * d**0.5), times=[k / 20 for k in range(19)], kicks=normal_kicks(generator),
    )  # fmt: skip
    seen = x.numpy() @ axes
    wanted = law.covariance + (law.weights * law.centres.T) @ law.centres
    spread = np.cov(seen.T)
    assert np.allclose(spread, wanted, atol=6 * np.abs(wanted).max() * (2 / 40_000) ** 0.5)
    fourth = law.weights @ law.centres[:, 0] ** 4 + 6 * law.covariance[0, 0] * (law.weights @ law.centres[:, 0] ** 2)
    fourth += 3 * law.covariance[0, 0] ** 2
    powers = seen[:, 0] ** 4
    assert abs(powers.mean() - fourth) < 5 * powers.std() / 200
    assert float(x[:, 5:].square().mean()) == pytest.approx(made.bulk, rel=0.02)


def test_the_bulk_variance_of_euler_steps_is_the_printed_product():
    # b = 0.73, 50 steps, one left: 0.143986701145136202
    assert latent_nodes.bulk(0.73, stop=0.98, steps=50) == pytest.approx(0.143986701145136202, rel=1e-12)


def test_a_density_on_nodes_has_its_probability_and_its_hellinger_distance():
    # tanh, |mu| = 1.5, eta = 0.2, theta = 3: Q 1.496299, G 1.150730, b .776870, N = 100, t_f = .9: V .363450, H .303738
    q, g = np.array([[1.496299]]), np.array([[1.150730]])
    made = latent_nodes.generated(q, 0.7768698, stop=0.9, steps=100, nodes=201)
    assert made.bulk == pytest.approx(0.363450, abs=2e-6)
    x = np.linspace(-8, 8, 801)
    found = latent_nodes.density(latent_nodes.projected(made, q, g), x[:, None])
    assert found.sum() * 0.02 == pytest.approx(1, abs=1e-9)
    target = sum(np.exp(-((x - at) ** 2) / 2) for at in (-1.5, 1.5)) / 2 / np.sqrt(2 * np.pi)
    assert np.sqrt(np.sum((np.sqrt(found) - np.sqrt(target)) ** 2) * 0.01) == pytest.approx(0.303738, abs=2e-6)


def test_the_next_target_has_the_moments_of_the_law_it_comes_from():
    model = stein.Model(
        weights=np.array([0.5, 0.5]), masses=np.ones(1), eigenvalues=np.ones((2, 1)), products=np.ones((2, 2, 1)),
        alpha=np.array([0.5]), beta=np.array([0.5]), level=np.ones(1), encoding=np.zeros(1), eta=0.1, lam=0.0,
    )  # fmt: skip
    made = latent_nodes.generated(OVERLAP, SKIP, stop=0.9, steps=20, nodes=41)
    rows = np.array([[0.3, 0.1], [-0.1, 0.4]])
    target, start = latent_nodes.next_target(model, made, OVERLAP, LOADINGS, rows)
    law = latent_nodes.projected(made, OVERLAP, LOADINGS)
    assert start.q.sum(0) == pytest.approx(rows @ rows.T)  # weights along orthonormal directions
    assert start.m[:, -2:].sum(0) == pytest.approx(rows.T)  # loadings
    # A weight's overlap with the data: along the old weights as E^T X has it, across them with the variance V.
    second = np.einsum("c,cr,cs->rs", target.weights, *[start.m.sum(0)] * 2)
    second += np.einsum("j,jrs->rs", target.eigenvalues[0], start.q)
    wanted = law.covariance + (law.weights * law.centres.T) @ law.centres
    assert second == pytest.approx(rows @ wanted @ rows.T, abs=1e-9)
    assert float(target.masses @ target.eigenvalues[0]) == pytest.approx(made.bulk)


@pytest.mark.slow
def test_the_second_generation_of_two_modes_is_the_simulated_one():
    """Online SGD on generated data, d = 1000, 4 runs: Q 7.66(5), V .00231 (N = 50, t_f = .98, theta = 3)."""
    mu2 = 2.25 * np.array([[1.0, -1.0], [-1.0, 1.0]])
    model = stein.Model(
        weights=np.array([0.5, 0.5]), masses=np.ones(1), eigenvalues=np.ones((2, 1)), products=mu2[:, :, None],
        alpha=np.array([0.5]), beta=np.array([0.5]), level=np.ones(1), encoding=np.zeros(1), eta=0.2, lam=0.0,
    )  # fmt: skip
    first = latent_nodes.generated(np.array([[1.4962994]]), 0.77686984, stop=0.98, steps=50, nodes=41)
    loadings, rows = np.array([[1.15073]]), np.array([[0.15]])
    target, start = latent_nodes.next_target(model, first, np.array([[1.4962994]]), loadings, rows)
    (state,) = stein.path(target, start, (3.0,), nodes=30, tolerance=1e-5)
    assert state.q.sum() == pytest.approx(7.63, abs=0.03)
    assert latent_nodes.bulk(state.b, stop=0.98, steps=50) == pytest.approx(0.00227, abs=1e-4)
