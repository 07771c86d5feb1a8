"""A toy system whose theory is known exactly: the mean of d normal variables around `level`, seen with a drift a/d."""

import torch
from sympy import Expr, Integer

from crosscheck.claim import Claim
from crosscheck.verdict import Kind
from numerics.simulator import Simulator, simulator
from theory.closed_form import ClosedForm
from theory.domain import Domain, positive, real, whole
from theory.formula import Explicit
from theory.notation import T, d, x

DOMAIN = Domain((
    real(x, default="1.5", explored=("0.5", "2.5")),
    positive(T, default="0.5", explored=("0.2", "1")),
    whole(d, 1, default=8, explored=(2, 64)),
))  # fmt: skip


@simulator(size="d")
def level(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """A normal variable of mean x and variance T/d."""
    return x + (T / d) ** 0.5 * torch.randn(replicas, generator=generator, dtype=torch.float64)


@simulator(size="d", route="backward")
def drifting(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """The same with mean x (1 + 0.7/d)."""
    return x * (1 + 0.7 / d) + T * torch.randn(replicas, generator=generator, dtype=torch.float64)


@simulator(size="d", values="indicator")
def coin(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """1 with probability T/(1 + T)."""
    return (torch.rand(replicas, generator=generator, dtype=torch.float64) < T / (1 + T)).double()


@simulator(size="d", values="exact")
def enumerated(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """x itself, added up from d parts."""
    return torch.full((d,), x / d, dtype=torch.float64).sum().unsqueeze(0)


@simulator(size="d", footprint=lambda **_: 2**11)
def broken(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """nan in three replicas of every thousand."""
    values = torch.ones(replicas, dtype=torch.float64)
    values[::342] = float("nan")
    return values


def form(expression: Expr = x, **changes) -> ClosedForm:
    fields = {
        "name": "toy.level", "statement": "the level", "source": "here", "formula": Explicit(expression),
        "parameters": (x, T), "domain": DOMAIN,
    }  # fmt: skip
    return ClosedForm(**fields | changes)


def claim(numeric: Simulator = level, expression: Expr = x, **changes) -> Claim:
    fields = {
        "theory": form(expression), "numeric": numeric, "kind": Kind.EXACT, "correction": "exact", "ladder": (2, 8, 32),
    }  # fmt: skip
    return Claim(**fields | changes)


def asymptotic(numeric: Simulator | ClosedForm = drifting, expression: Expr = x, **changes) -> Claim:
    return claim(
        numeric,
        expression,
        **{"kind": Kind.ASYMPTOTIC, "correction": Integer(1) / d, "ladder": (16, 32, 64, 128)} | changes,
    )
