"""Online SGD of the auto-encoder, per step of one replica: all of d batched, the exact chain, autograd, a notebook.

The notebook is written anew from the description of CPL25 (3)-(6) and section 6: one network as a module, an optimiser
with a learning rate and a weight decay per parameter, and every datum drawn through the d x d factor of a covariance.
"""

import math
from functools import partial

import torch
from torch import Tensor, nn

from benchmarks import measure
from benchmarks.measure import MICRO
from benchmarks.record import Goal, Result, Row
from numerics import online_sgd, reduced_sgd
from numerics.denoiser_gradient import Levels, Rule

SIZES = (500, 1000, 2000, 4000)
UNITS = (1, 2, 4, 8)
REPLICAS = (16, 64, 256)
CHAINS = 4096
AT_D, AT_UNITS, NUMBERS = 1000, 2, 2**17
"""The sizes where others vary, and the numbers of data alive at once: about those of a block of the engine."""
TIME, ETA, DECAY = 0.7, 0.1, 0.1
STEPS = 4
BATCHED, CHAIN, AUTOGRAD, NOTEBOOK = "all of d, batched", "exact chain", "autograd, one network", "as in a notebook"
UNIT = "us per step of a replica"


class Autoencoder(nn.Module):
    """CPL25 (3) at one noise level, as a textbook has it."""

    def __init__(self, d: int, units: int) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.randn(d, units, dtype=torch.float64) / 10)
        self.b = nn.Parameter(torch.zeros((), dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        scale = math.sqrt(len(x))
        return self.b * x + self.w @ torch.tanh(self.w.T @ x / scale) / scale


def measured() -> Result:
    """All cases."""
    return result(SIZES, UNITS, REPLICAS, repetitions=measure.REPETITIONS)


def result(
    sizes: tuple[int, ...], units: tuple[int, ...], replicas: tuple[int, ...], *, repetitions: int,
    shortest: float = measure.SHORTEST,
) -> Result:  # fmt: skip
    """The same with chosen sizes."""
    torch.set_num_threads(1)
    by_d = [row for d in sizes for row in rows_of(d, AT_UNITS, repetitions=repetitions, shortest=shortest)]
    by_units = [row for r in units for row in ours_of(AT_D, r, NUMBERS // AT_D, repetitions, shortest)]
    by_replicas = [row for count in replicas for row in ours_of(AT_D, AT_UNITS, count, repetitions, shortest)]
    grown = measure.growth
    return Result(
        "online_sgd",
        "one step of online SGD of the auto-encoder, tanh, three clusters",
        (*by_d, *by_units, *by_replicas),
        growth=(
            *(grown(name, "d", sizes, measure.medians(by_d, name), expected=power)
              for name, power in ((BATCHED, 1.0), (CHAIN, 0.0), (AUTOGRAD, 1.0), (NOTEBOOK, 2.0))),
            grown(f"{BATCHED}, d = {AT_D}", "r", units, measure.medians(by_units, BATCHED), expected=1.0),
            grown(f"{BATCHED}, d = {AT_D}", "replicas", replicas, measure.medians(by_replicas, BATCHED), expected=0.0),
        ),
        goals=tuple(goals(by_d, sizes)),
        notes=(
            "The chain draws the same law from a few numbers: another algorithm; its ratio says nothing of the others.",
            "The public notebook itself was not run: its description leaves open how it draws its data.",
        ),
    )  # fmt: skip


def goals(table: list[Row], sizes: tuple[int, ...]) -> list[Goal]:
    """At d = 2000, or the size that is nearest to it."""
    place = min(range(len(sizes)), key=lambda index: abs(sizes[index] - 2000))
    batched, chain, autograd, notebook = (
        measure.medians(table, name)[place] for name in (BATCHED, CHAIN, AUTOGRAD, NOTEBOOK)
    )
    at = f"at d = {sizes[place]}"
    return [
        Goal(f"notebook over batched {at}", notebook / batched, 50.0, at_most=False),
        Goal(f"autograd over the chain {at}", autograd / chain, 500.0, at_most=False),
    ]


def rows_of(d: int, units: int, *, repetitions: int, shortest: float) -> list[Row]:
    """All ways at one d."""
    replicas = max(4, NUMBERS // d)
    rivals = {
        BATCHED: partial(batched, network_of(d, units, replicas), mixture_of(d)),
        CHAIN: partial(chain, d, units),
        AUTOGRAD: partial(one_network, d, units, None),
        NOTEBOOK: partial(one_network, d, units, torch.eye(d, dtype=torch.float64)),
    }
    seconds = measure.in_turns(rivals, repetitions=repetitions, shortest=shortest)
    calls = {BATCHED: STEPS * replicas, CHAIN: STEPS * CHAINS, AUTOGRAD: STEPS, NOTEBOOK: STEPS}
    per = {name: count * MICRO for name, count in calls.items()}
    return measure.rows(f"d = {d}, r = {units}", seconds, unit=UNIT, per=per)


def ours_of(d: int, units: int, replicas: int, repetitions: int, shortest: float) -> list[Row]:
    """The batched step alone."""
    work = partial(batched, network_of(d, units, replicas), mixture_of(d))
    seconds = measure.in_turns({BATCHED: work}, repetitions=repetitions, shortest=shortest)
    case = f"d = {d}, r = {units}, {replicas} replicas"
    return measure.rows(case, seconds, unit=UNIT, per=STEPS * replicas * MICRO)


def rule() -> Rule:
    """One noise level, tanh."""
    return Rule(ETA, Levels.linear((TIME,)), "tanh", DECAY)


def centroids_of(d: int) -> Tensor:
    """Three, in a plane."""
    centroids = torch.zeros(3, d, dtype=torch.float64)
    centroids[0, 0], centroids[1, 1], centroids[2, 0] = 3.0, -3.0, -3.0
    return centroids


def mixture_of(d: int) -> online_sgd.Mixture:
    return online_sgd.Mixture((1 / 3, 1 / 3, 1 - 2 / 3), centroids_of(d), torch.ones(3, 1, dtype=torch.float64))


def network_of(d: int, units: int, replicas: int) -> online_sgd.Network:
    weights = torch.randn(units, d, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    return online_sgd.start(replicas, weights / math.sqrt(d), 0.0)


def batched(network: online_sgd.Network, mixture: online_sgd.Mixture) -> None:
    """STEPS steps of all replicas."""
    online_sgd.train(network, mixture.draw, rule(), steps=STEPS, generator=torch.Generator().manual_seed(2))


def chain(d: int, units: int) -> None:
    """STEPS steps of CHAINS chains."""
    along = torch.full((units, 2), 0.1, dtype=torch.float64)
    state = reduced_sgd.start(CHAINS, along=along, rest=torch.eye(units, dtype=torch.float64), b0=0.0)
    clusters = reduced_sgd.Clusters((1 / 3, 1 / 3, 1 - 2 / 3), centroids_of(2), (1.0, 1.0, 1.0))
    reduced_sgd.train(state, clusters, rule(), d=d, steps=STEPS, generator=torch.Generator().manual_seed(2))


def one_network(d: int, units: int, factor: Tensor | None) -> None:
    """STEPS steps by automatic differentiation; with a factor every datum is drawn as its product with a vector."""
    network = Autoencoder(d, units)
    settings = (
        {"params": [network.w], "lr": ETA, "weight_decay": DECAY / d},
        {"params": [network.b], "lr": ETA / d**2},
    )
    optimizer = torch.optim.SGD(settings, lr=ETA)
    centroids = centroids_of(d)
    for step in range(STEPS):
        normal = torch.randn(d, dtype=torch.float64)
        x1 = centroids[step % 3] + (normal if factor is None else factor @ normal)
        xt = (1 - TIME) * torch.randn(d, dtype=torch.float64) + TIME * x1
        optimizer.zero_grad()
        (x1 - network(xt)).square().sum().backward()
        optimizer.step()
