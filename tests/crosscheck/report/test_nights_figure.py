"""The figure of accumulated evidence says in words what it draws, and stays legible when the evidence is enormous."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from crosscheck.accumulate import accumulated
from crosscheck.report import wording
from crosscheck.report.html import report
from crosscheck.report.nights_figure import drawable, nights_svg
from crosscheck.verdict import Kind, Measurement


def found(count, *, gap):
    rng = np.random.default_rng(3)
    nights = [
        [Measurement(size=2.0, correction=0.0, theory=1.0, scale=1.0, mean=1 + gap + 0.006 * float(noise),
                     standard_error=0.006, samples=4096)]
        for noise in rng.standard_normal(count)
    ]  # fmt: skip
    return accumulated(nights, kind=Kind.EXACT, level=5e-5, resolution=0.01, route="forward").to_json()


@pytest.mark.parametrize("gap", [0.0, 0.006, 10.0])
def test_the_figure_is_an_svg_that_names_the_outcome(gap):
    answer = found(60, gap=gap)
    text = nights_svg(answer, name="toy", resolution=0.01)
    description = ElementTree.fromstring(text).findtext("{http://www.w3.org/2000/svg}desc")
    assert description.startswith(f"After 60 nights of forward the gap is {wording.gap(answer)}")
    assert description.endswith(f"{answer['outcome']}.")
    assert ">refutes<" in text
    assert ">e-value<" in text


def test_a_refutation_crosses_the_dashed_line():
    """The lower panel's curve ends above its dashed line, and that of a right formula below (SVG counts downwards)."""
    for gap, above in ((0.006, True), (0.0, False)):
        text = nights_svg(found(60, gap=gap), name="toy")
        (dashed,) = [line for line in re.findall(r"<path [^>]*>", text) if "stroke-dasharray" in line]
        level = float(re.search(r'd="M [\d.]+ ([\d.]+)', dashed)[1])
        curves = re.findall(r'<path d="([^"]*)"[^>]*clip-path[^>]*>', text)
        curve = next(line for line in reversed(curves) if line.count("L") > 20)
        assert (float(curve.split()[-1]) < level) is above


def test_one_night_has_no_course_to_draw():
    assert not drawable(found(2, gap=0.0))
    assert drawable(found(3, gap=0.0))


def test_the_report_shows_the_nights_of_a_claim_that_has_some(run):
    assert "All nights together" not in report(run, {})
    answer = found(30, gap=0.006) | {"route": "for<b>ward"}
    run["verdicts"][0]["accumulated"] = answer | {"legs": [answer]}
    page = report(run, {})
    assert page.count("All nights together: <span") == 1
    assert page.count(">e-value<") == 1
    assert "30 nights: gap" in page
    assert "for<b>ward:" not in page
