"""The table of the terminal."""

from crosscheck.report.text import aligned, table


def test_the_table_names_every_claim_and_explains_what_does_not_agree(run):
    text = table(run)
    lines = text.splitlines()
    assert lines[0].split() == ["claim", "outcome", "gap", "visible", "legs"]
    assert "deterministic:law, precision:reduced, independent:backward" in lines[1]
    assert "curie_weiss.late_minimum: DISAGREES: limit gap -0.3 <refuted>" in lines
    assert "    again: crosscheck run curie_weiss.late_minimum --at beta=1.37 --tier quick --seed 7" in lines
    assert any("needs 4000000 replicas" in line for line in lines)
    assert "positive_fraction: " not in text
    assert lines[-1] == "1 AGREES, 1 DISAGREES, 1 INCONCLUSIVE"


def test_where_everything_agrees_nothing_is_explained(run):
    run["verdicts"] = run["verdicts"][:1]
    assert len(table(run).splitlines()) == 4


def test_columns_are_as_wide_as_their_widest_cell():
    assert aligned([("a", "bb"), ("ccc", "d")]) == "a    bb\nccc  d"
