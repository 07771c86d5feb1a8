"""The verdicts of a run as a table of pandas and as labelled arrays of xarray, both optional."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, get_args

from crosscheck.report import wording

if TYPE_CHECKING:
    from pandas import DataFrame
    from xarray import Dataset

    from crosscheck.verdict import LegVerdict, Measurement, Verdict

Rows = Literal["verdicts", "points"]
_VALUES = ("mean", "standard_error", "theory", "scale", "gap", "error", "samples", "correction")


def frame(verdicts: Iterable[Verdict], rows: Rows = "verdicts") -> DataFrame:
    """A row for every verdict, or for every point; each parameter has a column of numbers, nan where it plays no part.

    ImportError in one line where pandas is missing, ValueError for other `rows`.
    """
    if rows not in get_args(Rows):
        raise ValueError(f"to_pandas({rows!r}): the rows are {' or '.join(map(repr, get_args(Rows)))}")
    pandas = _needed("pandas", "to_pandas")
    if rows == "verdicts":
        return pandas.DataFrame([_verdict_row(verdict) for verdict in verdicts])
    return pandas.DataFrame([row for verdict in verdicts for row in _point_rows(verdict)])


def dataset(verdicts: Iterable[Verdict]) -> Dataset:
    """What was simulated, over verdict, leg and rung: arrays with nan where a leg has fewer sizes than another.

    Coordinates: claim, outcome and parameters along `verdict`, kind and route of a leg over both, size over all three.
    """
    xarray, numpy = _needed("xarray", "to_xarray"), importlib.import_module("numpy")
    verdicts = tuple(verdicts)
    ladders = [[_ladder(leg) for leg in verdict.legs] for verdict in verdicts]
    rungs = max((len(ladder) for group in ladders for ladder in group), default=0)
    shape = (len(verdicts), max(map(len, ladders), default=0), rungs)
    arrays = {name: numpy.full(shape, numpy.nan) for name in ("size", *_VALUES)}
    words = {name: numpy.full(shape[:2], "", dtype=object) for name in ("kind", "route", "leg_outcome")}
    for i, verdict in enumerate(verdicts):
        for j, leg in enumerate(verdict.legs):
            for name, word in (("kind", leg.leg), ("route", leg.route), ("leg_outcome", leg.outcome.value)):
                words[name][i, j] = word
            for k, point in enumerate(ladders[i][j]):
                for name, array in arrays.items():
                    array[i, j, k] = getattr(point, name)
    along, within, over = ("verdict",), ("verdict", "leg"), ("verdict", "leg", "rung")
    names = dict.fromkeys(name for verdict in verdicts for name in verdict.parameters)
    coordinates: dict[str, Any] = {
        "verdict": [f"{verdict.id} {wording.parameters(verdict.parameters)}".strip() for verdict in verdicts],
        "claim": (along, [verdict.id for verdict in verdicts]),
        "outcome": (along, [verdict.outcome.value for verdict in verdicts]),
        **{f"at_{name}": (along, [_value(verdict.parameters.get(name)) for verdict in verdicts]) for name in names},
        **{name: (within, array.astype(str)) for name, array in words.items()},
        "size": (over, arrays.pop("size")),
    }
    return xarray.Dataset({name: (over, array) for name, array in arrays.items()}, coords=coordinates)


def _verdict_row(verdict: Verdict) -> dict[str, Any]:
    return {
        "claim": verdict.id,
        "outcome": verdict.outcome.value,
        **_at(verdict),
        "gap": verdict.limit.gap,
        "error": verdict.limit.error,
        "detectable": verdict.limit.detectable,
        "legs": ", ".join(f"{leg.leg}:{leg.route}" for leg in verdict.legs),
        "samples": sum(point.samples for leg in verdict.legs for point in leg.points),
        "seed": verdict.seed,
        "seconds": verdict.seconds,
        "reason": verdict.reason,
        "command": verdict.command,
    }


def _point_rows(verdict: Verdict) -> list[dict[str, Any]]:
    return [
        {"claim": verdict.id, **_at(verdict), "leg": leg.leg, "route": leg.route, "size": float(point.size)}
        | {name: getattr(point, name) for name in _VALUES}
        for leg in verdict.legs
        for point in _ladder(leg)
    ]


def _ladder(leg: LegVerdict) -> list[Measurement]:
    """The points of one leg by size."""
    return sorted(leg.points, key=lambda point: point.size)


def _at(verdict: Verdict) -> dict[str, Any]:
    return {f"at_{name}": _value(text) for name, text in verdict.parameters.items()}


def _value(text: Any) -> Any:
    """A parameter as a number; a table stays the name of its file."""
    if text is None:
        return float("nan")
    try:
        return float(text)
    except ValueError:
        return str(text)


def _needed(package: str, method: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError:
        raise ImportError(f"{method} needs {package}: pip install 'diffusion-crosscheck[notebook]'") from None
