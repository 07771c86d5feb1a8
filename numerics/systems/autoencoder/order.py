"""Overlaps of one hidden unit under online SGD: by mean steps, by the reduced chain, and of the whole network."""

import math

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import online_sgd, reduced_sgd
from numerics.denoiser_gradient import Levels, Rule
from numerics.mean_step import Nodes, State, at_rest, followed, mean_step
from numerics.simulator import ParameterError, simulator

TANH_NODES, LINEAR_NODES = 22, 4
SMALL, GUESS = 1e-6, 0.8
"""A magnetisation that changes nothing but itself; where Newton's method starts for b."""


def rule_at(activation: str, *, eta: float, lam: float, t: float) -> Rule:
    """SGD at one noise level."""
    return Rule(eta, Levels.linear((t,)), activation, lam)


@simulator(size="d", route="mean_step", values="exact")
def order_parameters(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " 1"]:  # fmt: skip
    """Q by mean steps."""
    end = _followed("tanh", steps, d, eta=eta, lam=lam, t=t, rho=rho, Q0=Q0, M0=M0, b0=b0)
    return torch.tensor([end.overlap], dtype=torch.float64)


@simulator(size="d", route="mean_step", values="exact")
def order_parameters_magnetisation(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " 1"]:  # fmt: skip
    """M by mean steps."""
    end = _followed("tanh", steps, d, eta=eta, lam=lam, t=t, rho=rho, Q0=Q0, M0=M0, b0=b0)
    return torch.tensor([end.magnetisation], dtype=torch.float64)


@simulator(size="d", route="reduced", footprint=lambda **_: 60, block=2048)
def order_parameters_of_chain(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """Q of the reduced chain."""
    rule = rule_at("tanh", eta=eta, lam=lam, t=t)
    return chain(rule, replicas, d, steps, generator, rho=rho, Q0=Q0, M0=M0, b0=b0).overlaps[0, 0]


@simulator(size="d", route="reduced", footprint=lambda **_: 60, block=2048)
def order_parameters_magnetisation_of_chain(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """M of the reduced chain."""
    rule = rule_at("tanh", eta=eta, lam=lam, t=t)
    return chain(rule, replicas, d, steps, generator, rho=rho, Q0=Q0, M0=M0, b0=b0).along[0, 0] * math.sqrt(rho)


@simulator(size="d", route="sgd", footprint=lambda d, **_: 8 * d)
def order_parameters_of_network(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """Q of the network in d dimensions."""
    rule = rule_at("tanh", eta=eta, lam=lam, t=t)
    return network(rule, replicas, d, steps, generator, rho=rho, Q0=Q0, M0=M0, b0=b0).weights.square().sum((1, 2))


@simulator(size="d", route="sgd", footprint=lambda d, **_: 8 * d)
def order_parameters_magnetisation_of_network(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """M of the network in d dimensions."""
    rule = rule_at("tanh", eta=eta, lam=lam, t=t)
    made = network(rule, replicas, d, steps, generator, rho=rho, Q0=Q0, M0=M0, b0=b0)
    return made.weights[:, 0, 0] * math.sqrt(rho)


@simulator(size="d", route="mean_step", values="exact")
def linear_overlap(
    *, t: float, rho: float, d: int, eta: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Q where the mean step of a linear unit vanishes."""
    return torch.tensor([_rest(t, rho, d, eta).overlap], dtype=torch.float64)


@simulator(size="d", route="mean_step", values="exact")
def linear_magnetisation(
    *, t: float, rho: float, d: int, eta: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """M where the mean step of a linear unit vanishes."""
    return torch.tensor([_rest(t, rho, d, eta).magnetisation], dtype=torch.float64)


@simulator(size="d", route="reduced", footprint=lambda **_: 60, block=2048)
def linear_overlap_of_chain(
    *, steps: int, t: float, rho: float, d: int, eta: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Q of the reduced chain of a linear unit, after a training from where the mean step vanishes."""
    return _rested(steps, t, rho, d, eta, replicas, generator).overlaps[0, 0]


@simulator(size="d", route="reduced", footprint=lambda **_: 60, block=2048)
def linear_magnetisation_of_chain(
    *, steps: int, t: float, rho: float, d: int, eta: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """M of the same."""
    return _rested(steps, t, rho, d, eta, replicas, generator).along[0, 0] * math.sqrt(rho)


@simulator(size="d", route="mean_step", values="exact")
def learning_rate_threshold(
    *, t: float, rho: float, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The learning rate at which Q rests, without M, where a small M neither grows nor shrinks."""
    from scipy.optimize import brentq

    nodes = Nodes.of(LINEAR_NODES)

    def growth(log_overlap: float) -> float:
        overlap = math.exp(log_overlap)
        here = State(overlap, SMALL, _rest_of_skip(overlap, nodes, t=t, rho=rho, d=d))
        return mean_step(here, rule_at("linear", eta=1.0, lam=0.0, t=t), nodes, d=d, rho=rho).magnetisation

    where = np.asarray(brentq(growth, -9.0, 4.0, xtol=1e-13)).item()
    return torch.tensor([_balance(math.exp(where), nodes, t=t, rho=rho, d=d)], dtype=torch.float64)


@simulator(size="d", route="mean_step", values="exact")
def blow_up_threshold(
    *, t: float, rho: float, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The largest learning rate at which Q of M = 0 rests anywhere."""
    from scipy.optimize import minimize_scalar

    nodes = Nodes.of(LINEAR_NODES)

    def less(log_overlap: float) -> float:
        return -_balance(math.exp(log_overlap), nodes, t=t, rho=rho, d=d)

    found = minimize_scalar(less, bounds=(-6.0, 4.0), method="bounded", options={"xatol": 1e-9})
    return torch.tensor([-float(found.fun)], dtype=torch.float64)


def _rest_of_skip(overlap: float, nodes: Nodes, *, t: float, rho: float, d: int) -> float:
    """b of vanishing mean step without M: the step is linear in b."""
    rule = rule_at("linear", eta=1.0, lam=0.0, t=t)
    zero, one = (mean_step(State(overlap, 0.0, b), rule, nodes, d=d, rho=rho).b for b in (0.0, 1.0))
    return zero / (zero - one)


def _balance(overlap: float, nodes: Nodes, *, t: float, rho: float, d: int) -> float:
    """The learning rate at which Q rests without M: its mean step is linear in the rate."""
    here = State(overlap, 0.0, _rest_of_skip(overlap, nodes, t=t, rho=rho, d=d))
    one, two = (
        mean_step(here, rule_at("linear", eta=eta, lam=0.0, t=t), nodes, d=d, rho=rho).overlap for eta in (1.0, 2.0)
    )
    return (2 * one - two) / (one - two)


def _rest(t: float, rho: float, d: int, eta: float) -> State:
    """From weights that have learned the centroid; ParameterError where the learning rate is too large for that."""
    nodes, rule = Nodes.of(LINEAR_NODES), rule_at("linear", eta=eta, lam=0.0, t=t)
    return at_rest(State(0.4 * rho, 0.6 * rho, GUESS), rule, nodes, d=d, rho=rho)


def _rested(
    steps: int, t: float, rho: float, d: int, eta: float, replicas: int, generator: torch.Generator
) -> reduced_sgd.Reduced:
    start = _rest(t, rho, d, eta)
    rule = rule_at("linear", eta=eta, lam=0.0, t=t)
    return chain(rule, replicas, d, steps, generator, rho=rho, Q0=start.overlap, M0=start.magnetisation, b0=start.b)


def _followed(
    activation: str, steps: int, d: int, *, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float,
    b0: float,
) -> State:  # fmt: skip
    require(rho=rho, Q0=Q0, M0=M0)
    rule, nodes = rule_at(activation, eta=eta, lam=lam, t=t), Nodes.of(TANH_NODES)
    return followed(State(Q0, M0, b0), rule, nodes, d=d, rho=rho, steps=steps)


def chain(
    rule: Rule, replicas: int, d: int, steps: int, generator: torch.Generator, *,
    rho: float, Q0: float, M0: float, b0: float,
) -> reduced_sgd.Reduced:  # fmt: skip
    """The reduced chain from given overlaps, data at +-mu."""
    require(rho=rho, Q0=Q0, M0=M0)
    device, norm = generator.device, math.sqrt(rho)
    along = torch.tensor([[M0 / norm]], dtype=torch.float64, device=device)
    rest = torch.tensor([[math.sqrt(max(0.0, Q0 - M0 * M0 / rho))]], dtype=torch.float64, device=device)
    centroids = torch.tensor([[norm], [-norm]], dtype=torch.float64, device=device)
    state = reduced_sgd.start(replicas, along=along, rest=rest, b0=b0)
    clusters = reduced_sgd.Clusters((0.5, 0.5), centroids, (1.0, 1.0))
    return reduced_sgd.train(state, clusters, rule, d=d, steps=steps, generator=generator)


def network(
    rule: Rule, replicas: int, d: int, steps: int, generator: torch.Generator, *,
    rho: float, Q0: float, M0: float, b0: float,
) -> online_sgd.Network:  # fmt: skip
    """The whole network from given overlaps, data at +-mu."""
    weights, centroid = online_sgd.warm_start(d, rho=rho, Q0=Q0, M0=M0, device=generator.device)
    unit = torch.ones(1, 1, dtype=torch.float64, device=generator.device)
    mixture = online_sgd.Mixture((0.5, 0.5), torch.stack((centroid, -centroid)), unit)
    made = online_sgd.start(replicas, weights, b0)
    return online_sgd.train(made, mixture.draw, rule, steps=steps, generator=generator)


def require(*, rho: float, Q0: float, M0: float) -> None:
    """ParameterError unless some weights have such overlaps."""
    if rho * Q0 * (1 + 1e-12) < M0 * M0:
        raise ParameterError(f"M0 = {M0:g}, Q0 = {Q0:g}, rho = {rho:g} is outside M0^2 <= rho Q0 (Cauchy, Schwarz)")
