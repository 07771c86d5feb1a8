"""Posterior weights slice by slice, and the nearest datum, against the plain formula."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics import attention
from numerics import points as points_module
from numerics import posterior as module
from numerics.diffusion import variance
from numerics.points import in_memory, on_disk
from numerics.posterior import nearest, posterior_weights
from numerics.simulator import ParameterError

T = 0.83


def drawn(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def squares(data, x, t):
    return (x[:, None] - math.exp(-t) * data[None]).square().sum(2)


@given(st.integers(2, 50), st.integers(1, 5), st.floats(1e-3, 4), st.integers(0, 99))
def test_weights_are_those_of_bayes(n, d, t, seed):
    data, x = drawn(n, d, seed=seed) + 1, drawn(6, d, seed=seed + 1)
    ((rows, weights),) = posterior_weights(in_memory(data), x, t=t, T=T)
    assert rows == slice(0, n)
    assert torch.allclose(weights, torch.softmax(-squares(data, x, t) / (2 * variance(t, T=T)), 1), atol=1e-9)


@pytest.mark.parametrize("place", ["memory", "disk"])
def test_slices_cover_the_data_and_sum_to_one(tmp_path, monkeypatch, place):
    data, x = drawn(53, 3), drawn(5, 3, seed=1)
    np.save(tmp_path / "data.npy", data.numpy())
    monkeypatch.setattr(points_module, "CHUNK", 30)
    monkeypatch.setattr(module, "CHUNK", 20)
    points = in_memory(data) if place == "memory" else on_disk(tmp_path / "data.npy", dtype=torch.float64)
    parts = list(posterior_weights(points, x, t=0.4, T=T))
    assert max(weights.numel() for _, weights in parts) <= 20
    assert [rows.start for rows, _ in parts[1:]] == [rows.stop for rows, _ in parts[:-1]]
    assert parts[-1][0].stop == 53
    together = torch.cat([weights for _, weights in parts], 1)
    assert torch.allclose(together, torch.softmax(-squares(data, x, 0.4) / (2 * variance(0.4, T=T)), 1), atol=1e-12)
    assert torch.allclose(together.sum(1), torch.ones(5, dtype=torch.float64), atol=1e-12)


@pytest.mark.parametrize("place", ["memory", "disk"])
@pytest.mark.parametrize("t", [1e-3, 0.5, 4.0])
def test_the_nearest_datum_is_found(tmp_path, monkeypatch, place, t):
    data, x = drawn(211, 3) + 5, drawn(40, 3, seed=1)
    np.save(tmp_path / "data.npy", data.numpy())
    monkeypatch.setattr(points_module, "CHUNK", 90)
    monkeypatch.setattr(attention, "DATA", 16)
    monkeypatch.setattr(attention, "QUERIES", 7)
    points = in_memory(data) if place == "memory" else on_disk(tmp_path / "data.npy", dtype=torch.float64)
    index, distance = nearest(points, x, t=t)
    expected = squares(data, x, t).min(1)
    assert torch.equal(index, expected.indices)
    assert torch.allclose(distance, expected.values, rtol=1e-12)


def test_a_query_on_a_datum_is_at_no_distance():
    data = drawn(100, 4).float()
    index, distance = nearest(in_memory(data), (data[[3, 50]] * math.exp(-0.2)), t=0.2)
    assert index.tolist() == [3, 50]
    assert float(distance.max()) < 1e-12


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda points: posterior_weights(points, drawn(3, 2), t=0.0, T=T), "t = 0.0 is outside t > 0"),
        (lambda points: posterior_weights(points, drawn(3, 3), t=1.0, T=T), "queries of shape"),
        (lambda points: nearest(points, drawn(3, 2), t=-1.0), "t = -1.0 is outside t > 0"),
        (lambda points: nearest(points, drawn(3, 3), t=1.0), "queries of shape"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_the_call(wrong, message):
    with pytest.raises(ParameterError, match=message):
        wrong(in_memory(drawn(5, 2)))
