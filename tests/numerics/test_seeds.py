"""Streams of random numbers depend on what is simulated and on nothing else."""

import random

import numpy as np
import pytest
import torch
from scipy import stats

from numerics.seeds import generator


def first(*key: object, seed: int = 0, block: int = 0, count: int = 4) -> list[float]:
    return torch.rand(count, dtype=torch.float64, generator=generator(*key, seed=seed, block=block)).tolist()


def test_the_same_key_gives_the_same_numbers():
    assert first("claim", "forward", {"N": 10}) == first("claim", "forward", {"N": 10})


@pytest.mark.parametrize(
    "other",
    [
        first("claim", {"N": 11}),
        first("other", {"N": 10}),
        first("claim", {"N": 10}, seed=1),
        first("claim", {"N": 10}, block=1),
        first("claim", {"n": 10}),
        first("claim", "N=10"),
        first(("claim",), {"N": 10}),
    ],
)
def test_any_change_of_the_key_gives_other_numbers(other):
    assert other != first("claim", {"N": 10})


def test_equal_parameters_written_differently_are_the_same_key():
    assert (
        first({"N": 10, "beta": 1.5})
        == first({"beta": np.float64(1.5), "N": 10.0})
        == first({"N": np.int64(10), "beta": 1.5})
    )


def test_streams_are_new_beyond_the_32_bits_that_manual_seed_keeps():
    kept = {tuple(torch.rand(3, generator=torch.Generator().manual_seed(s)).tolist()) for s in (5, 5 + 2**32)}
    assert len(kept) == 1  # the reason why the whole state is filled
    states = {generator("key", seed=0, block=b).get_state().numpy().tobytes() for b in range(200)}
    assert len(states) == 200


def test_first_numbers_of_many_blocks_are_uniform_and_uncorrelated():
    draws = np.array([first("uniform", block=b, count=2) for b in range(4000)])
    assert stats.kstest(draws[:, 0], "uniform").pvalue > 1e-6
    assert abs(np.corrcoef(draws[:-1, 0], draws[1:, 0])[0, 1]) < 5 / np.sqrt(4000)


def test_global_generators_are_left_alone():
    before = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    torch.rand(10, generator=generator("a", seed=3, block=4))
    after = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    assert torch.equal(before[0], after[0])
    assert before[1:] == after[1:]
