"""Edges part a law evenly, whatever its tails, and never lie on an atom."""

from math import inf

import numpy as np
import pytest
from scipy import stats

from crosscheck.edges import COUNT, even_edges

LINE = (-inf, inf)


@pytest.mark.parametrize(
    ("law", "explored", "allowed"),
    [
        (stats.norm(3, 1e-3), (2, 4), LINE),
        (stats.norm(0, 1e4), (-1, 1), LINE),
        (stats.cauchy(), (-2, 2), LINE),
        (stats.pareto(0.1), (1, 3), (1, inf)),
        (stats.beta(0.3, 3), (0.1, 0.9), (0, 1)),
        (stats.expon(), (0.5, 1), (0, inf)),
    ],
)
def test_a_continuous_law_is_parted_evenly(law, explored, allowed):
    edges = even_edges(law.cdf, explored=explored, allowed=allowed)
    found = law.cdf(edges)
    assert found == pytest.approx(np.arange(1, COUNT + 1) / (COUNT + 1), abs=1 / (3 * COUNT))


@pytest.mark.parametrize("explored", [(-1, 1), (0, 8), (0.5, 3), (-8, 8)])
def test_edges_lie_between_atoms_one_above_each(explored):
    law = stats.binom(8, 0.3)
    edges = np.array(even_edges(law.cdf, explored=explored, allowed=LINE))
    assert np.all(np.abs(edges - np.round(edges)) > 1e-9)
    assert sorted(set(np.floor(edges))) == [0, 1, 2, 3, 4, 5]  # P(X <= 5) = 0.989 > 63/64
    assert np.max(edges - np.floor(edges)) < 1


def test_a_law_of_one_atom_has_an_edge_above_it():
    edges = even_edges(lambda x: (x >= 0.25).astype(float), explored=(0, 1), allowed=LINE)
    assert edges[0] > 0.25


def test_few_evaluations_are_needed_for_a_smooth_law():
    calls = []

    def law(x):
        calls.append(len(x))
        return stats.norm.cdf(x)

    even_edges(law, explored=(-1, 1), allowed=LINE)
    assert sum(calls) < 12 * COUNT


def test_what_is_no_law_still_yields_edges():
    for wrong in (lambda x: 0 * x + 0.5, lambda x: -stats.norm.cdf(x), lambda x: 2 * stats.norm.cdf(x), np.zeros_like):
        edges = even_edges(wrong, explored=(-1, 1), allowed=LINE)
        assert np.all(np.isfinite(edges))
        assert len(edges) >= 1
