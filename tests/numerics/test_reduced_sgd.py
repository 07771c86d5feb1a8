"""The reduced chain against the d-dimensional network in law: overlaps, components, skip connection, encoding."""

import math

import pytest
import torch

from numerics import online_sgd, reduced_sgd
from numerics.denoiser_gradient import Levels, Rule
from numerics.seeds import generator
from numerics.simulator import ParameterError

REPLICAS = 3000
CLUSTERS = (0.3, 0.45, 0.25)
CENTROIDS = torch.tensor([[1.1, 0.2], [-0.4, -0.9], [0.3, 1.3]], dtype=torch.float64)
VARIANCES = (1.0, 0.6, 1.5)
ALONG = torch.tensor([[0.5, -0.2], [0.1, 0.4]], dtype=torch.float64)
REST = torch.tensor([[0.3, 0.0], [0.2, 0.4]], dtype=torch.float64)


def both(rule: Rule, *, d: int, steps: int, r: int) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Statistics of the full network and of the chain after the same training."""
    weights = torch.zeros(r, d, dtype=torch.float64)
    weights[:, :2], weights[:, 2 : 2 + r] = ALONG[:r], REST[:r, :r]
    centroids = torch.zeros(3, d, dtype=torch.float64)
    centroids[:, :2] = CENTROIDS
    mixture = online_sgd.Mixture(CLUSTERS, centroids, torch.tensor(VARIANCES, dtype=torch.float64).unsqueeze(1))
    full = online_sgd.start(REPLICAS, weights, 0.2)
    online_sgd.train(full, mixture.draw, rule, steps=steps, generator=generator(seed=1, block=0))
    chain = reduced_sgd.start(REPLICAS, along=ALONG[:r], rest=REST[:r, :r], b0=0.2)
    clusters = reduced_sgd.Clusters(CLUSTERS, CENTROIDS, VARIANCES)
    chain = reduced_sgd.train(chain, clusters, rule, d=d, steps=steps, generator=generator(seed=2, block=0))
    return statistics(full.overlaps, full.weights[:, :, :2].permute(1, 2, 0), full.b, full.v), statistics(
        chain.overlaps, chain.along, chain.b, chain.v
    )


def statistics(overlaps, along, b, v) -> dict[str, torch.Tensor]:
    last = overlaps.shape[0] - 1
    return {
        "Q11": overlaps[0, 0], "Q_last": overlaps[0, last], "M11": along[0, 0], "M_last": along[last, 1], "b": b,
        "product": overlaps[last, last] * along[0, 0] + b, "v": v[last],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "r"),
    [
        (Rule(0.4, Levels.linear((0.3, 0.7), encoding=(0.5, -0.8)), "tanh", 0.2), 2),
        (Rule(0.3, Levels.linear((0.55,)), "relu"), 1),
    ],
    ids=["two units", "one unit"],
)
def test_the_chain_has_the_law_of_the_network(rule, r):
    full, chain = both(rule, d=9, steps=12, r=r)
    allowed = math.sqrt(math.log(2 / 1e-6) / REPLICAS)
    for name in full:
        left, right = full[name].sort().values, chain[name].sort().values
        if float(left[-1] - left[0]) == 0:
            continue  # the encoding weights of a rule without encoding
        every = torch.cat((left, right))
        laws = [torch.searchsorted(part, every, right=True) / REPLICAS for part in (left, right)]
        assert float((laws[0] - laws[1]).abs().max()) < allowed, name


def test_the_chain_differs_where_a_step_is_wrong():
    """The same comparison sees a learning rate that is off by a tenth."""
    rule = Rule(0.4, Levels.linear((0.3, 0.7)))
    full, _ = both(rule, d=9, steps=12, r=2)
    _, wrong = both(Rule(0.44, rule.levels), d=9, steps=12, r=2)
    gaps = []
    for name in ("Q11", "b"):
        left, right = full[name].sort().values, wrong[name].sort().values
        every = torch.cat((left, right))
        laws = [torch.searchsorted(part, every, right=True) / REPLICAS for part in (left, right)]
        gaps.append(float((laws[0] - laws[1]).abs().max()))
    assert max(gaps) > math.sqrt(math.log(2 / 1e-6) / REPLICAS)


def test_a_triangle_keeps_the_overlaps_of_its_rows():
    rows = torch.randn(3, 5, 4, dtype=torch.float64, generator=generator(seed=3, block=0))
    triangle = reduced_sgd._lower(rows)
    assert torch.allclose(reduced_sgd._gram(triangle), reduced_sgd._gram(rows), atol=1e-13)
    assert float(triangle[0, 1:].abs().max()) == 0


def test_a_million_dimensions_cost_what_ten_do():
    rule = Rule(0.3, Levels.linear((0.5,)))
    clusters = reduced_sgd.Clusters((0.5, 0.5), torch.tensor([[1.2], [-1.2]], dtype=torch.float64), (1.0, 1.0))
    along, rest = torch.tensor([[0.3]], dtype=torch.float64), torch.tensor([[0.4]], dtype=torch.float64)
    state = reduced_sgd.start(4, along=along, rest=rest, b0=0.1)
    state = reduced_sgd.train(state, clusters, rule, d=10**6, steps=20, generator=generator(seed=5, block=0))
    assert float((state.overlaps[0, 0] - 0.25).abs().max()) < 1e-3
    with pytest.raises(ParameterError, match="d = 3, r = 1, centroids along 1 axes is outside d >= r"):
        reduced_sgd.train(state, clusters, rule, d=3, steps=1, generator=generator(seed=5, block=0))
    with pytest.raises(ParameterError, match="divide by their sum"):
        reduced_sgd.Clusters((0.5, 0.4), along, (1.0, 1.0))
