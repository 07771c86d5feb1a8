"""Fused attention against products of blocks, both against the plain formula; when the private operator is not used."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics import attention
from numerics.attention import attend, fused_attention, in_blocks, merged


def example(b, m, d, *, scale=1.0, dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    queries, data = (torch.randn(k, d, dtype=torch.float64, generator=generator) for k in (b, m))
    bias = torch.randn(m, dtype=torch.float64, generator=generator) * scale
    return (queries * scale).to(dtype), data.to(dtype), bias.to(dtype)


def plain(queries, data, bias):
    logits = queries.double() @ data.double().T + bias.double()
    return torch.softmax(logits, 1) @ data.double(), torch.logsumexp(logits, 1)


@pytest.fixture
def fresh():
    fused_attention.cache_clear()
    yield
    fused_attention.cache_clear()


def test_this_version_of_torch_has_the_operator_that_is_used():
    version = ".".join(torch.__version__.split(".")[:2])
    assert (fused_attention() is not None) == (version in attention.TRIED)


@given(st.integers(1, 300), st.integers(1, 700), st.integers(1, 9), st.sampled_from([1e-3, 1.0, 30.0]))
def test_both_ways_give_the_plain_averages(b, m, d, scale):
    of = example(b, m, d, scale=scale)
    expected = plain(*of)
    for way in (attend, in_blocks):
        for one, other in zip(way(*of), expected, strict=True):
            assert torch.allclose(one, other, rtol=1e-10, atol=1e-10)


def test_blocks_of_queries_and_data_do_not_show(monkeypatch):
    of = example(23, 57, 4)
    whole = in_blocks(*of)
    monkeypatch.setattr(attention, "QUERIES", 5)
    monkeypatch.setattr(attention, "DATA", 8)
    for one, other in zip(in_blocks(*of), whole, strict=True):
        assert torch.allclose(one, other, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("way", [attend, in_blocks])
def test_float32_keeps_its_digits(way):
    of = example(40, 5000, 16, dtype=torch.float32)
    means, logs = way(*of)
    expected = plain(*of)
    assert means.dtype == torch.float32
    assert logs.dtype == torch.float64
    assert float((means - expected[0]).abs().max()) < 1e-5
    assert float((logs - expected[1]).abs().max()) < 1e-5


@pytest.mark.parametrize("way", [attend, in_blocks])
def test_weights_that_differ_by_thousands_of_orders_make_no_nan(way):
    queries, data, bias = example(7, 600, 3, dtype=torch.float32)
    bias = bias * 1e4
    means, logs = way(queries, data, bias)
    best = int(bias.argmax())
    assert torch.allclose(means, data[best].expand_as(means), atol=1e-4)
    assert torch.allclose(logs, (queries @ data[best] + bias[best]).double(), rtol=1e-6)


@given(st.integers(1, 59))
def test_averages_over_two_parts_are_those_over_the_whole(cut):
    queries, data, bias = example(6, 60, 3, scale=20.0)
    parts = [in_blocks(queries, data[rows], bias[rows]) for rows in (slice(0, cut), slice(cut, 60))]
    both = merged(merged(None, parts[0]), parts[1])
    for one, other in zip(both, in_blocks(queries, data, bias), strict=True):
        assert torch.allclose(one, other, rtol=1e-12, atol=1e-12)


def test_another_version_of_torch_takes_the_public_way(fresh, monkeypatch):
    monkeypatch.setattr(attention, "TRIED", ("1.0",))
    assert fused_attention() is None
    of = example(3, 10, 2)
    assert all(torch.equal(one, other) for one, other in zip(attend(*of), in_blocks(*of), strict=True))


def test_another_signature_takes_the_public_way(fresh, monkeypatch):
    monkeypatch.setattr(attention, "_SCHEMA", attention._SCHEMA.replace("Tensor? attn_mask", "Tensor attn_mask"))
    assert fused_attention() is None


def without_the_bias(query, key, value, *, attn_mask, scale):
    logits = query @ key.mT
    return torch.softmax(logits, -1) @ value, torch.logsumexp(logits, -1)


def without_the_log(query, key, value, *, attn_mask, scale):
    weights = torch.exp(query @ key.mT + attn_mask)
    return weights @ value / weights.sum(-1, keepdim=True), weights.sum(-1)


def refusing(query, key, value, *, attn_mask, scale):
    raise RuntimeError("not on this machine")


def right(query, key, value, *, attn_mask, scale):
    logits = query @ key.mT + attn_mask
    return torch.softmax(logits, -1) @ value, torch.logsumexp(logits, -1)


@pytest.mark.parametrize("other", [without_the_bias, without_the_log, refusing])
def test_an_operator_that_means_something_else_is_not_used(other):
    assert attention._agrees(attention._called(right))
    assert not attention._agrees(attention._called(other))


def test_an_operator_of_the_right_signature_that_means_something_else_is_left_alone(fresh, monkeypatch):
    called = attention._called
    monkeypatch.setattr(attention, "_called", lambda operator: called(without_the_bias))
    assert fused_attention() is None
