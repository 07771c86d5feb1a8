"""What the nights of a leg say together: what `crosscheck.accumulate` answers, verdicts carry and reports show."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from crosscheck.verdict import Outcome


@dataclass(frozen=True)
class Accumulated:
    """What all nights of one leg say together, in one test that may be looked at after every night.

    nights: kept so far.  gap +- error: their average.  radius: half of the widest confidence sequence, which holds the
    gap but for the false-alarm rate.  e_value: the strongest evidence against the formula so far; if the formula is
    right it ever reaches `refuting` with probability `level` at most.  history: (night, low, high, e_value) of each.
    """

    route: str
    outcome: Outcome
    nights: int
    gap: float
    error: float
    radius: float
    e_value: float
    refuting: float
    level: float
    reason: str
    history: tuple[tuple[int, float, float, float], ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "route": self.route,
            "outcome": self.outcome.value,
            "nights": self.nights,
            "gap": _finite(self.gap),
            "error": _finite(self.error),
            "radius": _finite(self.radius),
            "e_value": self.e_value,
            "refuting": self.refuting,
            "level": self.level,
            "reason": self.reason,
            "history": [list(night) for night in self.history],
        }


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
