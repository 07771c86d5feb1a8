"""`eval`."""

import json

import mpmath
import pytest

from crosscheck.commands.evaluate import significant

AT = ("--at", "beta=1.37")


def test_the_value_has_the_digits_that_were_asked_for(crosscheck):
    expected = "0.798129137445733059550266342826"  # two independent root finders, agreeing to 46 digits
    assert crosscheck("eval", "curie_weiss.magnetisation", *AT, "--digits", "30") == (0, expected + "\n", "")
    assert crosscheck("eval", "curie_weiss.magnetisation", *AT, "--digits", "1")[1] == "0.8\n"


def test_json_gives_the_value_as_text_with_a_rigorous_radius(crosscheck):
    found = json.loads(crosscheck("eval", "curie_weiss.magnetisation", *AT, "--digits", "20", "--json")[1])
    assert found["id"] == "curie_weiss.magnetisation"
    assert found["value"] == "0.79812913744573305955"
    assert found["digits"] == 20
    assert 0 < float(found["ball_radius"]) < 1e-20


def test_a_form_without_an_enclosure_has_no_radius(crosscheck, monkeypatch):
    from theory import closed_form
    from theory.arithmetic import NoBall

    def none(*_):
        raise NoBall("not here")

    monkeypatch.setattr(closed_form, "as_ball", none)
    assert json.loads(crosscheck("eval", "curie_weiss.magnetisation", *AT, "--json")[1])["ball_radius"] is None


@pytest.mark.parametrize(
    ("value", "digits", "text"), [("0.5", 5, "0.50000"), ("1e-20", 3, "1.00e-20"), ("2", 1, "2"), ("3e-9", 1, "3e-9")]
)
def test_trailing_zeros_are_kept(value, digits, text):
    assert significant(mpmath.mpf(value), digits) == text
