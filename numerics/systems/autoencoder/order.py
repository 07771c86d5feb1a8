"""Overlaps of one hidden unit under online SGD: by mean steps, by the reduced chain, and of the whole network."""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import online_sgd, reduced_sgd
from numerics.denoiser_gradient import Levels, Rule
from numerics.mean_step import Nodes, State, followed, mean_step
from numerics.simulator import ParameterError, simulator

NODES = {"tanh": 22, "erf": 22, "linear": 4}
"""In each of two directions; of a linear unit exact."""
ONE_STEP = 0.3
"""Learning rate of a single step, of which the mean of what M gains is independent."""


def rule_at(activation: str, *, eta: float, lam: float, t: float) -> Rule:
    """SGD at one noise level."""
    return Rule(eta, Levels.linear((t,)), activation, lam)


@simulator(size="d", route="mean_step", values="exact")
def order_parameters(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " 1"]:  # fmt: skip
    """Q by mean steps."""
    end = mean_end("tanh", steps, d, eta=eta, lam=lam, t=t, rho=rho, Q0=Q0, M0=M0, b0=b0)
    return torch.tensor([end.overlap], dtype=torch.float64)


@simulator(size="d", route="mean_step", values="exact")
def order_parameters_magnetisation(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " 1"]:  # fmt: skip
    """M by mean steps."""
    end = mean_end("tanh", steps, d, eta=eta, lam=lam, t=t, rho=rho, Q0=Q0, M0=M0, b0=b0)
    return torch.tensor([end.magnetisation], dtype=torch.float64)


@simulator(size="d", route="mean_step", values="exact")
def magnetisation_rate(
    *, t: float, rho: float, lam: float, Q: float, M: float, b: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " 1"]:  # fmt: skip
    """The mean of what one step adds to M, per unit of training time, on nodes that leave 1e-13."""
    require(rho=rho, Q0=Q, M0=M)
    moved = mean_step(State(Q, M, b), rule_at("tanh", eta=ONE_STEP, lam=lam, t=t), Nodes.of(140), d=d, rho=rho)
    return torch.tensor([moved.magnetisation], dtype=torch.float64)


@simulator(size="d", route="reduced", footprint=lambda **_: 60, block=16384)
def magnetisation_rate_of_chain(
    *, t: float, rho: float, lam: float, Q: float, M: float, b: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """What one step of the reduced chain adds to M, per unit of training time."""
    rule = rule_at("tanh", eta=ONE_STEP, lam=lam, t=t)
    after = chain(rule, replicas, d, 1, generator, rho=rho, Q0=Q, M0=M, b0=b).along[0, 0] * math.sqrt(rho)
    return (after - M) * (d / (2 * ONE_STEP))


@simulator(size="d", route="sgd", footprint=lambda d, **_: 8 * d)
def magnetisation_rate_of_network(
    *, t: float, rho: float, lam: float, Q: float, M: float, b: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """What one step of the network in d dimensions adds to M, per unit of training time."""
    rule = rule_at("tanh", eta=ONE_STEP, lam=lam, t=t)
    after = network(rule, replicas, d, 1, generator, rho=rho, Q0=Q, M0=M, b0=b).weights[:, 0, 0] * math.sqrt(rho)
    return (after - M) * (d / (2 * ONE_STEP))


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


def mean_end(
    activation: str, steps: int, d: int, *, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float,
    b0: float,
) -> State:  # fmt: skip
    """Where mean steps lead, data at +-mu."""
    require(rho=rho, Q0=Q0, M0=M0)
    rule, nodes = rule_at(activation, eta=eta, lam=lam, t=t), Nodes.of(NODES[activation])
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
    state = reduced_sgd.start(replicas, along=along, rest=rest, b0=b0)
    return reduced_sgd.train(state, clusters_at(rho, device), rule, d=d, steps=steps, generator=generator)


def clusters_at(rho: float, device: torch.device) -> reduced_sgd.Clusters:
    """Data at +-mu of unit variance, by their components along mu."""
    centroids = torch.tensor([[math.sqrt(rho)], [-math.sqrt(rho)]], dtype=torch.float64, device=device)
    return reduced_sgd.Clusters((0.5, 0.5), centroids, (1.0, 1.0))


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
