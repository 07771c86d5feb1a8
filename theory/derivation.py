"""A derivation: steps from the model to the result, each checked by machine, worth as much as its weakest step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from sympy import Expr, Symbol

from theory.domain import Domain
from theory.formula import Formula


class Evidence(IntEnum):
    """How a step is known: symbolically, to 30 digits at exact points of the domain, by citation, or not at all."""

    REFUTED = 0
    ASSUMED = 1
    SAMPLED = 2
    EXACT = 3


@dataclass(frozen=True)
class Finding:
    """What a check found, with one line that says how."""

    evidence: Evidence
    detail: str


Where = Mapping[Symbol, "Formula | Expr"]
Check = Callable[[Expr, Expr, Domain, Where], Finding]


def _equal(left: Expr, right: Expr, domain: Domain, where: Where) -> Finding:
    from theory.checks import equal

    return equal(left, right, domain, where)


def _domain_of(step: Step, domain: Domain) -> Domain:
    from theory.checks import free_symbols

    return domain.restricted(free_symbols(step.left, step.right, domain, step.where))


@dataclass(frozen=True, eq=False)
class Step:
    """`left` becomes `right`, because of `because`; `check` decides whether it does.

    `where` defines symbols that are neither parameters nor free: the magnetisation as a Root, a shorthand.
    """

    left: Expr
    right: Expr
    because: str
    check: Check = _equal
    where: Where = field(default_factory=dict)
    citation: str = ""

    def __post_init__(self) -> None:
        if getattr(self.check, "__name__", "") == "assumed" and not self.citation:
            raise ValueError(f"the assumed step {self.because!r} needs a citation")


@dataclass(frozen=True)
class Checked:
    """A step with the evidence for it."""

    step: Step
    evidence: Evidence
    detail: str


@dataclass(frozen=True, eq=False)
class Derivation:
    """Steps over one domain, which lists every symbol that is free in them."""

    steps: tuple[Step, ...]
    domain: Domain

    def verify(self) -> tuple[Checked, ...]:
        """Every step with its evidence; computed once."""
        return _verified(self)

    @property
    def evidence(self) -> Evidence:
        """The evidence of the weakest step."""
        return min(checked.evidence for checked in self.verify())

    def then(self, *steps: Step) -> Derivation:
        """The derivation continued."""
        return Derivation((*self.steps, *steps), self.domain)


@lru_cache(maxsize=256)
def _verified(derivation: Derivation) -> tuple[Checked, ...]:
    return tuple(_checked(step, _domain_of(step, derivation.domain)) for step in derivation.steps)


@lru_cache(maxsize=2048)
def _checked(step: Step, domain: Domain) -> Checked:
    """A step over the ranges of its own symbols: derivations that share a lemma check it once."""
    finding = step.check(step.left, step.right, domain, step.where)
    return Checked(step, finding.evidence, finding.detail)
