"""The numbers of a run as pandas and xarray take them, and what is said where they are missing."""

import math
import sys
from dataclasses import replace

import numpy as np
import pytest

from crosscheck.budget import Budget
from crosscheck.engine import Run, verify
from tests.crosscheck.toy import asymptotic, claim


@pytest.fixture(scope="module")
def found() -> Run:
    exact, drifting = verify(claim()), verify(asymptotic(), at={"x": "1.5"})
    drifting = replace(drifting, id="toy.other", parameters={"x": "1.5", "spectrum": "@levels.csv"})
    return Run((exact, drifting), "quick", 0, 1.0, Budget(), 2)


def test_a_row_for_every_verdict(found):
    table = found.to_pandas()
    assert list(table["claim"]) == ["toy.level", "toy.other"]
    assert list(table["outcome"]) == [verdict.outcome.value for verdict in found.verdicts]
    assert list(table["gap"]) == [verdict.limit.gap for verdict in found.verdicts]
    assert table["samples"].sum() == sum(p.samples for v in found.verdicts for leg in v.legs for p in leg.points)


def test_parameters_are_numbers_and_nan_where_they_play_no_part(found):
    table = found.to_pandas()
    assert list(table["at_x"]) == [1.5, 1.5]
    assert table["at_T"][0] == 0.5
    assert math.isnan(table["at_T"][1])
    assert table["at_spectrum"][1] == "@levels.csv"


def test_a_row_for_every_point(found):
    table = found.to_pandas("points")
    points = [point for verdict in found.verdicts for leg in verdict.legs for point in leg.points]
    assert len(table) == len(points)
    assert sorted(table["gap"]) == sorted(point.gap for point in points)
    assert set(table["size"][table["claim"] == "toy.level"]) == {2, 8, 32}


def test_other_rows_are_refused(found):
    with pytest.raises(ValueError, match=r"to_pandas\('legs'\): the rows are 'verdicts' or 'points'"):
        found.to_pandas("legs")


def test_arrays_over_verdict_leg_and_rung(found):
    arrays = found.to_xarray()
    assert dict(arrays.sizes) == {"verdict": 2, "leg": 1, "rung": 4}
    one = arrays.sel(verdict="toy.level x=1.5 T=0.5").isel(leg=0)
    (leg,) = found.verdicts[0].legs
    assert one["mean"].values[:3].tolist() == [point.mean for point in leg.points]
    assert np.isnan(one["mean"].values[3])
    assert one["size"].values[:3].tolist() == [2, 8, 32]
    assert arrays["route"].values[:, 0].tolist() == [v.legs[0].route for v in found.verdicts]
    assert arrays["outcome"].values.tolist() == [v.outcome.value for v in found.verdicts]


def test_a_run_of_nothing_is_empty():
    nothing = Run((), "quick", 0, 0.0, Budget(), 0)
    assert nothing.to_pandas().empty
    assert dict(nothing.to_xarray().sizes)["verdict"] == 0


@pytest.mark.parametrize(("package", "method"), [("pandas", "to_pandas"), ("xarray", "to_xarray")])
def test_a_missing_package_is_named_with_what_to_install(found, monkeypatch, package, method):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError) as raised:
        getattr(found, method)()
    assert str(raised.value) == f"{method} needs {package}: pip install 'diffusion-crosscheck[notebook]'"
