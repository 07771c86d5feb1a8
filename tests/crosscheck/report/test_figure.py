"""Figures: deterministic, accessible, independent of colour, and showing what the judge found."""

import re
from xml.etree import ElementTree

import pytest

from crosscheck.report.figure import extrapolation, svg
from crosscheck.report.law_figure import band


@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_verdict_can_be_drawn_and_the_drawing_is_the_same_every_time(run, place):
    verdict = run["verdicts"][place]
    claim = run["claims"][verdict["id"]]
    text = svg(verdict, claim)
    assert text == svg(verdict, claim)
    ElementTree.fromstring(text)
    assert len(text) < 80_000


def test_the_figure_is_named_and_described_for_those_who_cannot_see_it(run):
    text = svg(run["verdicts"][1])
    assert 'role="img"' in text
    assert ">curie_weiss.late_minimum: DISAGREES</title>" in text
    assert "limit gap -0.3 &lt;refuted&gt;</desc>" in text


def test_two_figures_share_no_id(run):
    first, second = (set(re.findall(r'\bid="([^"]+)"', svg(verdict))) for verdict in run["verdicts"][:2])
    assert first
    assert not first & second


def test_every_reference_within_the_figure_has_its_target(run):
    text = svg(run["verdicts"][0])
    ids = set(re.findall(r'\bid="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text)) <= ids


def test_nothing_is_loaded_from_elsewhere(run):
    text = svg(run["verdicts"][0])
    assert not re.search(r'(?:href|src)="(?!#)', text)
    assert "@import" not in text


def test_legs_differ_by_marker_and_the_limit_is_marked(run):
    text = svg(run["verdicts"][0], run["claims"]["curie_weiss.positive_fraction"])
    for label in (
        "theory",
        "with next order",
        "deterministic: law",
        "precision: reduced",
        "independent: backward",
        "limit",
    ):
        assert f">{label}</text>" in text


def test_a_size_that_shrinks_has_its_limit_on_the_right(run):
    text = svg(run["verdicts"][1], run["claims"]["curie_weiss.late_minimum"])
    places = {label: float(x) for x, label in re.findall(r'x="([\d.]+)"[^>]*>(0\.4|0\.02|limit)</text>', text)}
    assert places["0.4"] < places["0.02"] < places["limit"]


def test_the_extrapolation_passes_through_the_points_and_ends_at_the_judges_limit(run):
    verdict = run["verdicts"][1]
    points = sorted(verdict["points"], key=lambda point: point["size"])
    leg = {**verdict["legs"][0], "limit": {"gap": 0.5 / 0.72 - 1, "error": 0.0}}
    fit = extrapolation(leg, points)
    assert fit is not None
    sizes, gaps = fit
    assert gaps[-1] == pytest.approx((points[-1]["mean"] - 0.72) / 0.72, rel=1e-6)
    assert sizes[0] == pytest.approx(0.02)


def test_without_a_correction_nothing_is_extrapolated(run):
    verdict = run["verdicts"][2]
    assert extrapolation(verdict["legs"][0], verdict["points"]) is None
    assert extrapolation({"limit": {"gap": None}}, run["verdicts"][0]["points"]) is None


def test_a_law_is_drawn_as_its_deviation_at_every_edge(run):
    law = {
        "edges": [0.0, 1.0, 2.0],
        "theory": [0.25, 0.5, 0.75],
        "observed": [0.26, 0.49, 0.77],
        "theory_samples": None,
    }
    verdict = run["verdicts"][2]
    points = [{**point, "law": law, "samples": 1000} for point in verdict["points"]]
    text = svg({**verdict, "points": points})
    ElementTree.fromstring(text)
    assert ">observed - expected</text>" in text
    assert ">P(X &lt;= x) by theory</text>" in text
    assert text != svg({**verdict, "points": [{**points[0], "law": law | {"observed": [0.26, 0.49, 0.75]}}]})
    two = {**points[0], "law": law | {"theory_samples": 500}}
    assert ">frequency of X &lt;= x on the main route</text>" in svg({**verdict, "points": [two]})


def test_the_band_of_a_law_is_that_of_its_samples():
    point = {"samples": 400, "law": {"theory_samples": None}}
    assert band(point) == pytest.approx(1.6276 / 20, abs=1e-4)  # 1.628/sqrt(n), the textbook's 1 % point
    assert band({"samples": 400, "law": {"theory_samples": 400}}) > 2 * band(point)
