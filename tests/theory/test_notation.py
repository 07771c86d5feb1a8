"""One table of symbols, and nothing beside it."""

from sympy import Symbol

from theory.notation import NOTATION, N, beta, meaning


def test_every_symbol_is_ascii_and_has_a_meaning():
    for name, entry in NOTATION.items():
        assert name.isascii()
        assert name.isidentifier()
        assert entry.symbol.name == name
        assert entry.meaning


def test_sizes_are_positive_but_not_integer_so_that_series_in_them_exist():
    assert N.is_positive
    assert N.is_integer is None


def test_meaning_falls_back_on_the_bare_name():
    assert meaning(beta) == "inverse temperature"
    assert meaning(Symbol("unheard_of")) == "unheard_of"
