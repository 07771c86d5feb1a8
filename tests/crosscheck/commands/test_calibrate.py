"""`calibrate`."""

import json


def test_measured_rates_are_printed_beside_the_promises(crosscheck):
    status, out, _ = crosscheck("calibrate", "--trials", "200")
    assert status == 0
    header, *rows = out.splitlines()
    assert header.split()[:2] == ["null", "promised"]
    assert any(row.startswith("exact: Gaussian") for row in rows)
    assert rows[-1] == "no promise is refuted"


def test_json_has_one_row_per_null_and_level(crosscheck):
    found = json.loads(crosscheck("calibrate", "--trials", "100", "--json")[1])
    assert found["kept"] is True
    assert {"kind", "level", "false_alarm", "miss", "kept"} <= set(found["rows"][0])
