"""What a notebook shows of a verdict and of a run: HTML with the figure of the verdict in it, and LaTeX."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crosscheck.report import wording
from crosscheck.report.safe_latex import escaped
from theory.notebook import block, table

if TYPE_CHECKING:
    from crosscheck.engine import Run
    from crosscheck.verdict import Verdict

Json = Mapping[str, Any]
_BADGE = 'style="border: 1.5px solid; border-radius: 3px; padding: 0 .4em; font-weight: 600; white-space: nowrap"'
_WHOLE = 'style="white-space: nowrap"'


def verdict_html(verdict: Verdict) -> str:
    """Outcome and reason, the legs, the figure, and the command that repeats it."""
    from crosscheck.report.figure import svg
    from crosscheck.report.json import verdict_document

    document = verdict_document(verdict)
    head = f"<p>{_badge(verdict.outcome.value)} <strong>{_named(document)}</strong>: {html.escape(verdict.reason)}</p>"
    legs = [
        (html.escape(f"{leg['leg']}: {leg['route']}"), _badge(leg["outcome"]), *_seen(leg["limit"]))
        for leg in document["legs"]
    ]
    # black on white in the dark theme of a notebook, too
    figure = f'<div style="background: #fff; max-width: 44em">{svg(document)}</div>' if document["points"] else ""
    again = f"<pre>{html.escape(verdict.command)}</pre>"
    return block(head, table(("leg", "outcome", "gap", "visible"), legs), figure, again)


def run_html(run: Run) -> str:
    """The sum, and a row for every verdict."""
    verdicts = [verdict.to_json() for verdict in run.verdicts]
    rows = [(_named(v), _badge(v["outcome"]), *_seen(v["limit"]), html.escape(v["reason"])) for v in verdicts]
    summary = f"{wording.counts(v['outcome'] for v in verdicts)}, tier {run.tier}, seed {run.seed}"
    return block(f"<p>{html.escape(summary)}</p>", table(("claim", "outcome", "gap", "visible", "reason"), rows))


def verdict_latex(verdict: Verdict) -> str:
    """One line of mathematics: what was judged, the outcome, the gap and what would have been seen."""
    return "$" + r" \quad ".join(_cells(verdict.to_json())) + "$"


def run_latex(run: Run) -> str:
    """A row for every verdict, as an array that notebooks and LaTeX both set."""
    rows = r" \\ ".join(" & ".join(_cells(verdict.to_json())) for verdict in run.verdicts)
    return rf"$$\begin{{array}}{{llrr}} {rows} \end{{array}}$$"


def _cells(verdict: Json) -> tuple[str, ...]:
    from crosscheck.docs.macros import number

    name = " ".join((verdict["id"], wording.parameters(verdict["parameters"]))).strip()
    limit = verdict["limit"]
    sizes = (number(text) for text in (wording.gap(limit), wording.percent(limit["detectable"])))
    return rf"\text{{{escaped(name)}}}", rf"\text{{{escaped(verdict['outcome'])}}}", *map(_bare, sizes)


def _bare(number: str) -> str:
    r"""Without \ensuremath, which the mathematics of notebooks does not know."""
    return number.removeprefix(r"\ensuremath{").removesuffix("}") if number.startswith(r"\ensuremath{") else number


def _named(verdict: Json) -> str:
    at = wording.parameters(verdict["parameters"])
    return html.escape(f"{verdict['id']} at {at}" if at else verdict["id"])


def _seen(limit: Json) -> tuple[str, str]:
    gap, visible = (html.escape(text) for text in (wording.gap(limit), wording.percent(limit["detectable"])))
    return f"<span {_WHOLE}>{gap}</span>", f"<span {_WHOLE}>{visible}</span>"


def _badge(outcome: str) -> str:
    return f"<span {_BADGE}>{wording.SYMBOLS[outcome]} {outcome}</span>"
