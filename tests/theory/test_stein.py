"""General flows of the overlaps against one unit, against the form without sigma'', and against the exact chain."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from numerics import reduced_sgd
from numerics.denoiser_gradient import Levels, Rule
from numerics.seeds import generator
from theory import stein
from theory.domain import DomainError, ParameterError
from theory.evaluate import as_array
from theory.formula import Explicit
from theory.systems.autoencoder import order

CENTROIDS = np.array([[1.1, 0.2], [-0.4, -0.9], [0.3, 1.3]])
TRIPLE = stein.Model(
    weights=np.array([0.3, 0.45, 0.25]), masses=np.array([1.0]), eigenvalues=np.array([[1.0], [0.6], [1.5]]),
    products=(CENTROIDS @ CENTROIDS.T)[:, :, None], alpha=np.array([0.7, 0.3]), beta=np.array([0.3, 0.7]),
    level=np.array([0.4, 0.6]), encoding=np.array([0.5, -0.8]), eta=0.4, lam=0.2,
)  # fmt: skip
ALONG, REST = np.array([[0.5, -0.2], [0.1, 0.4]]), np.array([[0.3, 0.0], [0.2, 0.4]])
START = stein.Overlaps((ALONG @ ALONG.T + REST @ REST.T)[None], (CENTROIDS @ ALONG.T)[None], 0.2, np.array([0.1, -0.2]))


def pair(activation: str, **changed: float) -> stein.Model:
    """Two clusters at +-mu, one noise level."""
    rho = 1.69
    values = {"eta": 0.23, "lam": 0.07} | changed
    return stein.Model(
        weights=np.array([0.5, 0.5]), masses=np.array([1.0]), eigenvalues=np.ones((2, 1)),
        products=rho * np.array([[1.0, -1.0], [-1.0, 1.0]])[:, :, None], alpha=np.array([0.45]), beta=np.array([0.55]),
        level=np.array([1.0]), encoding=np.array([0.0]), activation=activation, **values,
    )  # fmt: skip


@pytest.mark.parametrize("activation", ["tanh", "erf", "linear"])
def test_one_unit_has_the_rates_of_the_formula(activation):
    state = stein.Overlaps(np.array([[[0.6]]]), np.array([[[0.4], [-0.4]]]), 0.3, np.zeros(1))
    found = stein.rates(pair(activation), state, nodes=60)
    point = {order.Q: 0.6, order.M: 0.4, order.b: 0.3, order.eta: 0.23, order.lam: 0.07, order.t: 0.55, order.rho: 1.69}
    flow = order.flow(order.Q, activation)
    wanted = [float(as_array(Explicit(flow.written_out[of], flow.given), point)) for of in (order.Q, order.M, order.b)]
    assert [found.q[0, 0, 0], found.m[0, 0, 0], found.b] == pytest.approx(wanted, rel=1e-7)


def test_a_flow_of_one_unit_ends_at_the_converged_values():
    start = stein.Overlaps(np.array([[[0.27]]]), np.array([[[0.31], [-0.31]]]), 0.12, np.zeros(1))
    end = stein.trained(pair("tanh"), start, 1.9, nodes=36)
    assert [end.q[0, 0, 0], end.m[0, 0, 0], end.b] == pytest.approx(
        [1.03809481005, 1.11582259182, 0.717858424331], rel=1e-6
    )


def test_both_forms_give_one_rate_for_smooth_units():
    left, right = (stein.rates(TRIPLE, START, nodes=12, by_products=form) for form in (False, True))
    assert np.allclose(left.packed(), right.packed(), rtol=0, atol=1e-4)


def test_blocks_of_one_eigenvalue_add_up_to_one_block():
    halves = replace(
        TRIPLE, masses=np.array([0.5, 0.5]), eigenvalues=np.repeat(TRIPLE.eigenvalues, 2, 1),
        products=np.repeat(TRIPLE.products, 2, 2) / 2,
    )  # fmt: skip
    split = stein.Overlaps(np.repeat(START.q, 2, 0) / 2, np.repeat(START.m, 2, 0) / 2, START.b, START.v)
    whole, parts = stein.rates(TRIPLE, START, nodes=8), stein.rates(halves, split, nodes=8)
    assert np.allclose(parts.q.sum(0), whole.q[0], atol=1e-13)
    assert np.allclose(parts.m.sum(0), whole.m[0], atol=1e-13)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_one_step_of_many_chains_moves_by_the_rate(activation):
    """Mean change of Q, M, v and b over many first steps, d large: no flow is followed."""
    model, d, replicas = replace(TRIPLE, activation=activation), 4000, 60_000
    levels = Levels(tuple(model.alpha), tuple(model.beta), tuple(model.level), tuple(model.encoding))
    rule = Rule(model.eta, levels, activation, model.lam)
    clusters = reduced_sgd.Clusters(tuple(model.weights), torch.from_numpy(CENTROIDS), (1.0, 0.6, 1.5))
    state = reduced_sgd.start(replicas, along=torch.from_numpy(ALONG), rest=torch.from_numpy(REST), b0=START.b)
    state.v += torch.from_numpy(START.v).unsqueeze(1)
    moved = reduced_sgd.train(state, clusters, rule, d=d, steps=1, generator=generator(seed=6, block=0))
    made = stein.rates(model, START, nodes=14, by_products=activation == "relu")
    rate = 2 * model.eta / d
    for values, wanted in (
        (moved.overlaps - state.overlaps, made.q[0]),
        (torch.einsum("ca,ran->crn", torch.from_numpy(CENTROIDS), moved.along - state.along), made.m[0]),
        (moved.v - state.v, made.v),
        (moved.b - state.b, np.array(made.b)),
    ):
        slope = values / rate
        error = slope.std(-1) / replicas**0.5
        gap = (slope.mean(-1) - torch.from_numpy(np.asarray(wanted))).abs()
        assert bool((gap < 5 * error + 0.01).all())
        assert float(error.max()) < 0.05


def test_collinear_units_have_a_pseudo_inverse():
    rows = np.array([[0.5, -0.2], [0.5, -0.2]])
    singular = stein.Overlaps((rows @ rows.T)[None], (CENTROIDS @ rows.T)[None], 0.2, np.zeros(2))
    left, right = (stein.rates(TRIPLE, singular, nodes=10, by_products=form) for form in (False, True))
    assert np.allclose(left.m, right.m, atol=1e-3)


def test_impossible_models_are_refused_in_one_line():
    with pytest.raises(DomainError, match=r"cluster weights 0\.6, 0\.8, 0\.5 are outside .*: divide by their sum"):
        replace(TRIPLE, weights=2 * TRIPLE.weights + np.array([0, -0.1, 0]))
    with pytest.raises(DomainError, match="not symmetric"):
        replace(TRIPLE, products=TRIPLE.products + np.arange(9).reshape(3, 3, 1))
    with pytest.raises(DomainError, match="masses"):
        replace(TRIPLE, masses=np.array([0.9]))
    with pytest.raises(ParameterError, match="activation = relu has no second derivative, which Stein's form needs"):
        stein.rates(pair("relu"), stein.Overlaps(np.ones((1, 1, 1)), np.ones((1, 2, 1)), 0.0, np.zeros(1)))
    with pytest.raises(ParameterError, match="activation = cosh is none of"):
        pair("cosh")
    with pytest.raises(ParameterError, match="ask for fewer nodes"):
        stein.rates(TRIPLE, START, nodes=40)


def test_weights_that_blow_up_are_told_in_one_line_with_the_threshold_where_it_is_known():
    model = stein.Model(
        weights=np.ones(1), masses=np.ones(1), eigenvalues=np.ones((1, 1)), products=np.zeros((1, 1, 1)),
        alpha=np.array([0.5]), beta=np.array([0.5]), level=np.ones(1), encoding=np.zeros(1), eta=3.0, lam=0.0,
        activation="linear",
    )  # fmt: skip
    start = stein.Overlaps(np.full((1, 1, 1), 0.3), np.zeros((1, 1, 1)), 0.5, np.zeros(1))
    with pytest.raises(ParameterError, match=r"blow up at theta = .*: eta = 3 is .*; above eta_c = 1\.41421 those of"):
        stein.path(model, start, (5.0,))
    with pytest.raises(ParameterError, match=r"blow up at theta = .*: eta = 3 is too large for these weights$"):
        stein.path(replace(model, eigenvalues=np.full((1, 1), 1.1)), start, (1.0, 5.0))


def test_three_clusters_and_two_units_pass_the_converged_values():
    # centroids 3 e1, -3 e2, -3 e1, t = .7, eta = lambda = .1: Q11 1.9033 and M11 4.0875 at theta = 1.4
    centroids, rows = np.array([[3.0, 0.0], [0.0, -3.0], [-3.0, 0.0]]), np.array([[0.3, 0.0], [0.0, -0.3]])
    model = stein.Model(
        weights=np.full(3, 1 / 3), masses=np.ones(1), eigenvalues=np.ones((3, 1)),
        products=(centroids @ centroids.T)[:, :, None], alpha=np.array([0.3]), beta=np.array([0.7]), level=np.ones(1),
        encoding=np.zeros(1), eta=0.1, lam=0.1,
    )  # fmt: skip
    start = stein.Overlaps((rows @ rows.T)[None], (centroids @ rows.T)[None], 0.0, np.zeros(2))
    middle, end = stein.path(model, start, (1.4, 4.0), nodes=10, tolerance=1e-5)
    assert [middle.q[0, 0, 0], middle.m[0, 0, 0]] == pytest.approx([1.9033, 4.0875], abs=2e-3)
    # theta = 4: Q11 .7297, Q22 .5490, M11 2.5280, M22 2.1727, b 1.08829
    found = [end.q[0, 0, 0], end.q[0, 1, 1], end.m[0, 0, 0], end.m[0, 1, 1], end.b]
    assert found == pytest.approx([0.7297, 0.5490, 2.5280, 2.1727, 1.08829], abs=1e-3)
    with pytest.raises(ParameterError, match="in order"):
        stein.path(model, start, (4.0, 1.4))


def test_in_finite_dimensions_the_skip_connection_moves_by_the_mean_step():
    """The 1/d term of b: means over many first steps of the exact chain, d small."""
    model, d, replicas = replace(TRIPLE, d=10), 10, 40_000
    levels = Levels(tuple(model.alpha), tuple(model.beta), tuple(model.level), tuple(model.encoding))
    clusters = reduced_sgd.Clusters(tuple(model.weights), torch.from_numpy(CENTROIDS), (1.0, 0.6, 1.5))
    state = reduced_sgd.start(replicas, along=torch.from_numpy(ALONG), rest=torch.from_numpy(REST), b0=START.b)
    state.v += torch.from_numpy(START.v).unsqueeze(1)
    rule = Rule(model.eta, levels, "tanh", model.lam)
    moved = reduced_sgd.train(state, clusters, rule, d=d, steps=1, generator=generator(seed=7, block=0))
    slope = (moved.b - state.b) * d / (2 * model.eta)
    error = float(slope.std()) / replicas**0.5
    finite, limit = stein.rates(model, START, nodes=12).b, stein.rates(TRIPLE, START, nodes=12).b
    assert abs(float(slope.mean()) - finite) < 5 * error
    assert abs(finite - limit) > 7 * error
    assert stein.rates(replace(TRIPLE, trace=2.0), START, nodes=6).b > limit
