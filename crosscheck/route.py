"""Route: one way to a finite-size value, from which tier on it runs, and where it can decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sympy import Expr
from sympy.core.relational import Relational

from crosscheck.verdict import Leg
from crosscheck.written import Point
from numerics.simulator import Simulator
from theory.closed_form import ClosedForm

Tier = Literal["quick", "standard", "deep"]
TIERS: tuple[Tier, ...] = ("quick", "standard", "deep")


@dataclass(frozen=True, kw_only=True)
class Route:
    """One way to the finite-size value: a simulator, or an exact finite-size law (then without noise).

    ladder, correction, finite_size     default to the claim's;  steps: values of declared time steps
    tier       the first tier at which the route runs;  replicas: the most it may spend per size
    leg        deterministic, precision or independent; by default what the source suggests
    rounding   relative arithmetic error of a source without noise
    only       where it can decide: a relation between parameters of a point, everywhere by default
    paired     of a two_route claim: the source goes both ways from one sample and says whether they differ, which the
               mean of its values, 0 or 1, must never do; laws that are compared in probability cost far more draws
    """

    source: Simulator | ClosedForm
    ladder: Sequence[float] | None = None
    tier: Tier = "quick"
    leg: Leg | None = None
    correction: Expr | None = None
    finite_size: ClosedForm | None = None
    steps: Mapping[str, float] = field(default_factory=dict)
    replicas: int = 2**22
    rounding: float = 1e-12
    only: Relational | None = None
    paired: bool = False

    def covers(self, point: Point) -> bool:
        """Whether the route is judged at a point."""
        if self.only is None:
            return True
        return bool(self.only.subs({symbol: point[str(symbol)] for symbol in self.only.free_symbols}))

    @property
    def name(self) -> str:
        """The route's name in reports."""
        return self.source.route if isinstance(self.source, Simulator) else self.source.observable

    @property
    def noisy(self) -> bool:
        """Whether replicas scatter."""
        return isinstance(self.source, Simulator) and self.source.values != "exact"

    @property
    def kind_of_leg(self) -> Leg:
        """Without noise deterministic; a posterior or a reduction shares Bayes' rule with the theory."""
        if self.leg is not None:
            return self.leg
        if not self.noisy:
            return "deterministic"
        return "precision" if self.name in {"posterior", "reduced"} else "independent"
