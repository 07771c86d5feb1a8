"""The figure of the calibration: every row at its place, refuted promises marked, the same drawing every time."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from crosscheck.calibrate import Measured, Row
from crosscheck.report.calibration_figure import calibration_svg

KEPT = Measured(20_000, 150, 0.006, 0.009, 0.01, kept=True)
NEVER = Measured(20_000, 0, 0.0, 3e-4, 1e-3, kept=True)
BROKEN = Measured(20_000, 4000, 0.19, 0.21, 0.01, kept=False)
ROWS = (Row("exact: Gaussian", 0.01, KEPT, KEPT), Row("exact: Gaussian", 0.001, NEVER, None))


def test_the_drawing_is_well_formed_and_repeats():
    text = calibration_svg(ROWS)
    ElementTree.fromstring(text)
    assert text == calibration_svg(ROWS)
    assert "No promise of the judge is refuted." in text


def test_a_refuted_promise_is_named_and_a_demonstration_is_not_one():
    folklore = Row("folklore", 0.01, BROKEN, None)
    assert "Refuted: folklore." in calibration_svg((*ROWS, folklore))
    assert "No promise of the judge is refuted." in calibration_svg(ROWS, (folklore,))
    assert ">folklore</text>" in calibration_svg(ROWS, (folklore,))


@pytest.mark.parametrize("changed", ["low", "high", "events"])
def test_what_was_measured_moves_what_is_drawn(changed):
    other = replace(KEPT, **{changed: getattr(KEPT, changed) * 1.5})
    assert calibration_svg((replace(ROWS[0], false_alarm=other),)) != calibration_svg(ROWS[:1])


def test_no_rate_is_drawn_at_zero_where_the_axis_has_none():
    text = calibration_svg((Row("never", 0.001, NEVER, NEVER),))
    assert not re.search(r"\bnan\b|\binf\b", text)
