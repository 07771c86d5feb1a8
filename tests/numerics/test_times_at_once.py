"""All data against each query's own datum, at many times at once, against the plain formula in float64."""

import math
import shutil

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics import points as points_module
from numerics import times_at_once as module
from numerics.diffusion import variance
from numerics.empirical_score import empirical_score
from numerics.points import in_memory, on_disk
from numerics.simulator import ParameterError
from numerics.times_at_once import against_own, compiled, of_queries

T = 0.83
TIMES = (3.0, 1.0, 0.3, 0.05, 1e-3)


def drawn(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator).to(dtype)


def own_of(n, b):
    return (torch.arange(b) * 5 + 3) % n


def plain(data, own, noise, t):
    """log(Z_rest/Z_own), sum of squared weights, log of the nearest of the rest, log-density."""
    data, noise, delta = data.double(), noise.double(), variance(t, T=T)
    x = math.exp(-t) * data[own] + math.sqrt(delta) * noise
    logits = -(x[:, None] - math.exp(-t) * data[None]).square().sum(2) / (2 * delta)
    at = torch.arange(len(own))
    rest = logits.clone()
    rest[at, own] = -math.inf
    mine = logits[at, own]
    constant = math.log(len(data)) + data.shape[1] / 2 * math.log(2 * math.pi * delta)
    return (
        torch.logsumexp(rest, 1) - mine,
        torch.softmax(logits, 1).square().sum(1),
        rest.amax(1) - mine,
        torch.logsumexp(logits, 1) - constant,
    )


@given(st.integers(2, 40), st.integers(1, 6), st.integers(1, 9), st.integers(0, 99))
def test_all_sums_are_those_of_the_formula(n, d, b, seed):
    data, own, noise = drawn(n, d, seed=seed), own_of(n, b), drawn(b, d, seed=seed + 1)
    found = against_own(in_memory(data), own, noise, times=TIMES, T=T, audited=b)
    for row, t in enumerate(TIMES):
        rest, same, near, log_density = plain(data, own, noise, t)
        assert torch.allclose(found.log_rest[row], rest, rtol=1e-9, atol=1e-9)
        assert torch.allclose(found.log_nearest[row], near, rtol=1e-9, atol=1e-9)
        assert torch.equal(found.own_is_nearest[row], near <= 0)
        assert torch.allclose(found.same_datum[row], same, rtol=1e-9)
        assert torch.allclose(found.own_weight[row], 1 / (1 + rest.exp()), rtol=1e-8, atol=1e-300)
        assert torch.allclose(found.excess_entropy[row], torch.logaddexp(rest, torch.zeros(b).double()), atol=1e-9)
        assert torch.allclose(found.log_density[row], log_density, rtol=1e-10, atol=1e-10)
    assert found.audit_error < 1e-9


@pytest.mark.parametrize("place", ["memory", "disk"])
def test_blocks_do_not_show_not_even_one_that_holds_the_own_datum_alone(tmp_path, monkeypatch, place):
    data, noise = drawn(33, 3), drawn(11, 3, seed=1)
    own = torch.tensor([32, 0, 8, 31, 32, 5, 16, 17, 1, 2, 32])
    whole = against_own(in_memory(data), own, noise, times=TIMES, T=T)
    monkeypatch.setattr(module, "QUERIES", 4)
    monkeypatch.setattr(module, "DATA", 8)
    monkeypatch.setattr(module, "NUMBERS", 100)
    if place == "disk":
        np.save(tmp_path / "data.npy", data.numpy())
        monkeypatch.setattr(points_module, "CHUNK", 48)
        points = on_disk(tmp_path / "data.npy", dtype=torch.float64)
    else:
        points = in_memory(data)
    found = against_own(points, own, noise, times=TIMES, T=T, reduce=module.eager)
    for name in ("log_rest", "log_rest_squares", "log_nearest", "log_own"):
        assert torch.allclose(getattr(found, name), getattr(whole, name), rtol=1e-11, atol=1e-11)


def test_float32_loses_nothing_at_small_times_where_the_single_time_does():
    data, own, noise = (
        drawn(300, 200, dtype=torch.float32),
        torch.arange(20),
        drawn(20, 200, seed=1, dtype=torch.float32),
    )
    points, t = in_memory(data), 1e-4
    found = against_own(points, own, noise, times=(t,), T=T, audited=20)
    expected = plain(data, own, noise, t)[3]
    assert float((found.log_density[0] - expected).abs().max()) < 1e-9
    assert found.audit_error < 1e-9
    x = (math.exp(-t) * data[own].double() + math.sqrt(variance(t, T=T)) * noise.double()).float()
    assert empirical_score(points, x, t=t, T=T).audit.log_density_error > 1e-3


@pytest.mark.parametrize("d", [3, 100])
def test_the_audit_is_the_largest_error_of_the_log_density(d):
    data, own, noise = drawn(900, d, dtype=torch.float32), own_of(900, 12), drawn(12, d, seed=1, dtype=torch.float32)
    found = against_own(in_memory(data), own, noise, times=TIMES, T=T, audited=12)
    off = max(
        float((found.log_density[row] - plain(data, own, noise, t)[3]).abs().max()) for row, t in enumerate(TIMES)
    )
    assert found.audit_error == pytest.approx(off, rel=1e-4, abs=1e-10)
    assert 0 < off < 1e-4


def test_a_coarse_kernel_is_seen_by_the_audit():
    def coarse(gains, losses, scales):
        return module._reduced(gains.bfloat16().float(), losses.bfloat16().float(), scales)

    data, own, noise = drawn(300, 20, dtype=torch.float32), own_of(300, 12), drawn(12, 20, seed=1, dtype=torch.float32)
    found = against_own(in_memory(data), own, noise, times=(1.0,), T=T, reduce=coarse)
    assert found.audit_error > 1e-3


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_times_far_out_are_no_exception(dtype):
    """Late: all weights are equal.  Early: the own datum alone is left, and nothing is nan."""
    data, own, noise = drawn(50, 4, dtype=dtype), own_of(50, 6), drawn(6, 4, seed=1, dtype=dtype)
    found = against_own(in_memory(data), own, noise, times=(600.0, 1e-30), T=T)
    assert torch.allclose(found.log_rest[0], torch.full((6,), math.log(49.0)).double(), rtol=1e-6)
    assert torch.allclose(found.same_datum[0], torch.full((6,), 1 / 50).double(), rtol=1e-6)
    assert found.own_weight[1].min() == 1
    assert found.same_datum[1].min() == 1
    assert torch.equal(found.log_density[1], found.log_own[1])
    assert not torch.isnan(found.log_rest).any()


def test_data_that_come_twice_share_the_weight():
    data = drawn(20, 3)
    data[7] = data[2]
    found = against_own(in_memory(data), torch.tensor([2]), drawn(1, 3, seed=1), times=(1e-3,), T=T, audited=1)
    assert found.own_weight.item() == pytest.approx(0.5, rel=1e-6)
    assert found.same_datum.item() == pytest.approx(0.5, rel=1e-6)


def test_the_own_weight_and_the_sum_of_squares_have_one_mean():
    """Bayes: the datum that made x is a draw of the posterior; their difference is zero on average."""
    data, b = drawn(30, 3), 20_000
    own = torch.arange(b) % 30
    found = against_own(in_memory(data), own, drawn(b, 3, seed=1), times=(0.4,), T=T)
    off = found.own_weight[0] - found.same_datum[0]
    assert abs(float(off.mean())) < 5 * float(off.std()) / math.sqrt(b)
    assert 0.05 < float(found.same_datum.mean()) < 0.95


def test_any_query_can_be_held_against_any_datum():
    data, x, datum = drawn(40, 3) + 2.0, drawn(9, 3, seed=1) * 2, own_of(40, 9)
    found = of_queries(in_memory(data), x, datum, t=0.3, T=T, audited=9)
    logits = -(x[:, None] - math.exp(-0.3) * data[None]).square().sum(2) / (2 * variance(0.3, T=T))
    weights = torch.softmax(logits, 1)
    assert torch.allclose(found.own_weight[0], weights[torch.arange(9), datum], rtol=1e-10)
    assert torch.allclose(found.same_datum[0], weights.square().sum(1), rtol=1e-10)
    assert torch.allclose(found.log_density[0], empirical_score(in_memory(data), x, t=0.3, T=T).log_density, rtol=1e-10)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="no compiler")
@pytest.mark.filterwarnings("ignore")
def test_the_compiled_kernel_gives_the_same():
    for dtype, error in ((torch.float64, 1e-12), (torch.float32, 1e-4)):
        data, noise = drawn(2100, 5, dtype=dtype), drawn(150, 5, seed=1, dtype=dtype)
        one, other = (
            against_own(in_memory(data), own_of(2100, 150), noise, times=TIMES, T=T, reduce=reduce)
            for reduce in (module.eager, compiled())
        )
        assert torch.allclose(one.log_density, other.log_density, rtol=0, atol=error)
        assert torch.allclose(one.same_datum, other.same_datum, rtol=error)
        assert torch.allclose(one.log_nearest, other.log_nearest, rtol=error)


def test_where_nothing_can_be_compiled_the_eager_kernel_is_named(monkeypatch):
    def broken(*given):
        raise RuntimeError("no C++ compiler\nlong trace")

    compiled.cache_clear()
    monkeypatch.setattr(torch, "compile", lambda function, **options: broken)
    with pytest.raises(ParameterError, match=r"does not work here \(no C\+\+ compiler\): use the eager loop"):
        compiled()
    compiled.cache_clear()


POINTS = in_memory(drawn(5, 2))
OWN, NOISE = torch.tensor([0, 4, 1]), drawn(3, 2, seed=1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: against_own(POINTS, OWN, NOISE, times=(1.0, 0.0), T=T), "t = 0.0 is outside t > 0"),
        (lambda: against_own(POINTS, OWN, NOISE, times=(), T=T), "no times are given: needs one"),
        (lambda: against_own(POINTS, OWN, NOISE, times=(1.0,), T=T, audited=-1), "audited = -1 is outside"),
        (lambda: against_own(POINTS, OWN, NOISE, times=(1.0,), T=0.0), "T = 0.0 is outside"),
        (lambda: against_own(POINTS, OWN + 1, NOISE, times=(1.0,), T=T), "from 1 to 5: allowed is 0 to 4"),
        (lambda: against_own(POINTS, OWN - 1, NOISE, times=(1.0,), T=T), "from -1 to 3: allowed is 0 to 4"),
        (lambda: against_own(POINTS, OWN[:2], NOISE, times=(1.0,), T=T), r"needs an int64 tensor of shape \(3,\)"),
        (lambda: against_own(POINTS, OWN.double(), NOISE, times=(1.0,), T=T), "needs an int64 tensor"),
        (lambda: against_own(POINTS, OWN, NOISE.float(), times=(1.0,), T=T), "noise are torch.float32 on cpu"),
        (lambda: against_own(POINTS, OWN, NOISE[:, :1], times=(1.0,), T=T), r"noise of shape \(3, 1\)"),
        (lambda: against_own(POINTS, OWN, NOISE * math.inf, times=(1.0,), T=T), "noise: row 0 is not finite"),
        (lambda: of_queries(POINTS, NOISE, OWN, t=-1.0, T=T), "t = -1.0 is outside"),
    ],
)
def test_what_cannot_be_asked_is_refused(wrong, message):
    with pytest.raises(ParameterError, match=message):
        wrong()
