"""pytest collects `claim_*.py`: one item per claim, which passes only if the claim AGREES.

DISAGREES fails; so does INCONCLUSIVE, with its own words: what was not seen is never green.  `--crosscheck-fuzz N` adds
an item per claim that searches N points of its domain.  The rows of `counterexamples.toml` are items too, always: each
passes when its claim AGREES there now, or no longer includes the point.

Loading this file imports nothing of the project, so a foreign test suite does not notice it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from crosscheck.budget import Budget
    from crosscheck.claim import Claim
    from crosscheck.counterexamples import Row
    from crosscheck.fuzz import Searched

TIERS = ("quick", "standard", "deep")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("crosscheck")
    group.addoption("--crosscheck-tier", choices=TIERS, default="quick", help="how much each claim may spend")
    group.addoption("--crosscheck-seed", type=int, default=0, metavar="S", help="seed of the simulations")
    group.addoption(
        "--crosscheck-fuzz", type=int, default=0, metavar="N", help="search N points of each claim's domain, too"
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file claim_*.py, or of counterexamples, that speaks of crosscheck; others may be called so by chance."""
    if file_path.name == "counterexamples.toml" and b"crosscheck.counterexamples/" in file_path.read_bytes():
        return CounterexampleFile.from_parent(parent, path=file_path)
    if not (file_path.suffix == ".py" and file_path.name.startswith("claim_")):
        return None
    if b"crosscheck" not in file_path.read_bytes():
        return None
    return ClaimFile.from_parent(parent, path=file_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All verdicts of a session share one budget of errors."""
    judged = [item for item in items if isinstance(item, VerdictItem)]
    for item in judged:
        item.share = len(judged)


class ClaimFile(pytest.File):
    """A file of claims."""

    def collect(self) -> Iterator[pytest.Item]:
        from crosscheck.claim import ClaimError
        from crosscheck.registry import load_file

        try:
            claims = load_file(self.path)
        except ClaimError as error:
            raise self.CollectError(str(error)) from None
        for claim in claims:
            yield ClaimItem.from_parent(self, name=claim.id, claim=claim)
            if self.config.option.crosscheck_fuzz > 0:
                yield FuzzItem.from_parent(self, name=f"{claim.id}[fuzz]", claim=claim)


class CounterexampleFile(pytest.File):
    """A file of rows, each a point at which a claim was refuted once."""

    def collect(self) -> Iterator[pytest.Item]:
        from crosscheck.counterexamples import read
        from crosscheck.usage import UsageError

        try:
            rows = read(self.path)
        except UsageError as error:
            raise self.CollectError(str(error)) from None
        for row in rows:
            yield RowItem.from_parent(self, name=f"{row.claim}[{row.shown.replace(' ', ',')}]", row=row)


class VerdictItem(pytest.Item):
    """One item that ends in a verdict; `share` such items have one budget."""

    share = 1

    def budget(self) -> Budget:
        """This item's part of the session's error rates."""
        from crosscheck.budget import Budget

        whole = Budget()
        return Budget(whole.false_alarm / self.share, whole.miss / self.share)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, NotAgreed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"claim {self.name}"


class ClaimItem(VerdictItem):
    """One claim, checked at its reference points."""

    def __init__(self, *, claim: Claim, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.claim = claim

    def runtest(self) -> None:
        from crosscheck.engine import run
        from crosscheck.verdict import Outcome

        found = run(
            [self.claim],
            tier=self.config.option.crosscheck_tier,
            seed=self.config.option.crosscheck_seed,
            budget=self.budget(),
        )
        if found.outcome is not Outcome.AGREES:
            failing = [verdict.to_json() for verdict in found.verdicts if verdict.outcome is not Outcome.AGREES]
            raise NotAgreed([{**v, "command": v["command"].replace(v["id"], str(self.path), 1)} for v in failing])


class FuzzItem(ClaimItem):
    """One claim, searched for points where it fails; what is confirmed becomes a row beside the file of the claim."""

    def runtest(self) -> None:
        from crosscheck.counterexamples import append, default_place, row_of
        from crosscheck.fuzz import Searched, Session, fuzz
        from crosscheck.verdict import Outcome

        options = self.config.option
        searched = Searched(self.claim)
        session = Session([searched], budget=self.budget(), tier=options.crosscheck_tier, seed=options.crosscheck_seed)
        fuzz(session, examples=options.crosscheck_fuzz)
        if session.interrupted:
            raise KeyboardInterrupt
        failures = fuzz_failures(searched, str(self.path), options.crosscheck_tier)
        place = default_place(self.path)
        for one, failure in failures:
            if failure["outcome"] == Outcome.DISAGREES.value:
                row = row_of(
                    self.claim, one, tier=options.crosscheck_tier, command=failure["command"], file=self.path.name
                )
                append(place, [row])
        if failures:
            raise NotAgreed([failure for _, failure in failures])


class RowItem(VerdictItem):
    """One counterexample, run again at its own tier."""

    def __init__(self, *, row: Row, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.row = row

    def runtest(self) -> None:
        from crosscheck.counterexamples import recheck

        found = recheck(self.row, self.path.parent, budget=self.budget())
        if not found.passes:
            limit = found.verdict.limit.to_json() if found.verdict else {}
            raise NotAgreed(
                [
                    {"id": self.row.claim, "outcome": found.standing.value, "reason": found.reason, "limit": limit,
                     "parameters": dict(self.row.at), "command": self.row.command}
                ]
            )  # fmt: skip


def fuzz_failures(searched: Searched, path: str, tier: str) -> list[tuple[Any, dict[str, Any]]]:
    """The suspicions that unseen seeds confirmed or could not decide, with what there is to say of each."""
    from crosscheck.fuzz import claim_point
    from crosscheck.search import State

    outcomes = {State.CONFIRMED: "DISAGREES", State.INCONCLUSIVE: "INCONCLUSIVE"}
    found = []
    for one in searched.tested:
        if one.state not in outcomes:
            continue
        at = claim_point(searched.claim, one.suspect.point)
        failure = {
            "id": searched.claim.id,
            "outcome": outcomes[one.state],
            "reason": one.reason,
            "limit": one.verdict.limit.to_json() if one.verdict else {},
            "parameters": dict(pair.split("=") for pair in at.split()),
            "command": f"crosscheck run {path} --at {at} --tier {tier} --seed {one.seed}",
        }
        found.append((one, failure))
    return found


class NotAgreed(AssertionError):
    """The verdicts that do not agree, in words."""

    def __init__(self, verdicts: list[dict[str, Any]]) -> None:
        from crosscheck.report.text import explained

        super().__init__("\n".join(line for verdict in verdicts for line in explained(verdict)))
