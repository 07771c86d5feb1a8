r"""The page of a system as a LaTeX document; what lies between the two marks can be pasted into an appendix."""

from __future__ import annotations

from collections.abc import Sequence

from crosscheck.docs.breaking import broken, letters
from crosscheck.docs.page import Page, Printed
from crosscheck.report import wording

_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage[a4paper,margin=25mm]{geometry}
\usepackage{amsmath,amssymb,graphicx}
\allowdisplaybreaks
\setlength{\emergencystretch}{3em}
\begin{document}
% ---- paste from here
"""
_END = "\n% ---- to here\n\\end{document}\n"
WIDEST = 68  # letters that fit a line of the page
_SPECIAL = {
    "\\": r"\textbackslash{}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "{": r"\{", "}": r"\}",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": "$<$", ">": "$>$", "≥": r"$\ge$", "≤": r"$\le$",
    "|": "$|$",    "±": r"$\pm$",
    "—": "---", "–": "--", "“": "``", "”": "''", "é": r"\'e",
}  # fmt: skip


def as_latex(system: str, pages: Sequence[Page]) -> str:
    """One system, a section to a claim."""
    references = dict.fromkeys(reference for page in pages for reference in page.references)
    parts = [rf"\section*{{{escaped(system.replace('_', ' ').title())}}}", *map(_section, pages)]
    if references:
        parts.append("\\paragraph{References}\n" + "\n\n".join(map(escaped, references)))
    return _PREAMBLE + "\n\n".join(parts) + _END


def escaped(text: str) -> str:
    """Plain text for LaTeX; letters that its fonts lack are left out."""
    found = "".join(_SPECIAL.get(character, character) for character in text)
    return found.encode("latin-1", "replace").decode("latin-1")


def displayed(lines: Sequence[str]) -> str:
    """Unnumbered displayed formulas; long ones are broken before their relations and sums."""
    rows = []
    for line in lines:
        first, *others = (_fitted(piece) for piece in broken(line, WIDEST))
        rows += [f"& {first}", *(rf"& \qquad {other}" for other in others)]
    body = " \\\\\n".join(rows)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"


def _fitted(row: str) -> str:
    """A row that cannot be broken is set smaller if it is wider than the page."""
    return rf"\resizebox{{0.9\linewidth}}{{!}}{{$\displaystyle {row}$}}" if letters(row) > WIDEST else row


def _section(page: Page) -> str:
    parts = [
        rf"\subsection*{{{escaped(page.id)}}}",
        f"{escaped(page.statement[:1].upper() + page.statement[1:]).rstrip('.')}. {escaped(page.source)}.",
        displayed(page.formula),
        _parameters(page),
    ]
    if page.correction:
        parts.append(f"The gap at finite size shrinks as ${page.correction}$.")
    if page.finite_size:
        parts.append(displayed(page.finite_size))
    if page.steps:
        steps = "\n".join(
            rf"\item \textsc{{{step.evidence.lower()}}}: {escaped(step.because)}"
            + (f" ({escaped(step.citation)})" if step.citation else "")
            + "\n"
            + displayed((step.relation, *step.definitions))
            for step in page.steps
        )
        parts.append(rf"\paragraph{{Derivation}} Worth its weakest step, {str(page.evidence).lower()}.")
        parts.append(f"\\begin{{enumerate}}\n{steps}\n\\end{{enumerate}}")
    if page.printed:
        parts.append("\\paragraph{As printed}\n" + "\n\n".join(map(_printed, page.printed)))
    for verdict in page.verdicts:
        seen = f"gap {wording.gap(verdict['limit'])}, visible {wording.percent(verdict['limit']['detectable'])}"
        at = wording.parameters(verdict["parameters"])
        parts.append(
            rf"\textbf{{{verdict['outcome']}}} at {escaped(at)}: {escaped(verdict['reason'])} ({escaped(seen)})."
        )
    return "\n\n".join(parts)


def _parameters(page: Page) -> str:
    rows = [rf"${p.latex}$ & {escaped(p.meaning)} & {escaped(p.allowed)} \\" for p in page.parameters]
    return "\\begin{tabular}{@{}lp{0.55\\linewidth}l@{}}\n" + "\n".join(rows) + "\n\\end{tabular}"


def _printed(printed: Printed) -> str:
    note = f"; {escaped(printed.note)}" if printed.note else ""
    return f"{escaped(f'{printed.paper} {printed.equation}')}: ${printed.latex}$: {escaped(printed.status)}{note}."
