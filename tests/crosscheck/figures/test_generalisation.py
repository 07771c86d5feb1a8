"""The numbers and the words of the figure of P(Delta > 0)."""

import io

import numpy as np

from crosscheck.figures import generalisation, generalisation_figure
from crosscheck.figures.table import Table
from numerics import chances as curve


def small():
    return generalisation.chances(sizes={4: (3, 30), 8: (60,)}, originals=300, sets=20, pool=2)


def test_every_convention_has_a_row_for_each_size_and_the_same_draws_give_the_same_numbers():
    found, again = small(), small()
    assert len(found.chance) == 3 * len(generalisation.CONVENTIONS) == 15
    assert np.array_equal(found.chance, again.chance)
    assert np.all((found.chance >= 0) & (found.chance <= 1))


def test_more_training_samples_generalise_more_often_by_every_convention():
    found = generalisation.chances(sizes={8: (3, 60)}, originals=2000, sets=40, pool=2)
    few, many = found.chance[found.n == 3], found.chance[found.n == 60]
    assert np.all(many > few + 0.2)
    assert few[0] < 0.2  # of the caption


def test_sets_are_compared_a_few_at_a_time_with_the_same_result(monkeypatch):
    found = small()
    monkeypatch.setattr(curve, "AT_ONCE", 1)
    assert np.array_equal(small().chance, found.chance)


def test_the_figure_is_drawn_and_described_from_its_table():
    from matplotlib.figure import Figure

    found = small()
    table = Table({name: getattr(found, name) for name in generalisation_figure.COLUMNS}, "about")
    figure = Figure(figsize=generalisation_figure.SIZE)
    generalisation_figure.draw(figure, table)
    text = io.StringIO()
    figure.savefig(text, format="svg")
    assert "P(Delta &gt; 0)" in text.getvalue() or "<svg" in text.getvalue()
    assert len(generalisation_figure.NAMES) == len(generalisation.CONVENTIONS)


def test_the_words_say_where_each_convention_passes_one_half():
    columns = {"convention": [0, 0, 0, 1, 1, 3], "n": [3, 30, 90, 3, 30, 3], "chance": [0.1, 0.3, 0.9, 0.6, 0.7, 0.2]}
    numbers = {name: np.array(values, float) for name, values in columns.items()}
    table = Table(numbers | {"d": np.full(6, 4.0), "error": np.zeros(6)}, "about")
    words = generalisation_figure.description(table)
    assert "theta^T theta" in words
    assert "d = 4: two bandwidths (caption): n = 30 to 90" in words
    assert "transposed (3.3): below n = 3" in words
    assert "one bandwidth (3.7): not up to n = 3" in words
