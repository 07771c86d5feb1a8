"""CSV and JUnit: every verdict, every leg, nothing that passes without agreeing."""

import csv
import io
from xml.etree import ElementTree

from crosscheck.report.twins import COLUMNS, as_csv, as_junit


def rows(run) -> list[dict[str, str]]:
    return list(csv.DictReader(line for line in io.StringIO(as_csv(run)) if not line.startswith("#")))


def test_csv_has_a_row_for_every_leg_with_numbers_that_read_back(run):
    found = rows(run)
    assert tuple(found[0]) == COLUMNS
    assert len(found) == sum(len(verdict["legs"]) for verdict in run["verdicts"]) == 5
    assert float(found[1]["gap"]) == run["verdicts"][0]["legs"][1]["limit"]["gap"]
    assert found[0]["sizes"] == "256 1024 4096"
    assert {row["seed"] for row in found} == {"7"}
    assert found[3]["command"] == run["verdicts"][1]["command"]


def test_csv_holds_no_formula_for_a_spreadsheet(run):
    run["verdicts"][0]["reason"] = "=HYPERLINK(1)"
    run["verdicts"][0]["legs"] = []
    assert rows(run)[0]["reason"] == "'=HYPERLINK(1)"
    assert rows(run)[0]["gap"] == ""


def test_junit_counts_a_refuted_claim_as_failed_and_an_undecided_one_as_skipped(run):
    root = ElementTree.fromstring(as_junit(run).partition("-->")[2])
    assert {name: root.get(name) for name in ("tests", "failures", "skipped", "errors")} == {
        "tests": "3", "failures": "1", "skipped": "1", "errors": "0",
    }  # fmt: skip
    cases = {case.get("name"): [child.tag for child in case] for case in root.iter("testcase")}
    assert cases == {
        "positive_fraction beta=1.37": ["system-out"],
        "late_minimum beta=1.37": ["failure", "system-out"],
        "posterior_mean beta=1.37": ["skipped", "system-out"],
    }
    (failure,) = root.iter("failure")
    assert failure.get("message") == "DISAGREES: limit gap -0.3 <refuted>"
    assert {p.get("name"): p.get("value") for p in root.iter("property")}["seed"] == "7"


def test_junit_is_xml_whatever_a_reason_holds(run):
    run["verdicts"][1]["reason"] = "\x00\x1b[31m</failure>\udc80"
    ElementTree.fromstring(as_junit(run).partition("-->")[2].encode("utf-8", "replace"))
