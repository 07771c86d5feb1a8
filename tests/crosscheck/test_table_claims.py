"""A claim about a table: run, stored, repeated, mutated and searched like any other."""

import shlex
from dataclasses import replace

import numpy as np
import pytest
import torch
from sympy import Integer, Rational, Sum

from crosscheck.claim import Claim, ClaimError, ReferencePoint, Route, show
from crosscheck.engine import run
from crosscheck.mutants import mutants
from crosscheck.power import powers
from crosscheck.reference_points import choose
from crosscheck.store import Store
from crosscheck.strategies import points
from crosscheck.trial import typed_formula, with_formula
from crosscheck.usage import FormulaError
from crosscheck.verdict import Kind, Outcome
from numerics.simulator import ParameterError, simulator
from numerics.tables import Table as Numbers
from theory.closed_form import ClosedForm
from theory.domain import Domain, positive
from theory.entries import entry
from theory.formula import Explicit
from theory.notation import c, i, modes, spectrum
from theory.tables import Field, Tabular, table

SPECTRUM = Tabular(
    spectrum, (Field(spectrum, (modes,), low=Integer(0)),), {"two": [3, Rational(1, 2)], "three": [1.5, 0.7, 0.2]}
)
ENERGY = ClosedForm(
    name="toy.energy",
    statement="mean square of a Gaussian vector per component",
    source="",
    formula=Explicit(Sum(entry(spectrum, i) + c, (i, 1, modes)) / modes),
    parameters=(c, spectrum),
    domain=Domain((positive(c, default="0.3", explored=("0.1", "2")), SPECTRUM)),
)


@simulator(route="data")
def energy(*, c: float, spectrum: Numbers, replicas: int, generator: torch.Generator):
    variances = spectrum["spectrum"] + c
    draws = torch.randn(replicas, len(variances), generator=generator, dtype=torch.float64)
    return (draws.square() * variances).mean(-1)


CLAIM = Claim(
    theory=ENERGY,
    numeric=energy,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1,),
    parameters=[ReferencePoint({"c": 0.37, "spectrum": "three"}, "")],
)


def test_a_claim_about_a_table_agrees_and_its_command_repeats_it():
    verdict = run([CLAIM]).verdicts[0]
    assert verdict.outcome is Outcome.AGREES
    assert verdict.parameters == {"c": "0.37", "spectrum": "three"}
    assert "--at c=0.37 spectrum=three --tier quick" in verdict.command


def test_a_table_may_be_given_as_an_array_and_is_then_part_of_the_command():
    verdict = run([CLAIM], at={"c": 0.37, "spectrum": np.array([2.0, 0.1])}).verdicts[0]
    assert verdict.outcome is Outcome.AGREES
    assert "spectrum=[2.0,0.1]" in shlex.split(verdict.command)


@pytest.mark.parametrize("only", [entry(spectrum, Integer(1)) > c, modes > 2])
def test_a_table_is_no_number_that_limits_where_a_route_decides(only):
    with pytest.raises(ClaimError, match="is no number that a point has; it has c"):
        replace(CLAIM, routes=(Route(source=energy, only=only),))
    assert replace(CLAIM, routes=(Route(source=energy, only=c < 2),)).routes_at("quick", CLAIM.points[0])


def test_blocks_are_kept_by_the_numbers_not_by_the_name_of_the_file(tmp_path):
    with Store(tmp_path / "s.sqlite") as store:
        for label, numbers, kept in (("@a.csv", [1, 2], 1), ("@b.csv", [1, 2], 1), ("@b.csv", [1, 3], 2)):
            run([CLAIM], at={"c": 1, "spectrum": table(numbers, label)}, store=store)
            assert store.query("SELECT count(DISTINCT series) FROM block")[0][0] == kept


def test_the_numbers_of_a_table_are_mutated_as_symbols_are():
    names = [mutant.name for mutant in mutants(ENERGY.formula)]
    assert "factor 2 at spectrum[i]" in names
    assert "symbols swapped at modes and spectrum[i]" in names
    assert not [name for name in names if name.endswith("at i")]


def test_power_and_the_choice_of_points_know_tables():
    assert powers([CLAIM], run([CLAIM]))[0].score == 1
    chosen = choose(CLAIM)
    assert chosen[0].point["spectrum"] in SPECTRUM.explored


def test_a_search_draws_the_examples():
    from hypothesis import find

    found = find(points(CLAIM), lambda point: point["spectrum"] == SPECTRUM.explored[1])
    assert "spectrum=three" in show(found)


def test_a_typed_formula_may_use_the_numbers_but_not_the_tables():
    right = with_formula(CLAIM, typed_formula(CLAIM, "0.8 + c"), "typed")
    assert run([right]).outcome is Outcome.AGREES
    with pytest.raises(FormulaError):
        typed_formula(CLAIM, "spectrum + c")


def test_a_simulator_takes_a_table_only_where_it_asks_for_one():
    with pytest.raises(ParameterError, match="spectrum = 3 is no table"):
        energy.bind({"c": 1, "spectrum": 3})
    with pytest.raises(ParameterError, match="not a finite number"):
        energy.bind({"c": Numbers.of({"c": [1]}), "spectrum": Numbers.of({"spectrum": [1]})})


def test_an_unknown_field_of_a_simulators_table_is_named():
    with pytest.raises(KeyError, match="holds spectrum"):
        Numbers.of({"spectrum": [1.0]})["eigenvalues"]


def test_a_table_that_no_route_uses_is_no_silent_parameter():
    @simulator(route="data")
    def other(*, c: float, replicas: int, generator: torch.Generator):
        return torch.zeros(replicas) + c

    with pytest.raises(ClaimError, match="nothing uses spectrum"):
        Claim(theory=ENERGY, numeric=other, kind=Kind.EXACT, correction="exact", ladder=(1,))
