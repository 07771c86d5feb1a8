"""What a reader is told of a claim, as plain data made from the tested objects; the formats only lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from crosscheck.docs.papers import cited
from crosscheck.report.wording import parameters, percent

if TYPE_CHECKING:
    from crosscheck.claim import Claim
    from theory.closed_form import ClosedForm
    from theory.published import Comparison

SCHEMA = "crosscheck.show/1"


@dataclass(frozen=True)
class Parameter:
    """One parameter: its ASCII name, its letter, what it means, where it may lie."""

    name: str
    latex: str
    meaning: str
    allowed: str
    default: str


@dataclass(frozen=True)
class StepLine:
    """One step of a derivation; `evidence` is EXACT, SAMPLED, ASSUMED or REFUTED, `detail` how it was found."""

    relation: str
    plain: tuple[str, ...]
    definitions: tuple[str, ...]
    because: str
    evidence: str
    detail: str
    citation: str


@dataclass(frozen=True)
class Printed:
    """A formula as a paper prints it, and how it compares."""

    paper: str
    equation: str
    latex: str
    status: str
    erratum: bool
    note: str


@dataclass(frozen=True)
class Page:
    """Everything about one claim."""

    id: str
    system: str
    statement: str
    source: str
    kind: str
    formula: tuple[str, ...]
    plain: tuple[str, ...]
    plain_correction: str | None
    size: str | None
    correction: str | None
    finite_size: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    relations: tuple[str, ...]
    evidence: str | None
    steps: tuple[StepLine, ...]
    printed: tuple[Printed, ...]
    rivals: tuple[str, ...]
    routes: tuple[str, ...]
    tested: tuple[str, ...]
    references: tuple[str, ...]
    verdicts: tuple[Mapping[str, Any], ...]

    @property
    def assumed(self) -> int:
        """How many steps rest on a citation."""
        return sum(step.evidence == "ASSUMED" for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        return {"schema": SCHEMA} | asdict(self)


def page(claim: Claim, run: Mapping[str, Any] | None = None) -> Page:
    """The page of a claim, with its verdicts in `run`, a saved run."""
    from sympy import latex, sstr

    from crosscheck.docs.plain import formula_lines
    from crosscheck.docs.relation import readable_names

    theory = claim.theory
    with readable_names(theory.derivation):
        finite = theory.finite_size
        return Page(
            id=claim.id,
            system=theory.system,
            statement=theory.statement,
            source=theory.source,
            kind=claim.kind.value,
            formula=tuple(theory.latex().splitlines()),
            plain=formula_lines(theory.observable, theory.formula),
            plain_correction=None if claim.correction == "exact" else sstr(claim.correction),
            size=claim.size,
            correction=None if claim.correction == "exact" else latex(claim.correction),
            finite_size=tuple(finite.formula.equations(r"\mathrm{next\ order}")) if finite else (),
            parameters=_parameters(theory),
            relations=tuple(
                latex(rel) for rel in theory.domain.restricted(theory.parameters).relations
            ),
            evidence=theory.derivation.evidence.name if theory.derivation else None,
            steps=_steps(theory),
            printed=tuple(map(_printed, theory.comparisons())),
            rivals=tuple(f"{rival.name}: {rival.why}" if rival.why else rival.name for rival in claim.rivals),
            routes=tuple(
                f"{r.name} ({r.kind_of_leg}{', both ways from one sample' if r.paired else ''}, from the {r.tier} tier"
                f"{f', where {r.only}' if r.only is not None else ''})"
                for r in claim.all_routes
            ),
            tested=_tested(claim),
            references=_references(theory),
            verdicts=tuple(v for v in (run or {}).get("verdicts", ()) if v["id"] == claim.id),
        )  # fmt: skip


def _tested(claim: Claim) -> tuple[str, ...]:
    from crosscheck.claim import show

    reasons = (reference.because for reference in claim.reference_points)
    return tuple(f"{show(at)}: {why}" if why else show(at) for at, why in zip(claim.points, reasons, strict=True) if at)


def _parameters(theory: ClosedForm) -> tuple[Parameter, ...]:
    from sympy import latex

    from theory.domain import decimal
    from theory.notation import meaning

    ranges = (theory.domain[symbol] for symbol in theory.parameters)
    return tuple(
        Parameter(r.symbol.name, latex(r.symbol), meaning(r.symbol), _signs(str(r)), decimal(r.default)) for r in ranges
    )


def _signs(text: str) -> str:
    return text.replace(">=", "≥").replace("<=", "≤")


def _steps(theory: ClosedForm) -> tuple[StepLine, ...]:
    from crosscheck.docs.plain import step_lines
    from crosscheck.docs.relation import definitions, relation

    if theory.derivation is None:
        return ()
    shown: set[str] = set()
    lines = []
    for checked in theory.derivation.verify():
        fresh = tuple(line for line in definitions(checked.step) if line not in shown)
        shown.update(fresh)
        step = checked.step
        lines.append(
            StepLine(
                relation(step),
                step_lines(step),
                fresh,
                step.because,
                checked.evidence.name,
                checked.detail,
                step.citation,
            )
        )
    return tuple(lines)


def _printed(comparison: Comparison) -> Printed:
    from theory.domain import decimal
    from theory.published import Transcription

    published = comparison.published
    legible = published.transcription is Transcription.LEGIBLE
    if not comparison.differs:
        status = "as derived"
    else:
        at = parameters({symbol.name: decimal(value) for symbol, value in comparison.at.items()})
        status = f"differs from the derived formula by {percent(comparison.gap)} at {at}"
        status = f"erratum: {status}" if legible else f"{status}; the source is garbled, so this is no erratum"
    return Printed(
        published.paper, published.equation, published.printed, status, comparison.differs and legible, published.note
    )


def _references(theory: ClosedForm) -> tuple[str, ...]:
    citations = [step.citation for step in theory.derivation.steps] if theory.derivation else []
    return cited((theory.source, *(published.paper for published in theory.published), *citations))
