"""Trained networks: their generated points against the law of their own overlaps, and what is trained on these."""

import math

import numpy as np
import pytest
import torch

from numerics.denoiser_gradient import Levels, Rule
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.trained_networks import Generation, Sampling, Snapshot, followed
from numerics.trained_points import Chain, Task, generations_of_runs, overlaps_of_chain, overlaps_of_runs

TASK = Task(((1.5, 0.0), (-1.5, 0.0)), ((0.15, 0.0),), t=0.5, eta=0.2, lam=0.0, d=60, runs=3)


def test_snapshots_lie_on_one_training_path():
    two = list(overlaps_of_runs(TASK, (0.3, 1.0), generator(seed=1, block=0)))
    (one,) = overlaps_of_runs(TASK, (1.0,), generator(seed=1, block=0))
    for early, late in zip(two[1], one, strict=True):
        assert np.allclose(early, late)
    assert np.all(two[0][0] < two[1][0])  # Q grows
    assert [part.shape for part in one] == [(3, 1, 1), (3, 2, 1), (3,)]
    assert np.allclose(one[1][:, 0], -one[1][:, 1])


def test_generated_points_have_the_variance_of_their_own_skip_connection():
    network = TASK.network(torch.device("cpu"))
    rule = Rule(0.2, Levels.linear((0.5,)))
    draw = TASK.mixture(torch.device("cpu")).draw
    (trained,) = followed(network, draw, rule, thetas=(2.0,), generator=generator(seed=2, block=0))
    made = Generation(trained, Sampling(0.9, 20))
    for run in (0, 2):
        points = made.points(run, 600, generator(seed=3, block=run))
        left = 1 - torch.arange(18) / 20
        bulk = float(((1 + (trained.b[run] - 1) / (left * 20)) ** 2).prod())
        across = points[:, 2:]  # but for the weights' small part there
        assert float(across.square().mean()) == pytest.approx(bulk, rel=0.08)


def test_every_replica_is_trained_on_its_own_generation():
    weights = torch.zeros(2, 1, 5, dtype=torch.float64)
    made = Generation(Snapshot(1.0, weights, torch.tensor([1.0, 0.0], dtype=torch.float64)), Sampling(0.5, 2))
    drawn = torch.stack([made.draw(2, generator(seed=4, block=0)) for _ in range(200)])
    # b = 1: what enters comes out; b = 0: one Euler step of 1/2 halves it
    assert drawn.std((0, 2)).tolist() == pytest.approx([1.0, 0.5], rel=0.1)
    with pytest.raises(ParameterError, match="3 draw from 2 trained networks"):
        made.draw(3, generator(seed=4, block=0))


def test_generations_lose_their_variance():
    found = list(
        generations_of_runs(
            TASK, theta=2.0, generations=2, sampling=Sampling(0.9, 20), points=50, generator=generator(seed=5, block=0)
        )
    )
    assert np.all(found[1].bulk < found[0].bulk / 2)
    assert np.all(found[1].b < found[0].b)
    assert found[0].along.shape == (3, 50)


def test_a_chain_that_blows_up_says_so():
    calm, _ = overlaps_of_chain(Chain(1.37, 0.5, 0.5, 60, 4), 6.0, 100.0, generator(seed=6, block=0))
    wild, away = overlaps_of_chain(Chain(1.37, 0.5, 2.5, 60, 4), 6.0, 100.0, generator(seed=6, block=0))
    assert np.all(calm < 2)
    assert np.all(np.isinf(wild))
    assert np.all(np.isnan(away))


def test_a_sampling_is_a_whole_number_of_steps_and_stops_before_one():
    assert Sampling(0.98, 50).times[-2:] == (0.96, 0.98)
    with pytest.raises(ParameterError, match="no whole number"):
        Sampling(0.97, 50)
    with pytest.raises(ParameterError, match="outside 0 < stop < 1"):
        Sampling(1.0, 50)
    assert math.isclose(sum(np.diff(Sampling(0.5, 4).times)), 0.5)
