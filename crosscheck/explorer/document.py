"""Everything that the page shows, as plain data: the formulas, where they hold, and what a run simulated of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import sympy as sp

from crosscheck.explorer.points import simulated
from crosscheck.explorer.translation import Translator, Untranslatable, needed, shapes
from crosscheck.report.json import versions
from theory.domain import decimal
from theory.notation import meaning
from theory.tables import Tabular

if TYPE_CHECKING:
    from crosscheck.claim import Claim

Json = dict[str, Any]

SCHEMA = "crosscheck.explore/1"
_RELATIONS: Mapping[type, str] = {
    sp.StrictLessThan: "<", sp.LessThan: "<=", sp.StrictGreaterThan: ">", sp.GreaterThan: ">=", sp.Unequality: "!=",
}  # fmt: skip


def document(
    claims: Iterable[Claim], run: Mapping[str, Any] | None, *, progress: Callable[[str], None] = lambda _: None
) -> Json:
    """The data of the page; `run` is a saved run, or None where nothing was simulated yet."""
    found = []
    for claim in claims:
        progress(f"explore: {claim.id}")
        found.append(explored(claim, run or {"verdicts": []}))
    about = {key: run[key] for key in ("tier", "seed", "versions")} if run else None
    return {"schema": SCHEMA, "claims": found, "run": about, "versions": versions()}


def explored(claim: Claim, run: Mapping[str, Any]) -> Json:
    """One closed form: formula, parameters, domain, reference points, wrong formulas, simulated points."""
    from crosscheck.index import printed

    theory = claim.theory
    translator = Translator()
    own = theory.domain.restricted(theory.parameters)
    paper, equation = printed(theory.source)
    found = {
        "id": claim.id,
        "system": theory.system,
        "statement": theory.statement,
        "source": " ".join((paper, equation)).strip(),
        "latex": _lines(claim),
        "size": claim.size,
        "evidence": _evidence().get(claim.id),
        "parameters": [_parameter(own[symbol], translator) for symbol in theory.parameters],
        "relations": [_relation(relation, translator) for relation in own.relations],
        "reference": _reference(claim),
        "verdicts": simulated(claim, run),
    }
    try:
        formula = translator.formula(theory.formula)
    except Untranslatable as reason:
        from crosscheck.explorer.tabulation import slices

        return {**found, "formula": None, "rivals": [], "shapes": [], "why": str(reason), "slices": slices(claim)}
    rivals = [rival for rival in (_rival(claim, r, translator) for r in claim.rivals) if rival]
    return {**found, "formula": formula, "rivals": rivals, "shapes": shapes(formula)}


@cache
def _evidence() -> dict[str, str | None]:
    """As in the generated index: to verify all derivations again takes minutes."""
    from crosscheck.index import rows

    return {row["id"]: row["evidence"] for row in rows()}


def _lines(claim: Claim) -> list[str]:
    from theory.relation import readable_names

    with readable_names():
        return claim.theory.latex().splitlines()


def _parameter(allowed: Any, translator: Translator) -> Json:
    from theory.relation import readable_names

    with readable_names():
        letter = sp.latex(allowed.symbol)
    shared = {
        "name": translator.name(allowed.symbol),
        "latex": letter,
        "meaning": meaning(allowed.symbol),
        "allowed": str(allowed),
    }
    if hasattr(allowed, "examples"):
        tables = {label: _table(allowed.read("example", label), translator) for label in allowed.examples}
        return {**shared, "examples": tables, "default": next(iter(tables))}
    return {
        **shared,
        "low": _float(allowed.low),
        "high": _float(allowed.high),
        "low_open": allowed.low_open,
        "high_open": allowed.high_open,
        "integer": allowed.integer,
        "default": decimal(allowed.default),
        "explored": [decimal(edge) for edge in allowed.explored],
    }


def _table(table: Any, translator: Translator) -> Json:
    """The fields and extents of a table under the names of their symbols."""
    return {translator.name(symbol): table.floats[name].tolist() for name, symbol in table.symbols.items()}


def _float(of: sp.Expr) -> float | str:
    return ("Infinity" if of > 0 else "-Infinity") if of.is_infinite else float(of)


def _relation(relation: Any, translator: Translator) -> Json:
    sides = {"left": translator.program(relation.lhs), "right": translator.program(relation.rhs)}
    return {**sides, "relation": _RELATIONS[type(relation)], "text": str(relation)}


def _reference(claim: Claim) -> list[Json]:
    """The points at which the claim is tested, as far as they are parameters of its formula."""
    return [
        {"at": {name: decimal(value) for name, value in point.items()}, "because": reference.because}
        for point, reference in zip(claim.points, claim.reference_points, strict=True)
    ]


def _rival(claim: Claim, rival: Any, translator: Translator) -> Json | None:
    """A formula that the data must reject; None where it cannot be evaluated on the page from the same parameters."""
    try:
        formula = translator.formula(claim.formula(rival.form))
    except Untranslatable:
        return None
    own = claim.theory.domain.restricted(claim.theory.parameters)
    tables = {s for item in own.ranges if isinstance(item, Tabular) for s in item.default.symbols.values()}
    known = {translator.name(symbol) for symbol in {*claim.theory.parameters, *tables}}
    return {"name": rival.name, "why": rival.why, "formula": formula} if needed(formula) <= known else None
