"""Glauber dynamics: its stationary law exactly at small N, its runs against that law."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy import stats

from numerics.ensembles import curie_weiss_law
from numerics.glauber import (
    aligned,
    alternate_in_plus,
    glauber,
    heat_bath,
    heat_bath_in_plus,
    relaxation_sweeps,
    spin_sums,
    turn,
)
from numerics.seeds import generator
from numerics.simulator import ParameterError

BETA, H = 0.9, 0.61


def stream(block: int = 0) -> torch.Generator:
    return generator("glauber", seed=0, block=block)


def transition_matrix(table: torch.Tensor) -> np.ndarray:
    """One update of a uniformly chosen spin, over the 2^N configurations written as bits."""
    N = len(table)
    matrix = np.zeros((2**N, 2**N))
    for code, site in itertools.product(range(2**N), range(N)):
        others = (code & ~(1 << site)).bit_count()
        up = float(table[others])
        matrix[code, code | (1 << site)] += up / N
        matrix[code, code & ~(1 << site)] += (1 - up) / N
    return matrix


def model(N: int) -> np.ndarray:
    """Probabilities of the configurations in model (13)."""
    sums = np.array([2 * code.bit_count() - N for code in range(2**N)])
    weights = np.exp(BETA * sums**2 / (2 * N) + H * sums / N)
    return weights / weights.sum()


@pytest.mark.parametrize("N", [1, 2, 3, 5, 6])
def test_the_model_is_stationary_with_detailed_balance(N):
    matrix, law = transition_matrix(heat_bath(N, beta=BETA, h=H)), model(N)
    flow = law[:, None] * matrix
    assert flow == pytest.approx(flow.T, abs=1e-16)
    assert law @ matrix == pytest.approx(law, rel=1e-13)
    assert np.linalg.matrix_rank(matrix - np.eye(2**N)) == 2**N - 1  # and no other law is


@pytest.mark.parametrize("N", [1, 2, 3, 4, 5, 6])
def test_inside_the_plus_state_the_conditioned_model_is_stationary(N):
    matrix, law = transition_matrix(heat_bath_in_plus(N, beta=BETA, h=H)), model(N)
    law *= np.array([2 * code.bit_count() > N for code in range(2**N)])
    law /= law.sum()
    flow = law[:, None] * matrix
    assert flow == pytest.approx(flow.T, abs=1e-16)
    inside = law > 0
    assert matrix[np.ix_(inside, ~inside)].sum() == 0
    assert np.linalg.matrix_rank(matrix[np.ix_(inside, inside)] - np.eye(inside.sum())) == inside.sum() - 1


def test_one_update_has_the_frequencies_of_the_transition_matrix():
    spins = torch.tensor([1, 0, 1], dtype=torch.uint8).repeat(100_000, 1)
    glauber(spins, up=heat_bath(3, beta=BETA, h=H), steps=1, generator=stream())
    counts = np.bincount((spins.long() @ torch.tensor([1, 2, 4])).numpy(), minlength=8)
    expected = transition_matrix(heat_bath(3, beta=BETA, h=H))[5] * 100_000
    assert counts[expected == 0].sum() == 0
    assert stats.chisquare(counts[expected > 0], expected[expected > 0]).pvalue > 1e-6


@pytest.mark.parametrize(("table", "keep"), [(heat_bath, -9), (heat_bath_in_plus, 0)])
def test_long_runs_have_the_law_of_the_model(table, keep):
    spins = glauber(aligned(40_000, N=8), up=table(8, beta=BETA, h=H), steps=8 * 40, generator=stream())
    law = curie_weiss_law(8, BETA, H).where(lambda s: s > keep)
    counts = [int((spin_sums(spins) == s).sum()) for s in law.sums]
    assert sum(counts) == 40_000
    assert stats.chisquare(counts, 40_000 * law.probability).pvalue > 1e-6


def test_runs_may_be_interrupted_between_the_draws_made_ahead(monkeypatch):
    monkeypatch.setattr("numerics.glauber._DRAWN", 50)
    spins = glauber(aligned(20_000, N=4), up=heat_bath(4, beta=BETA, h=H), steps=60, generator=stream())
    law = curie_weiss_law(4, BETA, H)
    counts = [int((spin_sums(spins) == s).sum()) for s in law.sums]
    assert stats.chisquare(counts, 20_000 * law.probability).pvalue > 1e-6


def test_alternating_field_and_spins_have_the_law_of_the_model():
    start = torch.full((40_000,), 8.0, dtype=torch.float64)
    sums = alternate_in_plus(start, beta=BETA, h=H, N=8, sweeps=40, generator=stream())
    law = curie_weiss_law(8, BETA, H).where(lambda s: s > 0)
    counts = [int((sums == s).sum()) for s in law.sums]
    assert sum(counts) == 40_000
    assert stats.chisquare(counts, 40_000 * law.probability).pvalue > 1e-6


def test_turning_gives_the_common_sign_its_conditional_law():
    spins = torch.tensor([[1, 1, 1, 0], [0, 0, 0, 1], [1, 0, 1, 0]], dtype=torch.uint8).repeat(50_000, 1)
    turned, plus = turn(spins.clone(), h=2.0, generator=stream())
    expected = 1 / (1 + math.exp(-2 * 2.0 * 2 / 4))
    assert plus[:3].tolist() == pytest.approx([expected, expected, 0.5])
    assert torch.equal(spin_sums(turned).abs(), spin_sums(spins).abs())
    ups = (spin_sums(turned) > 0).view(-1, 3).sum(dim=0).tolist()
    assert all(stats.binomtest(k, 50_000, expected).pvalue > 1e-6 for k in ups[:2])
    assert torch.equal(spins[0] ^ turned[0], torch.full((4,), int(turned[0, 3]), dtype=torch.uint8))


def test_the_state_is_forgotten_after_the_relaxation_sweeps():
    """The mean-field equation dm/dsweep = tanh(beta m) - m, from m = 1."""
    for beta in (1.05, 1.37, 3.0):
        m, dt = 1.0, 0.01
        for _ in range(round(relaxation_sweeps(beta) / dt)):
            m += dt * (math.tanh(beta * m) - m)
        rest = m
        for _ in range(round(100 / (beta - 1) / dt)):
            rest += dt * (math.tanh(beta * rest) - rest)
        assert m / rest - 1 < 3e-6


@pytest.mark.parametrize("beta", [1.0, 0.5, math.inf, math.nan])
def test_there_is_nothing_to_relax_in_without_a_state(beta):
    with pytest.raises(ParameterError, match="outside beta > 1"):
        relaxation_sweeps(beta)


def test_negative_steps_and_foreign_tables_are_refused():
    with pytest.raises(ParameterError, match="needs steps >= 0"):
        glauber(aligned(2, N=3), up=heat_bath(3, beta=1, h=0), steps=-1, generator=stream())
