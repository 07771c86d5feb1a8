"""A linear hidden unit: overlaps under online SGD, where its mean step vanishes, and when it learns nothing."""

import math
from typing import Any

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import reduced_sgd
from numerics.mean_step import Nodes, State, at_rest, mean_step
from numerics.simulator import ParameterError, simulator
from numerics.systems.autoencoder.order import NODES, chain, mean_end, rule_at

SMALL, GUESS = 1e-6, 0.8
"""A magnetisation that changes nothing but itself; where Newton's method starts for b."""


@simulator(size="d", route="mean_step", values="exact")
def order_parameters_linear(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " 1"]:  # fmt: skip
    """Q by mean steps."""
    end = mean_end("linear", steps, d, eta=eta, lam=lam, t=t, rho=rho, Q0=Q0, M0=M0, b0=b0)
    return torch.tensor([end.overlap], dtype=torch.float64)


@simulator(size="d", route="reduced", footprint=lambda **_: 60, block=2048)
def order_parameters_linear_of_chain(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """Q of the reduced chain."""
    rule = rule_at("linear", eta=eta, lam=lam, t=t)
    return chain(rule, replicas, d, steps, generator, rho=rho, Q0=Q0, M0=M0, b0=b0).overlaps[0, 0]


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
    return torch.tensor([_lost(t, rho, d)], dtype=torch.float64)


@simulator(size="d", route="mean_step", values="exact")
def blow_up_threshold(
    *, t: float, rho: float, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The largest learning rate at which Q of M = 0 rests anywhere."""
    return torch.tensor([_blow_up(t, rho, d)], dtype=torch.float64)


def _lost(t: float, rho: float, d: int) -> float:
    from scipy.optimize import brentq

    nodes = Nodes.of(NODES["linear"])

    def growth(log_overlap: float) -> float:
        overlap = math.exp(log_overlap)
        here = State(overlap, SMALL, _rest_of_skip(overlap, nodes, t=t, rho=rho, d=d))
        return mean_step(here, rule_at("linear", eta=1.0, lam=0.0, t=t), nodes, d=d, rho=rho).magnetisation

    where = np.asarray(brentq(growth, -9.0, 4.0, xtol=1e-13)).item()
    return _balance(math.exp(where), nodes, t=t, rho=rho, d=d)


def _blow_up(t: float, rho: float, d: int) -> float:
    from scipy.optimize import minimize_scalar

    nodes = Nodes.of(NODES["linear"])

    def less(log_overlap: float) -> float:
        return -_balance(math.exp(log_overlap), nodes, t=t, rho=rho, d=d)

    found: Any = minimize_scalar(less, bounds=(-6.0, 4.0), method="bounded", options={"xatol": 1e-9})
    return -float(found.fun)


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
    nodes, rule = Nodes.of(NODES["linear"]), rule_at("linear", eta=eta, lam=0.0, t=t)
    try:
        found = at_rest(State(0.4 * rho, 0.6 * rho, GUESS), rule, nodes, d=d, rho=rho)
    except ParameterError:
        found = None
    if found is not None and found.magnetisation > SMALL:
        return found
    highest, why = _blow_up(t, rho, d), "eta_c: above it the weights blow up"
    if eta < highest:
        highest, why = _lost(t, rho, d), "eta_M: above it the centroid is not learned"
    raise ParameterError(f"eta = {eta:g}, t = {t:g}, rho = {rho:g}, d = {d} is outside eta < {highest:.6g} = {why}")


def _rested(
    steps: int, t: float, rho: float, d: int, eta: float, replicas: int, generator: torch.Generator
) -> reduced_sgd.Reduced:
    start = _rest(t, rho, d, eta)
    rule = rule_at("linear", eta=eta, lam=0.0, t=t)
    return chain(rule, replicas, d, steps, generator, rho=rho, Q0=start.overlap, M0=start.magnetisation, b0=start.b)
