"""Counterexamples as readable rows of a TOML file in the source tree, where they are run again for ever.

A row passes when its claim now AGREES there, or when the point has left the claim's domain.  It fails when the claim
DISAGREES, when an error comes instead of a number, and when the answer is INCONCLUSIVE: what was refuted once and
cannot be seen now is not mended.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import Enum
from hashlib import blake2b
from pathlib import Path
from typing import Any

from crosscheck.budget import Budget
from crosscheck.claim import Claim, ClaimError, Tier
from crosscheck.docs.plain import formula_lines
from crosscheck.registry import UnknownClaim, find, load_file
from crosscheck.report.files import write
from crosscheck.search import Check, Fault, State, Tested, described, verdict_at
from crosscheck.usage import UsageError
from crosscheck.verdict import Outcome, Verdict
from theory.domain import DomainError, decimal

SCHEMA = "crosscheck.counterexamples/1"
NAME = "counterexamples.toml"
HEADER = f"""\
# Points at which a claim was refuted: found by `crosscheck fuzz`, confirmed on seeds that the search had not seen.
# Every row is checked again in each test run, and passes when the claim AGREES there or no longer includes the point.
schema = "{SCHEMA}"
"""
TEXT = 300
TIERS = ("quick", "standard", "deep")


@dataclass(frozen=True)
class Row:
    """One counterexample.

    claim: its id;  file: the Python file that defines it, seen from the folder of the rows, "" for one of the package;
    at: exact decimals;  outcome: DISAGREES, or ERROR where there was no number;  gap, error, detectable: of the limit;
    seed, tier: of the confirmation;  formula: text and fingerprint of the formula that was refuted.
    """

    claim: str
    at: Mapping[str, str]
    outcome: str = Outcome.DISAGREES.value
    file: str = ""
    gap: float | None = None
    error: float | None = None
    detectable: float | None = None
    seed: int = 0
    tier: Tier = "quick"
    found: str = ""
    reason: str = ""
    formula: str = ""
    fingerprint: str = ""
    command: str = ""

    @property
    def place(self) -> tuple[str, str, frozenset[tuple[str, str]]]:
        """What makes two rows the same."""
        return self.claim, self.file, frozenset(self.at.items())

    @property
    def shown(self) -> str:
        """The point, as people write it."""
        return " ".join(f"{name}={value}" for name, value in self.at.items())

    def to_json(self) -> dict[str, Any]:
        """Plain data; what is unknown is left out."""
        everything = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in everything.items() if value not in (None, "")}


class Standing(Enum):
    """What a row is worth today."""

    AGREES = "AGREES"
    OUTSIDE = "outside the domain"
    DISAGREES = "DISAGREES"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"
    GONE = "no such claim"
    UNFINISHED = "not checked"


@dataclass(frozen=True)
class Rechecked:
    """A row that was run again."""

    row: Row
    standing: Standing
    reason: str
    verdict: Verdict | None = None

    @property
    def passes(self) -> bool:
        """Whether the formula has been mended, or its domain narrowed."""
        return self.standing in (Standing.AGREES, Standing.OUTSIDE)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "claim": self.row.claim,
            "at": dict(self.row.at),
            "standing": self.standing.value,
            "passes": self.passes,
            "reason": self.reason,
            "command": self.row.command,
        }


def row_of(claim: Claim, tested: Tested, *, tier: Tier, command: str, file: str = "") -> Row:
    """The row of a confirmed counterexample."""
    limit = tested.verdict.limit.to_json() if tested.verdict else {}
    at = {name: decimal(tested.suspect.point[name]) for name in claim.free}
    text = "; ".join(formula_lines(claim.theory.observable, claim.theory.formula))
    return Row(
        claim=claim.id,
        at=at,
        outcome="ERROR" if tested.suspect.fault is Fault.ERROR else Outcome.DISAGREES.value,
        file=file,
        gap=limit.get("gap"),
        error=limit.get("error"),
        detectable=limit.get("detectable"),
        seed=tested.seed,
        tier=tier,
        found=datetime.now(UTC).date().isoformat(),
        reason=tested.reason,
        formula=text if len(text) <= TEXT else f"{text[: TEXT - 4]} ...",
        fingerprint=blake2b(text.encode(), digest_size=8).hexdigest(),
        command=command,
    )


def read(path: Path) -> list[Row]:
    """The rows of a file, none if there is no such file.  UsageError in one line if it is another kind of file."""
    return _rows(path, _text(path))


def append(path: Path, rows: Sequence[Row]) -> list[Row]:
    """Adds what is new at the end of the file, whose text stays as it is, and returns it; writes all or nothing."""
    with _alone(path):
        before = _text(path)
        known = _rows(path, before)
        new = [row for number, row in enumerate(rows) if row.place not in {r.place for r in (*known, *rows[:number])}]
        if new:
            text = before or HEADER
            after = "\n".join([text.rstrip("\n"), *map(_written, new)])
            if len(_rows(path, after)) != len(known) + len(new):
                raise UsageError(f"{path}: rows cannot be added to it; give another file with --counterexamples")
            write(path, after)
    return new


def default_place(claim_file: Path | None, here: Path = Path()) -> Path:
    """Where rows go: beside the user's file of claims; else into tests/ where there is such a folder; else here."""
    if claim_file is not None:
        return claim_file.parent / NAME
    return here / "tests" / NAME if (here / "tests").is_dir() else here / NAME


def claim_of(row: Row, folder: Path) -> Claim:
    """The claim that a row speaks of; raises UnknownClaim or ClaimError where it is gone."""
    if not row.file:
        return find(row.claim)
    found = {claim.id: claim for claim in load_file(folder / row.file)}
    if row.claim not in found:
        raise UnknownClaim(f"{row.file} defines no claim {row.claim}")
    return found[row.claim]


def recheck(
    row: Row, folder: Path, *, budget: Budget, check: Check = lambda: None, claim: Claim | None = None
) -> Rechecked:
    """The row's claim at the row's point and tier, on a seed of its own: the one after the seed that found it.

    The seed that brought a row to attention may have been unlucky; another one clears a false alarm by itself.
    """
    try:
        claim = claim or claim_of(row, folder)
    except (UnknownClaim, ClaimError) as error:
        return Rechecked(row, Standing.GONE, f"{error}; delete the row if the claim is gone for good")
    try:
        verdict = verdict_at(claim, row.at, seed=row.seed + 1, tier=row.tier, budget=budget, check=check)
    except DomainError as error:
        return Rechecked(row, Standing.OUTSIDE, str(error))
    except Exception as error:
        return Rechecked(row, Standing.ERROR, described(error))
    return Rechecked(row, Standing(verdict.outcome.value), verdict.reason, verdict)


def confirmed(tested: Iterable[Tested]) -> list[Tested]:
    """Those that unseen seeds have confirmed."""
    return [one for one in tested if one.state is State.CONFIRMED]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(f"{path} cannot be read: {reason}") from None


def _rows(path: Path, text: str) -> list[Row]:
    if not text:
        return []
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is no valid TOML: {error}") from None
    if document.get("schema") != SCHEMA:
        raise UsageError(f"{path} is no file of counterexamples (its schema is not {SCHEMA}); give another file")
    rows = document.get("counterexample", [])
    if not isinstance(rows, list):
        raise UsageError(f"{path}: counterexamples are tables [[counterexample]]")
    return [_row(path, number, row) for number, row in enumerate(rows, 1)]


_KINDS: dict[str, type | tuple[type, ...]] = {
    "at": dict, "gap": (int, float), "error": (int, float), "detectable": (int, float), "seed": int
}  # fmt: skip


def _row(path: Path, number: int, given: Any) -> Row:
    """A checked row; keys that are not known are the user's own notes."""
    given = given if isinstance(given, dict) else {}
    known = {field.name: given[field.name] for field in fields(Row) if field.name in given}
    wrong = [name for name, value in known.items() if not isinstance(value, _KINDS.get(name, str))]
    wrong += [name for name in ("claim", "at") if name not in known]
    if known.get("tier", "quick") not in TIERS:
        wrong.append("tier")
    if wrong:
        raise UsageError(f"{path}: row {number}: {', '.join(wrong)}: missing, or not what a counterexample has there")
    checked: dict[str, Any] = {**known, "at": {name: str(value) for name, value in known["at"].items()}}
    return Row(**checked)


def _written(row: Row) -> str:
    """The row as TOML; text is quoted as in JSON, which TOML reads but for one character."""

    def quoted(value: str) -> str:
        text = value.encode("utf-8", "replace").decode("utf-8")
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

    lines = ["", "[[counterexample]]"]
    for name, value in row.to_json().items():
        if isinstance(value, Mapping):
            shown = "{ " + ", ".join(f"{_key(key)} = {quoted(text)}" for key, text in value.items()) + " }"
        else:
            shown = quoted(value) if isinstance(value, str) else repr(value)
        lines.append(f"{name} = {shown}")
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    """A parameter's name as a TOML key."""
    return name if name.isascii() and name.replace("_", "").isalnum() else json.dumps(name, ensure_ascii=False)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keeps other processes from adding rows in between, where the system can."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
