"""`calibrate`."""

import json
from pathlib import Path
from xml.etree import ElementTree


def test_measured_rates_are_printed_beside_the_promises(crosscheck):
    status, out, _ = crosscheck("calibrate", "--trials", "200")
    assert status == 0
    header, *rows = out.splitlines()
    assert header.split()[:2] == ["null", "promised"]
    assert any(row.startswith("exact: Gaussian") for row in rows)
    assert rows[-1] == "no promise is refuted"
    assert any(row.startswith("t-test of 4096 replicas 1/chi^2_3") and row.endswith("broken") for row in rows)


def test_json_has_one_row_per_null_and_level(crosscheck):
    found = json.loads(crosscheck("calibrate", "--trials", "100", "--json")[1])
    assert found["kept"] is True
    assert {"kind", "level", "false_alarm", "miss", "kept"} <= set(found["rows"][0])


def test_a_figure_is_drawn_beside_the_table_and_is_not_replaced_unasked(crosscheck):
    status, out, _ = crosscheck("calibrate", "--trials", "100", "--output", "figures/rates.svg")
    assert status == 0
    assert out.splitlines()[-1] == "figures/rates.svg"
    text = Path("figures/rates.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(text.encode())
    for label in ("false alarms", "misses", "exact: Gaussian", "law: nine atoms, n = 100"):
        assert f">{label}</text>" in text
    assert "No promise of the judge is refuted" in text
    assert crosscheck("calibrate", "--trials", "100", "--output", "figures/rates.svg")[0] == 2
    Path("mine.svg").write_text("<svg/>")
    status, _, err = crosscheck("calibrate", "--trials", "100", "--output", "mine.svg", "--force")
    assert status == 2
    assert "crosscheck did not write it" in err
    assert Path("mine.svg").read_text() == "<svg/>"


def test_json_stays_alone_on_stdout_when_a_figure_is_drawn(crosscheck):
    found = json.loads(crosscheck("calibrate", "--trials", "100", "--json", "-o", "rates.svg")[1])
    assert found["kept"] is True
    assert found["without_refusals"][0]["miss"] is None
    assert Path("rates.svg").exists()
