"""The words of a verdict: AGREES, DISAGREES, INCONCLUSIVE, and the numbers that stand behind each of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import inf, isfinite, isnan
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from crosscheck.evidence import Accumulated

Values = Literal["real", "indicator", "exact", "law"]
Leg = Literal["deterministic", "precision", "independent"]


class Outcome(Enum):
    """What may be said of a formula.  Nothing else in the program may be called a pass."""

    AGREES = "AGREES"
    DISAGREES = "DISAGREES"
    INCONCLUSIVE = "INCONCLUSIVE"


class Kind(Enum):
    """The law that joins theory and simulation."""

    EXACT = "exact"
    ASYMPTOTIC = "asymptotic"
    IDENTITY = "identity"
    BOUND = "bound"
    PATHWISE = "pathwise"
    TWO_ROUTE = "two_route"


_SEVERITY = {Outcome.AGREES: 0, Outcome.INCONCLUSIVE: 1, Outcome.DISAGREES: 2}


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The gravest of several outcomes: DISAGREES before INCONCLUSIVE before AGREES.

    Nothing was looked at when `outcomes` is empty, so the answer is INCONCLUSIVE.
    """
    return max(outcomes, key=_SEVERITY.__getitem__, default=Outcome.INCONCLUSIVE)


@dataclass(frozen=True)
class Finding:
    """One answer of the judge, in units of the claim's scale.

    gap: estimated (simulation - theory)/scale; nan where nothing could be estimated.
    error: one standard error of `gap`, or the arithmetic error where there is no noise.
    detectable: smallest |gap| that would have been caught with the stated miss rate; inf where none.
    replicas_needed: samples per size that would make `detectable` as small as the resolution; None where not needed or
    not known.
    """

    outcome: Outcome
    gap: float
    error: float
    detectable: float
    reason: str
    replicas_needed: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data; what is not finite becomes None, which JSON can write."""
        return {
            "outcome": self.outcome.value,
            "gap": _finite(self.gap),
            "error": _finite(self.error),
            "detectable": _finite(self.detectable),
            "reason": self.reason,
            "replicas_needed": self.replicas_needed,
        }


@dataclass(frozen=True)
class Frequencies:
    """A law at fixed edges: what part of the samples lies at or below each, beside the probability by theory.

    edges: increasing.  counts: of the `samples` at or below each edge.  theory: P(X <= edge), or the frequencies of
    another simulator, which then rest on `theory_samples` samples (None where theory is known exactly).
    """

    edges: tuple[float, ...]
    theory: tuple[float, ...]
    counts: tuple[int, ...]
    samples: int
    theory_samples: int | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.edges) == len(self.theory) == len(self.counts):
            lengths = f"{len(self.edges)} edges, {len(self.theory)} of theory, {len(self.counts)} counts"
            raise ValueError(f"Frequencies: {lengths}: as many of each, one at least")
        if not all(map(isfinite, self.theory)):
            raise ValueError("Frequencies: the theory's probabilities must be finite")
        if not all(0 <= count <= self.samples for count in self.counts):
            raise ValueError(f"Frequencies: counts must lie in 0..{self.samples}")

    @property
    def observed(self) -> tuple[float, ...]:
        """The part of the samples at or below each edge."""
        return tuple(count / self.samples for count in self.counts)

    def to_json(self) -> dict[str, Any]:
        """Plain data, enough to draw the deviation with its band."""
        return {
            "edges": list(self.edges),
            "theory": list(self.theory),
            "observed": list(self.observed),
            "theory_samples": self.theory_samples,
        }


@dataclass(frozen=True)
class Measurement:
    """Simulation and theory at one size of one leg: all that the judge sees.

    size: the size variable;  correction: the declared g(size), 0 where the closed form is exact at finite size.
    theory, mean, standard_error, bias, bias_error, rounding, next_order: in the units of the observable.
    scale: the unit of a gap, positive (|theory| unless the claim says otherwise).
    samples: independent replicas behind `mean` (1 for exact values).
    values: "indicator" when each replica is 0 or 1 (then `successes` counts the ones), "exact" when there is no noise,
    "law" when a law is compared (then `law` holds it; theory and mean are probabilities at the edge that differs most).
    skewness, tail: of one replica's value; P(|value| > x) falls like x**-tail.
    bias, bias_error: size of the time-step bias still in `mean`, and its standard error.
    rounding: absolute error of the arithmetic, for exact values.
    next_order: the theory's next-order term at this size, where it predicts one.
    """

    size: float
    correction: float
    theory: float
    scale: float
    mean: float
    standard_error: float
    samples: int
    values: Values = "real"
    successes: int | None = None
    skewness: float = 0.0
    bias: float = 0.0
    bias_error: float = 0.0
    rounding: float = 0.0
    next_order: float | None = None
    tail: float = inf
    law: Frequencies | None = None

    def __post_init__(self) -> None:
        finite = ("size", "correction", "theory", "scale", "mean", "standard_error", "skewness", "bias", "bias_error")
        for name in (*finite, "rounding"):
            if not isfinite(getattr(self, name)):
                raise ValueError(f"Measurement: {name} = {getattr(self, name)} at size {self.size:g} must be finite")
        for name in ("correction", "standard_error", "bias_error", "rounding"):
            if getattr(self, name) < 0:
                raise ValueError(f"Measurement: {name} = {getattr(self, name)} at size {self.size:g} must be >= 0")
        if self.scale <= 0:
            raise ValueError(f"Measurement: scale = {self.scale} at size {self.size:g} must be positive: declare one")
        if self.samples < 1:
            raise ValueError(f"Measurement: samples = {self.samples} at size {self.size:g} must be at least 1")
        if self.next_order is not None and not isfinite(self.next_order):
            raise ValueError(f"Measurement: next_order = {self.next_order} at size {self.size:g} must be finite")
        if isnan(self.tail) or self.tail <= 0:
            raise ValueError(f"Measurement: tail = {self.tail} at size {self.size:g} must be positive")
        if self.values == "indicator" and (self.successes is None or not 0 <= self.successes <= self.samples):
            raise ValueError(
                f"Measurement: successes = {self.successes} at size {self.size:g} must lie in 0..{self.samples}"
            )
        if (self.values == "law") != (self.law is not None):
            raise ValueError(f"Measurement: values = {self.values} at size {self.size:g}: a law needs its frequencies")

    @property
    def gap(self) -> float:
        """(mean - theory)/scale."""
        return (self.mean - self.theory) / self.scale

    @property
    def error(self) -> float:
        """standard_error/scale."""
        return self.standard_error / self.scale

    def to_json(self) -> dict[str, Any]:
        """The point as the reports show it."""
        return {
            "size": self.size,
            "mean": self.mean,
            "standard_error": self.standard_error,
            "theory": self.theory,
            "samples": self.samples,
        }


@dataclass(frozen=True)
class Judgement:
    """The judge's two answers on one leg: is the limit right, and is it approached as declared."""

    limit: Finding
    rate: Finding

    @property
    def outcome(self) -> Outcome:
        """The limit's outcome, and DISAGREES if the rate is refuted; a rate that cannot be seen lowers nothing."""
        return Outcome.DISAGREES if self.rate.outcome is Outcome.DISAGREES else self.limit.outcome


@dataclass(frozen=True)
class LegVerdict:
    """One leg of a claim: the route that was simulated and what was found on it."""

    leg: Leg
    route: str
    outcome: Outcome
    limit: Finding
    rate: Finding
    points: tuple[Measurement, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "leg": self.leg,
            "route": self.route,
            "outcome": self.outcome.value,
            "limit": self.limit.to_json(),
            "rate": self.rate.to_json(),
        }


@dataclass(frozen=True)
class SelfTest:
    """A formula known to be wrong (the shifted canary, or a rival), which the same data must reject."""

    name: str
    outcome: Outcome
    rejected: bool

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "outcome": self.outcome.value, "rejected": self.rejected}


@dataclass(frozen=True)
class Verdict:
    """The outcome of one claim at one parameter point, with everything needed to doubt or repeat it.

    accumulated: of each leg that was added to the nights before, the gravest first; empty in a single run.
    """

    id: str
    parameters: dict[str, str]
    outcome: Outcome
    limit: Finding
    rate: Finding
    legs: tuple[LegVerdict, ...]
    self_tests: tuple[SelfTest, ...]
    seed: int
    seconds: float
    command: str
    reason: str
    accumulated: tuple["Accumulated", ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data for one entry of `verdicts` in `crosscheck run --json`; every point names its leg and route."""
        points = [{**point.to_json(), "leg": leg.leg, "route": leg.route} for leg in self.legs for point in leg.points]
        return {
            "id": self.id,
            "outcome": self.outcome.value,
            "parameters": dict(self.parameters),
            "limit": self.limit.to_json(),
            "rate": self.rate.to_json(),
            "legs": [leg.to_json() for leg in self.legs],
            "points": points,
            "self_tests": [test.to_json() for test in self.self_tests],
            "seed": self.seed,
            "seconds": self.seconds,
            "command": self.command,
            "reason": self.reason,
            **({"accumulated": self._nights()} if self.accumulated else {}),
        }

    def _repr_html_(self) -> str:
        from crosscheck.notebook import verdict_html

        return verdict_html(self)

    def _repr_latex_(self) -> str:
        from crosscheck.notebook import verdict_latex

        return verdict_latex(self)

    def _nights(self) -> dict[str, Any]:
        """The gravest leg, and all of them under `legs`."""
        legs = [leg.to_json() for leg in self.accumulated]
        return {**legs[0], "legs": legs}


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
