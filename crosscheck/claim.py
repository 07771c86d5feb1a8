"""Claim: a closed form, the simulators of the same quantity, and the law by which the second approaches the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from sympy import Expr, Rational, Symbol

from crosscheck.claim_checks import ClaimError, check_laws, check_names
from crosscheck.edges import even_edges
from crosscheck.route import TIERS as TIERS
from crosscheck.route import Route as Route
from crosscheck.route import Tier as Tier
from crosscheck.verdict import Kind
from crosscheck.written import Point, as_argument, show
from numerics.simulator import Simulator
from theory.closed_form import ClosedForm
from theory.domain import Domain, ParameterError
from theory.evaluate import as_array
from theory.formula import Average, Explicit, Flow, Formula, Quadrature, Root, Tabulated, symbols
from theory.notation import NOTATION
from theory.solvers import JUDGED


@dataclass(frozen=True)
class Rival:
    """A formula known to be wrong, which the data must reject: the misprint, the missing factor, the annealed value."""

    name: str
    form: ClosedForm | Formula | Expr
    why: str = ""


@dataclass(frozen=True)
class ReferencePoint:
    """Where a claim is tested, and why there, in words and numbers (`crosscheck power ID --choose` finds both)."""

    at: Mapping[str, Any]
    because: str


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What theory says, what numerics simulates, and how fast the second becomes the first.

    law          the argument x, where theory is the cumulative distribution function P(X <= x) of the simulated values
    correction   leading finite-size gap up to a constant, an expression in the size and the parameters, or "exact"
    ladder       values of the size variable;  path: how others follow it, {t: log(N)/2 + tau}, also of the theory's
    scale        what a gap is measured in, |theory| by default;  resolution: the smallest gap that matters
    parameters   reference points, plain or with the reason for them, the domain's default by default
    rivals       formulas that must be rejected

    A claim of kind two_route has no closed form: each other route is compared in law with the main one, and the theory,
    0, is the distance between the two laws.  It is at most the probability that both ways differ on one sample, which a
    paired route measures.
    """

    theory: ClosedForm
    numeric: Simulator | ClosedForm
    kind: Kind
    correction: Expr | Literal["exact"]
    ladder: Sequence[float]
    path: Mapping[Symbol, Expr] = field(default_factory=dict)
    scale: ClosedForm | Formula | Expr | None = None
    steps: Mapping[str, float] = field(default_factory=dict)
    resolution: float = 0.01
    parameters: Sequence[Mapping[str, Any] | ReferencePoint] | None = None
    rivals: Sequence[Rival] = ()
    routes: Sequence[Route] = ()
    law: Symbol | None = None

    def __post_init__(self) -> None:
        if not self.ladder or any(size <= 0 for size in self.ladder):
            raise ClaimError(f"{self.id}: ladder {tuple(self.ladder)} needs positive sizes")
        if (self.correction == "exact") != (self.kind is not Kind.ASYMPTOTIC):
            raise ClaimError(f"{self.id}: kind {self.kind.value} does not go with correction {self.correction}")
        check_laws(self)
        for route in self.all_routes:
            check_names(self, route)
        for reference in self.reference_points:
            self.point(reference.at)

    @property
    def id(self) -> str:
        """`system.observable`."""
        return self.theory.name

    @property
    def size(self) -> str | None:
        """Name of the size variable."""
        if isinstance(self.numeric, Simulator):
            return self.numeric.size
        return self.numeric.size.name if self.numeric.size else None

    @property
    def all_routes(self) -> tuple[Route, ...]:
        """The main route and the others."""
        return Route(source=self.numeric, steps=self.steps), *self.routes

    @property
    def reference(self) -> Route | None:
        """The main route where the others are compared with it and not with a formula."""
        return self.all_routes[0] if self.kind is Kind.TWO_ROUTE else None

    def routes_at(self, tier: Tier, point: Point | None = None) -> tuple[Route, ...]:
        """The routes that are judged at a tier; at a point, if one is given."""
        judged = self.all_routes if self.reference is None else tuple(self.routes)
        known = (route for route in judged if TIERS.index(route.tier) <= TIERS.index(tier))
        return tuple(route for route in known if point is None or route.covers(point))

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters of a reference point: the theory's or what these are moved along, but size and argument."""
        along = {s for symbol in self.moved for s in self.path[symbol].free_symbols}
        known = (*self.theory.parameters, *(s for s in self.theory.domain.symbols if s in along))
        return tuple(dict.fromkeys(s.name for s in known if s.name != self.size and s not in (self.law, *self.moved)))

    @property
    def moved(self) -> tuple[Symbol, ...]:
        """The parameters of the theory that the path makes follow the size."""
        return tuple(symbol for symbol in self.theory.parameters if symbol in self.path)

    @property
    def free_domain(self) -> Domain:
        """Where a reference point may lie."""
        return self.theory.domain.restricted(tuple(s for s in self.theory.domain.symbols if s.name in self.free))

    @property
    def reference_points(self) -> tuple[ReferencePoint, ...]:
        """Where the claim is tested, with the reason as far as one is given."""
        given = self.parameters or [{}]
        return tuple(item if isinstance(item, ReferencePoint) else ReferencePoint(item, "") for item in given)

    @property
    def points(self) -> tuple[dict[str, Rational], ...]:
        """The reference points; what one leaves out takes its default."""
        return tuple(self.point(reference.at) for reference in self.reference_points)

    def point(self, values: Mapping[str, Any]) -> dict[str, Rational]:
        """A checked point; what `values` leaves out takes its default.  Raises ParameterError, DomainError."""
        ranges = self.theory.domain.named
        unknown = [name for name in values if name not in self.free]
        if unknown and unknown[0] == self.size:
            raise ParameterError(f"{self.id}: {self.size} is the size variable, which runs over {tuple(self.ladder)}")
        if unknown and self.law is not None and unknown[0] == self.law.name:
            raise ParameterError(f"{self.id}: {self.law} is the argument of the law, which is tested at all its values")
        filled = {name: values.get(name, ranges[name].default) for name in self.free}
        checked = self.free_domain.check(self.id, filled | {name: values[name] for name in unknown})
        return {s.name: value for s, value in checked.items()}

    def theory_at(self, point: Point, size: float, form: ClosedForm | Formula | Expr | None = None) -> float:
        """The value of the theory, or of another form in its place, at a point and a size (a law: at its default x)."""
        given = form if form is not None else self.theory
        formula = self.formula(given)
        # What does not depend on the size is the same all along the ladder: a flow is followed once.
        key = id(given), tuple(point.items()), size if self.moved or self._follows(formula) else None
        if key not in self._known:
            self._known[key] = given, float(as_array(formula, self._values(point, size), effort=JUDGED))
        return self._known[key][1]

    def _follows(self, formula: Formula) -> bool:
        """Whether the size stands in a formula."""
        return self.size is not None and self.size in {symbol.name for symbol in symbols(formula)}

    @cached_property
    def _known(self) -> dict[Any, tuple[ClosedForm | Formula | Expr, float]]:
        """Values of formulas, which are kept with them: an identity is unique among what lives."""
        return {}

    def law_at(
        self, point: Point, size: float, at: Sequence[float], form: ClosedForm | Formula | Expr | None = None
    ) -> tuple[float, ...]:
        """P(X <= x) by theory, or by another form in its place, at each x of `at`."""
        assert self.law is not None
        formula = self.formula(form if form is not None else self.theory)
        return tuple(as_array(formula, {**self._values(point, size), self.law: np.asarray(at)}).tolist())

    def edges_at(self, point: Point, size: float) -> tuple[float, ...]:
        """Where the law is compared: arguments that part it evenly by theory."""
        assert self.law is not None
        allowed = self.theory.domain[self.law]
        low, high = (float(bound) for bound in allowed.explored)
        return even_edges(
            lambda at: np.array(self.law_at(point, size, at.tolist())),
            explored=(low, high),
            allowed=(float(allowed.low), float(allowed.high)),
        )

    def formula(self, form: ClosedForm | Formula | Expr) -> Formula:
        """A formula; a bare expression may use the quantities that the theory's own formula defines."""
        if isinstance(form, ClosedForm):
            return form.formula
        if isinstance(form, Root | Quadrature | Average | Flow | Tabulated):
            return form
        expression = form.expression if isinstance(form, Explicit) else form
        given = form.given if isinstance(form, Explicit) and form.given else self.theory.quantities
        return Explicit(expression, given)

    def correction_at(self, route: Route, point: Point, size: float) -> float:
        """The declared g at a size; 0 where the closed form is exact."""
        declared = route.correction if route.correction is not None else self.correction
        if declared == "exact":
            return 0.0
        value = abs(self.theory_at(point, size, declared))
        if value == 0:
            raise ClaimError(f"{self.id}: the declared correction vanishes at {show(point)}; choose another point")
        return value

    def next_order_at(self, route: Route, point: Point, size: float) -> float | None:
        """The predicted next-order term at a size, where theory gives one."""
        law = route.finite_size or self.theory.finite_size
        return None if law is None else self.theory_at(point, size, law)

    def scale_at(self, point: Point, size: float) -> float:
        """What a gap is measured in."""
        if self.law is not None or self.reference is not None:
            return 1.0
        value = abs(self.theory_at(point, size, self.scale))
        if value < 1e-12:
            raise ClaimError(f"{self.id}: the theory is {value:.1e} at {show(point)}; declare a scale for the gap")
        return value

    def arguments(self, route: Route, point: Point, size: float) -> dict[str, Any]:
        """The keyword arguments of the route's simulator."""
        assert isinstance(route.source, Simulator)
        values: dict[str, Any] = {s.name: as_argument(value) for s, value in self._values(point, size).items()}
        values |= {symbol.name: self.theory_at(point, size, rule) for symbol, rule in self.path.items()}
        values |= dict(self.steps) | dict(route.steps)
        chosen = {name: values[name] for name in route.source.parameters}
        return {name: round(v) if name in route.source.whole else v for name, v in chosen.items()}

    def against(self, form: ClosedForm) -> Claim:
        """The same claim about another formula, without rivals."""
        return replace(self, theory=form, rivals=())

    def _values(self, point: Point, size: float) -> dict[Symbol, Rational | float]:
        values: dict[Symbol, Rational | float] = {symbol_of(name, self.theory): v for name, v in point.items()}
        if self.law is not None:
            values[self.law] = self.theory.domain[self.law].default
        if self.size is not None:
            values[symbol_of(self.size, self.theory)] = size
        return values | {symbol: float(as_array(Explicit(self.path[symbol]), values)) for symbol in self.moved}


def symbol_of(name: str, theory: ClosedForm) -> Symbol:
    """The symbol of a parameter: the theory's own, or that of the notation table."""
    own = {symbol.name: symbol for symbol in theory.domain.symbols}
    if name in own:
        return own[name]
    if name in NOTATION:
        return NOTATION[name].symbol
    raise ClaimError(f"{theory.name}: {name} is neither a parameter nor in the notation table")
