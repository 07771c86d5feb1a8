"""The tables of the first page, generated at every build: directives `summary`, `errata`, `misprints` and `claims`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from crosscheck.docs.papers import PAPERS
from crosscheck.report.markdown import plain
from crosscheck.report.wording import SYMBOLS, counts
from docs.extensions import sources
from theory.breaking import broken


def setup(app: Sphinx) -> dict[str, bool]:
    for name, text in (("summary", summary), ("errata", errata), ("misprints", misprints), ("claims", claims)):
        app.add_directive(name, _directive(name, text))
    app.add_directive("papers", _directive("papers", papers))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _directive(name: str, text: Callable[[], str]) -> type[SphinxDirective]:
    class Generated(SphinxDirective):
        """Markdown that is generated where the directive stands; its tables carry the name, for the style sheet."""

        def run(self) -> list[nodes.Node]:
            for path in ("crosscheck/claims/index.json", "docs/systems/run.json"):
                self.env.note_dependency(str(sources.ROOT / path))
            found = self.parse_text_to_nodes(text(), allow_section_headings=True)
            for table in (table for node in found for table in node.findall(nodes.table)):
                table["classes"].append(f"{name}-table")
            return found

    return Generated


def summary(root: Path = sources.ROOT) -> str:
    """How many claims there are, how they were judged, when and with what."""
    found, run, power = sources.rows(root), sources.run(root), sources.power(root)
    judged = [row.outcome for row in found if row.outcome]
    day = sources.run_date(root)
    lines = [f"{len(found)} claims of {len({row.system for row in found})} systems. Of the {len(judged)} that the last"
             f" standard run judged: {counts(judged)}."]  # fmt: skip
    if run["verdicts"]:
        versions = run["versions"]
        lines.append(
            f"Last run: {run['tier']} tier, seed {run['seed']}{f', kept on {day}' if day else ''}; "
            f"Python {versions['python']}, torch {versions['torch']}; false-alarm rate of the whole run "
            f"{run['false_alarm_budget']:g}, miss rate {run['miss_budget']:g}."
        )
    if power:
        total = power["killed"] + len(power["live"])
        lines.append(
            f"Power, measured on {power['date']}: {power['killed']} of {total} misprints made on purpose were rejected."
        )
    return "\n".join(lines)


def errata(root: Path = sources.ROOT) -> str:
    """A row per misprint: where, what is wrong, what the simulation says."""
    judged = sources.verdicts(root)
    table = ["| printed in | what is wrong | by simulation |", "|---|---|---|"]
    for erratum in sources.errata(root):
        link = f"[{_whole(erratum.where)}](systems/{erratum.claim.partition('.')[0]}.md#{anchor(erratum.claim)})"
        table.append(f"| {link} | {_note(erratum.what)} | {_simulated(judged, erratum.claim)} |")
    return "\n".join(table)


def misprints(root: Path = sources.ROOT) -> str:
    """Each misprint in full: the printed formula, the derived one, the command that shows it."""
    run = sources.run(root)
    parts = []
    for erratum in sources.errata(root):
        system = erratum.claim.partition(".")[0]
        derived = run["claims"].get(erratum.claim, {}).get("latex", [])
        parts += [
            f"## {erratum.where}",
            f"[{erratum.claim}](systems/{system}.md#{anchor(erratum.claim)}): {erratum.what}",
            "Printed:",
            *(f"$$\n{row}\n$$" for row in broken(erratum.printed)),
            *(["Derived:"] if derived else []),
            *(f"$$\n{row}\n$$" for row in derived),
            f"```text\ncrosscheck errata {erratum.claim}\n```",
        ]
    return "\n\n".join(parts)


def claims(root: Path = sources.ROOT) -> str:
    """A table per system."""
    found = sources.rows(root)
    day, tier = sources.run_date(root), sources.run(root).get("tier", "")
    parts = []
    for system, number in Counter(row.system for row in found).items():
        page = root / "docs" / "systems" / f"{system}.md"
        title = system.replace("_", " ").title()
        parts.append(f"### {title} ({number})")
        if page.exists():
            parts.append(f"Derivations, figures and verdicts: [{title}](systems/{system}.md).")
        table = [
            "| claim | printed as | verdict | visible | evidence | power | last run |",
            "|---|---|---|--:|---|--:|---|",
        ]
        for row in (row for row in found if row.system == system):
            observable = row.id.partition(".")[2]
            name = plain(observable.replace("_", " "))
            link = f"[{name}](systems/{system}.md#{anchor(row.id)})" if page.exists() else name
            last = f"{tier}, {day}" if row.outcome and day else tier if row.outcome else "not yet"
            cells = (link, plain(row.source), badge(row.outcome), row.visible, row.evidence.lower(), row.power, last)
            table.append(f"| {' | '.join(cells)} |")
        parts.append("\n".join(table))
    return "\n\n".join(parts)


def papers() -> str:
    """The papers behind the short names."""
    return "\n".join(f"- **{name}**: {plain(full)}" for name, full in PAPERS.items())


def anchor(heading: str) -> str:
    """The anchor of a heading of a generated page, as code hosts make it."""
    return re.sub(r"[^\w-]", "", heading.lower())


def badge(outcome: str) -> str:
    """An outcome with its sign, so that it is not told by colour alone."""
    return f"[{SYMBOLS[outcome]} {outcome}]{{.badge .{outcome}}}" if outcome else ""


def _simulated(judged: dict[str, list[dict]], claim: str) -> str:
    rejected = sources.rejected_misprints(judged, claim)
    return {True: badge("DISAGREES"), False: badge("INCONCLUSIVE"), None: "`crosscheck errata`"}[rejected]


def _note(what: str) -> str:
    """The note if there is one, else the size of the difference; a bar would end the cell."""
    gap, _, note = what.partition("; ")
    return (note or gap).replace("|", "\\|")


def _whole(name: str) -> str:
    """Underscores within a word are no markup."""
    return name.replace(r"\_", "_")
