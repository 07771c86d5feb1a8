"""Online SGD on the target of a file: any clusters, blocks of variances, noise levels; mean steps, and the network."""

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import mean_step_model, online_sgd
from numerics.denoiser_gradient import ACTIVATIONS, Levels, Rule
from numerics.simulator import ParameterError, simulator
from numerics.tables import Table

NODES = {1: 40, 2: 8}
"""By hidden units, of each pre-activation of datum and noise."""


@simulator(size="d", route="mean_step", values="exact")
def order_parameters_model(
    *, steps: int, eta: float, lam: float, model: Table, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The sum of Q_ii by mean steps."""
    return torch.trace(_mean_end(steps, eta, lam, model, d).overlaps.sum(0))[None]


@simulator(size="d", route="mean_step", values="exact")
def order_parameters_model_magnetisation(
    *, steps: int, eta: float, lam: float, model: Table, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The overlap of the first unit with the first centroid by mean steps."""
    return _mean_end(steps, eta, lam, model, d).along.sum(0)[0, :1]


@simulator(size="d", route="sgd", footprint=lambda d, model, **_: 24 * d * (2 + len(model["v"])))
def order_parameters_model_of_network(
    *, steps: int, eta: float, lam: float, model: Table, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The sum of Q_ii of the network in d dimensions."""
    return _trained(steps, eta, lam, model, d, replicas, generator)[0].weights.square().sum((1, 2))


@simulator(size="d", route="sgd", footprint=lambda d, model, **_: 24 * d * (2 + len(model["v"])))
def order_parameters_model_magnetisation_of_network(
    *, steps: int, eta: float, lam: float, model: Table, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The overlap of its first unit with the first centroid."""
    network, mixture = _trained(steps, eta, lam, model, d, replicas, generator)
    return network.weights[:, 0] @ mixture.centroids[0]


def rule_of(model: Table, *, eta: float, lam: float) -> Rule:
    """SGD at the noise levels of a file."""
    levels = Levels.linear(model["levels"].tolist(), model["level_weights"].tolist(), model["encoding"].tolist())
    return Rule(eta, levels, tuple(ACTIVATIONS)[int(model["activation"])], lam)


def directions(model: Table, d: int) -> tuple[int, ...]:
    """Of each block; ParameterError unless whole numbers that hold the centroids and the weights."""
    counts = model["masses"] * d
    needed = model["M"].shape[1] + model["M"].shape[2]
    if float((counts - counts.round()).abs().max()) > 1e-6 or int(counts.min().round()) < needed:
        shown = ", ".join(f"{count:g}" for count in counts.tolist())
        raise ParameterError(
            f"d = {d}: the blocks have {shown} directions; allowed: whole numbers, at least {needed} each for the"
            " centroids and hidden units"
        )
    return tuple(int(count) for count in counts.round())


def _mean_end(steps: int, eta: float, lam: float, model: Table, d: int) -> mean_step_model.State:
    target = mean_step_model.Target(
        tuple(model["weights"].tolist()), model["eigenvalues"], directions(model, d), model["products"].permute(2, 0, 1)
    )
    state = mean_step_model.State(model["Q"], model["M"], model["b"], model["v"])
    rule, nodes = rule_of(model, eta=eta, lam=lam), NODES.get(len(model["v"]), 0)
    return mean_step_model.followed(state, target, rule, steps=steps, nodes=nodes)


def _trained(
    steps: int, eta: float, lam: float, model: Table, d: int, replicas: int, generator: torch.Generator
) -> tuple[online_sgd.Network, online_sgd.Mixture]:
    centroids, rows = (part.to(generator.device) for part in realised(model, d))
    widths = torch.repeat_interleave(model["eigenvalues"], torch.tensor(directions(model, d)), 1).to(generator.device)
    mixture = online_sgd.Mixture(tuple(model["weights"].tolist()), centroids, widths)
    network = online_sgd.start(replicas, rows, float(model["b"]))
    network.v += model["v"].to(generator.device)[:, None]
    rule = rule_of(model, eta=eta, lam=lam)
    return online_sgd.train(network, mixture.draw, rule, steps=steps, generator=generator), mixture


def realised(model: Table, d: int) -> tuple[Float64[Tensor, "clusters d"], Float64[Tensor, "r d"]]:
    """Centroids and rows of weights over sqrt(d) with the products of a file: in each block the root of all of them."""
    products, along, overlaps = model["products"].permute(2, 0, 1).numpy(), model["M"].numpy(), model["Q"].numpy()
    clusters, parts = products.shape[1], []
    for j, count in enumerate(directions(model, d)):
        both = np.block([[products[j], along[j]], [along[j].T, overlaps[j]]])
        values, vectors = np.linalg.eigh(both)
        if values[0] < -1e-8 * max(1.0, float(values[-1])):
            raise ParameterError(f"block {j + 1}: no centroids and weights have these products, M and Q")
        vectors = vectors * np.sqrt(np.clip(values, 0, None))
        parts.append(np.concatenate((vectors, np.zeros((len(both), count - len(both)))), 1))
    whole = torch.from_numpy(np.concatenate(parts, 1))
    return whole[:clusters], whole[clusters:]
