"""pytest collects `claim_*.py`: one item per claim, which passes only if the claim AGREES.

DISAGREES fails; so does INCONCLUSIVE, with its own words: what was not seen is never green.  Loading this file imports
nothing of the project, so a foreign test suite does not notice it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from crosscheck.claim import Claim

TIERS = ("quick", "standard", "deep")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("crosscheck")
    group.addoption("--crosscheck-tier", choices=TIERS, default="quick", help="how much each claim may spend")
    group.addoption("--crosscheck-seed", type=int, default=0, metavar="S", help="seed of the simulations")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file claim_*.py that speaks of crosscheck; others may be called so for reasons of their own."""
    if not (file_path.suffix == ".py" and file_path.name.startswith("claim_")):
        return None
    if b"crosscheck" not in file_path.read_bytes():
        return None
    return ClaimFile.from_parent(parent, path=file_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All claims of a session share one budget of errors."""
    claims = [item for item in items if isinstance(item, ClaimItem)]
    for item in claims:
        item.share = len(claims)


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


class ClaimItem(pytest.Item):
    """One claim, checked at its reference points."""

    def __init__(self, *, claim: Claim, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.claim = claim
        self.share = 1

    def runtest(self) -> None:
        from crosscheck.budget import Budget
        from crosscheck.engine import run
        from crosscheck.verdict import Outcome

        whole = Budget()
        budget = Budget(whole.false_alarm / self.share, whole.miss / self.share)
        found = run(
            [self.claim],
            tier=self.config.option.crosscheck_tier,
            seed=self.config.option.crosscheck_seed,
            budget=budget,
        )
        if found.outcome is not Outcome.AGREES:
            failing = [verdict.to_json() for verdict in found.verdicts if verdict.outcome is not Outcome.AGREES]
            raise NotAgreed([{**v, "command": v["command"].replace(v["id"], str(self.path), 1)} for v in failing])

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, NotAgreed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"claim {self.name}"


class NotAgreed(AssertionError):
    """The verdicts that do not agree, in words."""

    def __init__(self, verdicts: list[dict[str, Any]]) -> None:
        from crosscheck.report.text import explained

        super().__init__("\n".join(line for verdict in verdicts for line in explained(verdict)))
