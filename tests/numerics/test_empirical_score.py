"""The score and log-density of n data against the plain formula, known cases, and the way back that they drive."""

import doctest
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from numerics import empirical_score as module
from numerics import points as points_module
from numerics.diffusion import (
    euler_maruyama,
    geometric_grid,
    linear_exact,
    noised,
    reverse,
    variance,
)
from numerics.empirical_score import centre_drive, empirical_score, in_memory, on_disk, posterior_mean, score_drive
from numerics.simulator import ParameterError

T = 0.83


def stream(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def drawn(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, dtype=torch.float64, generator=stream(seed)).to(dtype)


def plain(data, x, t, temperature=T):
    """Score and log-density as the formula has them, every difference written out."""
    delta = variance(t, T=temperature)
    data, x = data.double(), x.double()
    logits = -(x[:, None] - math.exp(-t) * data[None]).square().sum(2) / (2 * delta)
    centre = torch.softmax(logits, 1) @ data
    constant = math.log(len(data)) + data.shape[1] / 2 * math.log(2 * math.pi * delta)
    return (math.exp(-t) * centre - x) / delta, torch.logsumexp(logits, 1) - constant


@given(st.integers(2, 40), st.integers(1, 6), st.floats(1e-3, 5), st.floats(0.2, 3), st.integers(0, 99))
def test_score_and_log_density_are_those_of_the_formula(n, d, t, temperature, seed):
    data = drawn(n, d, seed=seed) + 1.0
    x = noised(data[torch.arange(7) % n], t=t, T=temperature, generator=stream(seed + 1))
    found = empirical_score(in_memory(data), x, t=t, T=temperature)
    score, log_density = plain(data, x, t, temperature)
    assert torch.allclose(found.score, score, rtol=1e-9, atol=1e-9)
    assert torch.allclose(found.log_density, log_density, rtol=1e-10, atol=1e-9)
    assert found.audit.queries == module.AUDITED
    assert found.audit.log_density_error < 1e-9


def test_two_data_give_a_hyperbolic_tangent():
    """a = +-1 in one dimension: <a> = tanh(x exp(-t)/Delta)."""
    t, x = 0.7, torch.linspace(-3, 3, 13, dtype=torch.float64).unsqueeze(1)
    found = posterior_mean(in_memory(torch.tensor([[1.0], [-1.0]], dtype=torch.float64)), x, t=t, T=T)
    assert torch.allclose(found, torch.tanh(x * math.exp(-t) / variance(t, T=T)), rtol=1e-13, atol=1e-15)


def test_the_density_of_one_dimension_is_normalised():
    points = in_memory(drawn(9, 1, seed=3))

    def density(x: float) -> float:
        query = torch.tensor([[x]], dtype=torch.float64)
        return math.exp(empirical_score(points, query, t=0.05, T=T, audited=0).log_density.item())

    assert integrate.quad(density, -8, 8, limit=400)[0] == pytest.approx(1, abs=1e-8)


def test_the_score_is_the_gradient_of_the_log_density():
    points, x, step = in_memory(drawn(30, 3)), drawn(1, 3, seed=1), 1e-5
    near = torch.cat([x + sign * step * torch.eye(3, dtype=torch.float64) for sign in (1, -1)])
    found = empirical_score(points, near, t=0.4, T=T).log_density
    score = empirical_score(points, x, t=0.4, T=T, audited=1).score
    assert torch.allclose((found[:3] - found[3:]) / (2 * step), score[0], rtol=1e-7)


def test_late_times_forget_the_data():
    found = empirical_score(in_memory(drawn(5, 2)), drawn(3, 2, seed=1), t=500.0, T=T, audited=3)
    assert torch.allclose(found.score, -drawn(3, 2, seed=1) / T)


@pytest.mark.parametrize("d", [4, 300])
def test_float32_is_audited_and_the_audit_is_right(d):
    data = drawn(700, d, dtype=torch.float32)
    x = noised(data[:60], t=0.3, T=T, generator=stream(1))
    found = empirical_score(in_memory(data), x, t=0.3, T=T, audited=60)
    score, log_density = plain(data, x, 0.3)
    off = float((found.log_density - log_density).abs().max())
    assert found.score.dtype == torch.float32
    assert found.audit.log_density_error == pytest.approx(off, rel=1e-6, abs=1e-11)
    assert 1e-9 < off < 1e-3
    assert float(((found.score - score).norm(dim=1) / score.norm(dim=1)).max()) < 1e-5
    assert found.audit.score_error < 1e-5


def test_data_far_from_the_origin_cost_no_digits():
    data = drawn(500, 8, dtype=torch.float32) + 1000.0
    x = noised(data[:20], t=0.1, T=T, generator=stream(1))
    found = empirical_score(in_memory(data), x, t=0.1, T=T)
    assert float((found.log_density - plain(data, x, 0.1)[1]).abs().max()) < 1e-2
    assert float((found.score - plain(data, x, 0.1)[0]).abs().max()) < 1e-2


def test_data_that_were_changed_meanwhile_are_seen_by_the_audit():
    data = drawn(50, 3)
    points = in_memory(data)
    data += 0.1
    assert empirical_score(points, drawn(6, 3, seed=1), t=0.5, T=T).audit.log_density_error > 1e-3


def test_the_audited_queries_are_a_random_subset():
    """An error that one query of forty has is seen by some draws of four, and not by others."""
    data = drawn(50, 3, dtype=torch.float32)
    x = noised(data[:40], t=0.1, T=T, generator=stream(1))
    x[7] += 3e4
    points = in_memory(data)
    seen = [
        empirical_score(points, x, t=0.1, T=T, generator=stream(k)).audit.log_density_error > 1e-3 for k in range(60)
    ]
    assert 0 < sum(seen) < 30
    assert not empirical_score(points, x[:7], t=0.1, T=T, audited=7).audit.log_density_error > 1e-3


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_points_on_disk_give_the_same(tmp_path, monkeypatch, dtype):
    data = drawn(101, 5) + 3.0
    np.save(tmp_path / "data.npy", data.numpy())
    x = noised(data[:9], t=0.2, T=T, generator=stream(1)).to(dtype)
    expected = empirical_score(in_memory(data.to(dtype)), x, t=0.2, T=T)
    monkeypatch.setattr(points_module, "CHUNK", 60)
    found = empirical_score(on_disk(tmp_path / "data.npy", dtype=dtype), x, t=0.2, T=T)
    error = 1e-4 if dtype == torch.float32 else 1e-11
    assert torch.allclose(found.score, expected.score, rtol=error, atol=error)
    assert torch.allclose(found.log_density, expected.log_density, rtol=error, atol=error)
    assert found.audit.log_density_error < error


def test_both_drives_bring_clones_back_to_the_data():
    """n = 6 in three dimensions from t = 0.6: where two clones of x end on one datum is a draw of the posterior."""
    data, clones = drawn(6, 3, seed=2) * 1.3, 4000
    x = noised(data[:1], t=0.6, T=T, generator=stream(1))
    weights = torch.softmax(-(x - math.exp(-0.6) * data).square().sum(1) / (2 * variance(0.6, T=T)), 0)
    points = in_memory(data)
    times = (*geometric_grid(0.6, 1e-3, 150), 0.0)
    y = x.expand(clones, 3).clone()
    ends = reverse(y, scheme=linear_exact(centre_drive(points, T=T), T=T), times=times, generator=stream(3))
    distance, index = torch.cdist(ends, data).min(1)
    assert float(distance.max()) < 1e-6
    off = torch.bincount(index, minlength=6) / clones - weights
    assert float((off / (weights * (1 - weights) / clones).sqrt()).abs().max()) < 5.5
    assert float(weights.max()) < 0.9
    again = reverse(
        x.expand(200, 3).clone(),
        scheme=euler_maruyama(score_drive(points, T=T), T=T),
        times=geometric_grid(0.6, 1e-4, 200),
        generator=stream(3),
    )
    assert float(torch.cdist(again, data).amin(1).max()) < 0.1


def test_the_example_of_the_documentation_runs():
    found = doctest.testmod(module)
    assert found.attempted > 8
    assert found.failed == 0


POINTS = in_memory(drawn(5, 2))
X = drawn(3, 2, seed=1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: empirical_score(POINTS, X, t=0.0, T=T), "t = 0.0 is outside t > 0"),
        (lambda: empirical_score(POINTS, X, t=-1.0, T=T), "t = -1.0 is outside t > 0"),
        (lambda: empirical_score(POINTS, X, t=math.nan, T=T), "t = nan is outside t > 0"),
        (lambda: empirical_score(POINTS, X, t=math.inf, T=T), "t = inf is outside t > 0, finite"),
        (lambda: empirical_score(POINTS, X, t=1e-320, T=T), "t = 1e-320 is too small"),
        (lambda: empirical_score(POINTS, X, t=1.0, T=0.0), "T = 0.0 is outside T > 0"),
        (lambda: empirical_score(POINTS, X, t=1.0, T=-2.0), "T = -2.0 is outside T > 0"),
        (lambda: empirical_score(POINTS, X[:, :1], t=1.0, T=T), r"queries of shape \(3, 1\): allowed is \(b, 2\)"),
        (lambda: empirical_score(POINTS, X[0], t=1.0, T=T), "queries of shape"),
        (lambda: empirical_score(POINTS, X[:0], t=1.0, T=T), r"queries of shape \(0, 2\)"),
        (
            lambda: empirical_score(POINTS, X.float(), t=1.0, T=T),
            "queries are torch.float32 on cpu, the data are 5 points",
        ),
        (lambda: empirical_score(POINTS, X / 0, t=1.0, T=T), "queries: row 0 is not finite"),
        (lambda: posterior_mean(POINTS, X * math.nan, t=1.0, T=T), "queries: row 0 is not finite"),
        (lambda: empirical_score(POINTS, X, t=1.0, T=T, audited=-1), "audited = -1 is outside audited >= 0"),
        (
            lambda: empirical_score(in_memory(drawn(5, 2).float()), X.float(), t=1e-39, T=T),
            "t = 1e-39 is too small for 5 points in 2 dimensions, float32 on cpu",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(wrong, message):
    with pytest.raises(ParameterError, match=message) as caught:
        wrong()
    assert "\n" not in str(caught.value)
