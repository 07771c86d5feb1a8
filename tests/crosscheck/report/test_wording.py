"""How numbers are written."""

import math

import pytest

from crosscheck.report import wording


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.00453, "0.45 %"), (0.021, "2.1 %"), (0.4, "40 %"), (1.234, "123 %"), (0, "0 %"), (None, "—"),
        (math.inf, "—"), (-0.3976, "-40 %"), (1e-9, "< 0.0001 %"), (0.0001, "0.010 %"),
    ],
)  # fmt: skip
def test_percentages_have_two_digits(share, text):
    assert wording.percent(share) == text


@pytest.mark.parametrize(
    ("gap", "error", "text"),
    [
        (0.00145, 0.00091, "+0.145 ± 0.091 %"),
        (-0.3, 0.02, "-30.0 ± 2.0 %"),
        (0.4, 1e-9, "40 %"),
        (0.4, 0.0, "40 %"),
        (0.4, None, "40 %"),
        (None, 0.1, "—"),
    ],
)
def test_a_gap_is_written_to_two_digits_of_its_error(gap, error, text):
    assert wording.gap({"gap": gap, "error": error}) == text


def test_values_are_written_to_two_digits_of_their_error():
    assert wording.uncertain(0.612107, 0.00042) == "0.61211 ± 0.00042"
    assert wording.uncertain(0.5, 0.0) == "0.5"
    assert wording.uncertain(1e-20, 1e-22) == "1e-20 ± 1.0e-22"


def test_sizes_durations_and_counts():
    assert (wording.number(1000.0), wording.number(0.05), wording.number(None)) == ("1000", "0.05", "—")
    assert (wording.duration(3.21), wording.duration(245)) == ("3.2 s", "4 min 05 s")
    assert wording.counts(["AGREES", "DISAGREES", "AGREES"]) == "2 AGREES, 1 DISAGREES"
    assert wording.counts([]) == "no claims"
    assert wording.parameters({"a": 1, "b": "0.5"}) == "a=1 b=0.5"
