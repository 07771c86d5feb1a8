"""What the tables of the site are made of: files that the program generated, read without any simulation."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosscheck.report.wording import SYMBOLS, percent

ROOT = Path(__file__).parents[2]
_ERRATUM = re.compile(r"- (?P<where>.*?): \$(?P<printed>.*)\$: erratum: (?P<what>.*)")


@dataclass(frozen=True)
class Erratum:
    """One line of a generated page: where it is printed, what is printed, and what is wrong, all in Markdown."""

    claim: str
    where: str
    printed: str
    what: str


@dataclass(frozen=True)
class Row:
    """One claim of the table; texts are empty where nothing is known yet."""

    id: str
    system: str
    source: str
    statement: str
    outcome: str
    visible: str
    evidence: str
    power: str
    points: int


def rows(root: Path = ROOT) -> list[Row]:
    """All claims of the index, in its order."""
    judged = verdicts(root)
    scores = {claim["id"]: claim for claim in power(root).get("claims", ())}
    found = []
    for entry in index(root):
        mine = judged.get(entry["id"], [])
        score = scores.get(entry["id"])
        found.append(
            Row(
                id=entry["id"],
                system=entry["system"],
                source=f"{entry['paper']} {entry['equation']}".strip(),
                statement=entry["statement"],
                outcome=worst([verdict["outcome"] for verdict in mine]),
                visible=_visible(mine),
                evidence=entry["evidence"] or "",
                power=_score(score) if score else "",
                points=len(mine),
            )
        )
    return found


def index(root: Path = ROOT) -> list[dict[str, Any]]:
    return json.loads((root / "crosscheck" / "claims" / "index.json").read_text(encoding="utf-8"))


def run(root: Path = ROOT) -> dict[str, Any]:
    """The run that the pages of the systems show; without one there are no verdicts."""
    path = root / "docs" / "systems" / "run.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"verdicts": [], "claims": {}}


def verdicts(root: Path = ROOT) -> dict[str, list[dict[str, Any]]]:
    """By claim, in the order of the run."""
    found: dict[str, list[dict[str, Any]]] = {}
    for verdict in run(root)["verdicts"]:
        found.setdefault(verdict["id"], []).append(verdict)
    return found


def power(root: Path = ROOT) -> dict[str, Any]:
    """The newest measurement of power, or nothing."""
    files = sorted((root / "benchmarks" / "results").glob("*-power.json"))
    return json.loads(files[-1].read_text(encoding="utf-8")) if files else {}


def run_date(root: Path = ROOT) -> str:
    """The day on which the run came into the source tree; empty outside a repository."""
    command = ["git", "log", "-1", "--format=%cs", "--", "docs/systems/run.json"]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def errata(root: Path = ROOT) -> list[Erratum]:
    """Every printed formula that the generated pages call an erratum."""
    found = []
    for page in sorted((root / "docs" / "systems").glob("*.md")):
        claim = ""
        for line in page.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                claim = line.removeprefix("## ")
            elif match := _ERRATUM.fullmatch(line):
                found.append(Erratum(claim, match["where"], match["printed"], match["what"]))
    return found


def rejected_misprints(judged: Mapping[str, list[dict[str, Any]]], claim: str) -> bool | None:
    """Whether every rival of the claim that is a misprint was rejected in the run; None without one."""
    tests = [test for verdict in judged.get(claim, ()) for test in verdict["self_tests"]]
    misprints = [test["rejected"] for test in tests if "printed" in test["name"]]
    return all(misprints) if misprints else None


def worst(outcomes: list[str]) -> str:
    """DISAGREES before INCONCLUSIVE before AGREES; empty for none."""
    order = ("DISAGREES", "INCONCLUSIVE", "AGREES")
    assert set(order) == set(SYMBOLS)
    return next((outcome for outcome in order if outcome in outcomes), "")


def _visible(mine: list[dict[str, Any]]) -> str:
    seen = [verdict["limit"]["detectable"] for verdict in mine]
    return percent(max(seen)) if seen and None not in seen else "—" if seen else ""


def _score(score: Mapping[str, Any]) -> str:
    total = score["killed"] + len(score["live"])
    return f"{score['killed']} of {total}" if total else "—"
