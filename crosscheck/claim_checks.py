"""What a claim is checked for when it is written down: laws, routes, and the names of their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Integer, Symbol

from crosscheck.verdict import Kind
from numerics.replicas import no_law
from numerics.simulator import Simulator
from theory.formula import Explicit
from theory.tables import Tabular

if TYPE_CHECKING:
    from crosscheck.claim import Claim
    from crosscheck.route import Route


class ClaimError(ValueError):
    """A claim contradicts itself; the message shows what was given and what was expected."""


def check_laws(claim: Claim) -> None:
    """A claim about a law, or about two routes, has what such a claim needs, and nothing that does not go with it."""
    for route in claim.routes:
        _check_paired(claim, route)
    if claim.law is None and claim.reference is None:
        return
    if claim.law is not None and claim.kind is not Kind.EXACT:
        raise ClaimError(
            f"{claim.id}: kind {claim.kind.value} does not go with a law, which is tested at every size: "
            "give the law at finite size as kind exact, or claim a mean"
        )
    if claim.law is not None and claim.law not in claim.theory.parameters:
        names = ", ".join(symbol.name for symbol in claim.theory.parameters)
        raise ClaimError(f"{claim.id}: the law's argument {claim.law} is no parameter of the theory: {names}")
    if claim.reference is not None:
        if all(route.paired for route in claim.routes) or claim.rivals:
            raise ClaimError(f"{claim.id}: kind two_route compares the main route with others, and has no rivals")
        if claim.theory.formula != Explicit(Integer(0)):
            raise ClaimError(f"{claim.id}: the theory of kind two_route is the distance of two laws, Explicit(0)")
    if claim.scale is not None:
        raise ClaimError(f"{claim.id}: laws are compared in probability; a scale does not go with them")
    for route in claim.all_routes:
        if route.paired:
            continue
        lawless = no_law(route.source) if isinstance(route.source, Simulator) else "a formula draws no values"
        if lawless is not None:
            raise ClaimError(f"{claim.id}: the law of the route {route.name} cannot be tested: {lawless}")


def check_names(claim: Claim, route: Route) -> None:
    """The parameters of a route are those of the claim, and each of them reaches it."""
    theirs = set(claim.free) | ({claim.size} if claim.size else set())
    theirs |= {symbol.name for symbol in claim.path} | set(claim.steps) | set(route.steps)
    source = route.source
    wanted = set(source.parameters) if isinstance(source, Simulator) else {s.name for s in source.parameters}
    reached = wanted | {s.name for rule in claim.path.values() for s in rule.free_symbols if isinstance(s, Symbol)}
    strange, unused = wanted - theirs, set(claim.free) - reached
    if strange or unused:
        lists = {"the claim lacks": strange, "nothing uses": unused}
        fault = " and ".join(f"{what} {', '.join(sorted(names))}" for what, names in lists.items() if names)
        raise ClaimError(
            f"{claim.id}: names do not match, {fault}; claim: {', '.join(sorted(theirs))}; "
            f"{route.name}: {', '.join(sorted(wanted))}"
        )
    _check_relation(claim, route)


def _check_paired(claim: Claim, route: Route) -> None:
    if not route.paired:
        return
    if claim.reference is None:
        raise ClaimError(
            f"{claim.id}: the route {route.name} is paired, which goes with kind two_route, not {claim.kind.value}"
        )
    if not isinstance(route.source, Simulator) or route.source.values != "indicator":
        raise ClaimError(
            f"{claim.id}: the paired route {route.name} needs a simulator of values indicator: 1 where both ways differ"
        )


def _check_relation(claim: Claim, route: Route) -> None:
    """Where a route decides is said in numbers that a point has: not the size, nor a table."""
    if route.only is None:
        return
    tables = {item.symbol.name for item in claim.theory.domain.ranges if isinstance(item, Tabular)}
    known = [name for name in claim.free if name not in tables]
    strange = sorted({str(symbol) for symbol in route.only.free_symbols} - set(known))
    if strange:
        raise ClaimError(
            f"{claim.id}: {route.name} decides only where {route.only}, but {', '.join(strange)} is no number that a"
            f" point has; it has {', '.join(known) or 'none'}"
        )
