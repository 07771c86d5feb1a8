"""The error budget of a run: one false-alarm rate and one miss rate, divided over tests, stages and looks.

Every division is a union bound, so the promises hold whatever the dependence between tests and looks:

    run:    a run of k tests gives each of them  false_alarm/k  and  miss/k
    stage:  a DISAGREES stands only if fresh seeds with CONFIRMATION times the samples repeat it.  The two stages are
            independent, so each may use sqrt(false_alarm):  P(both reject) = sqrt(a) sqrt(a) = a.
            A wrong formula is missed if either stage misses it, so each may use  miss/2.
    look:   half of both rates for the last look, the other half spread evenly over the earlier ones
"""

from dataclasses import dataclass
from math import sqrt

CONFIRMATION = 4
"""The second stage of a DISAGREES has this many times the samples of the first."""


@dataclass(frozen=True)
class Rates:
    """What one test may do wrong: false_alarm = P(DISAGREES | formula right), miss = P(AGREES | gap >= detectable)."""

    false_alarm: float
    miss: float

    def __post_init__(self) -> None:
        for name in ("false_alarm", "miss"):
            if not 0 < getattr(self, name) < 0.5:
                raise ValueError(f"{name} = {getattr(self, name)} is outside 0 < {name} < 0.5")

    def divide(self, tests: int) -> "Rates":
        """The rates of each of several tests that share these."""
        if tests < 1:
            raise ValueError(f"tests = {tests}: a budget is divided over at least one test")
        return Rates(self.false_alarm / tests, self.miss / tests)

    def stage(self) -> "Rates":
        """The rates of each of the two stages of a test: the first, and its confirmation on fresh seeds.

        Both stages together keep these rates, provided DISAGREES is reported only when both stages reject.
        """
        return Rates(min(sqrt(self.false_alarm), 0.49), self.miss / 2)

    def spend(self, look: int, looks: int) -> "Rates":
        """The rates of look number `look` (0 is the first) of `looks` planned ones; the looks' rates sum to these.

        Looks may be skipped, never added: what a skipped look would have spent is lost.
        """
        if not 0 <= look < looks:
            raise ValueError(f"look = {look} is outside 0 <= look < looks = {looks}")
        if looks == 1:
            return self
        share = 0.5 if look == looks - 1 else 0.5 / (looks - 1)
        return Rates(share * self.false_alarm, share * self.miss)


@dataclass(frozen=True)
class Budget:
    """What a whole run may do wrong: one false DISAGREES in 1/false_alarm runs, one miss in 1/miss runs."""

    false_alarm: float = 1e-4
    miss: float = 1e-2

    def __post_init__(self) -> None:
        Rates(self.false_alarm, self.miss)

    def divide(self, tests: int) -> Rates:
        """The rates of each of the `tests` tests of a run."""
        return Rates(self.false_alarm, self.miss).divide(tests)


def plan(first: int, last: int) -> tuple[int, ...]:
    """Sample sizes of the looks: first, 2 first, 4 first, ..., ending at `last` exactly."""
    if not 1 <= first <= last:
        raise ValueError(f"first = {first} and last = {last}: looks need 1 <= first <= last")
    sizes = [first]
    while 2 * sizes[-1] < last:
        sizes.append(2 * sizes[-1])
    return (*sizes, last) if sizes[-1] < last else tuple(sizes)


def next_look(samples: tuple[int, ...], look: int, *, needed: int | None) -> int | None:
    """The look to take after `look`: the first later one with `needed` samples, else the last; None after the last.

    Looks in between are skipped, which the spending allows.
    """
    later = range(look + 1, len(samples))
    return next((k for k in later if needed is not None and samples[k] >= needed), later[-1] if later else None)
