"""Long formulas are broken where a reader would, and never inside brackets."""

import pytest

from theory.breaking import broken, letters


@pytest.mark.parametrize(
    ("latex", "width"),
    [
        ("x", 1),
        (r"\beta", 1),
        (r"\tanh{\left(h \, m \right)}", 8),
        (r"\operatorname{erfc}{\left(x \right)}", 7),
        (r"\frac{a + b + c}{2}", 8),
        (r"x^{10}", 2),
        ("x^2", 2),
        (r"\mathrm{score\ error}", 12),
        ("", 0),
        ("}", 0),
    ],
)
def test_the_width_is_that_of_the_set_formula(latex, width):
    assert letters(latex) == width


def test_a_short_formula_stays_in_one_line():
    assert broken("a = b + c") == ["a = b + c"]


def test_a_long_one_is_broken_at_relations_before_signs():
    side = " + ".join("x" * 8 for _ in range(5))
    assert broken(f"{side} = {side}", 60) == [side, f"= {side}"]


def test_a_side_that_is_still_too_long_is_broken_at_signs():
    rows = broken("y = " + " + ".join("x" * 8 for _ in range(9)), 40)
    assert rows[0].startswith("y = x")
    assert all(row.startswith("+ ") for row in rows[1:])
    assert all(letters(row) <= 40 for row in rows)


@pytest.mark.parametrize("inside", [r"\left( a + b \right)", r"\frac{a + b}{c - d}", "(a = b)", r"\sqrt{a = b}"])
def test_nothing_is_broken_inside_brackets(inside):
    assert broken(f"{inside}", 2) == [inside]


def test_nothing_is_lost():
    line = r"\frac{a + b}{c} + \left( d - e \right) = f \to g \quad (h \to \infty)"
    assert "".join(broken(line, 3)).replace(" ", "") == line.replace(" ", "")
