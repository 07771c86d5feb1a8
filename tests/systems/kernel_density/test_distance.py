"""Distances of a generated density from its samples: reference values, four arithmetics, files, bad data."""

import json
from typing import Any

import mpmath
import numpy as np
import pytest
import torch

from crosscheck.claims.kernel_density import distance as claims
from crosscheck.cli import main
from crosscheck.engine import run
from crosscheck.reference_points import Field, explained
from crosscheck.verdict import Outcome
from crosscheck.written import as_argument
from numerics.simulator import ParameterError
from numerics.systems.kernel_density import distance as simulated
from theory.derivation import Evidence
from theory.domain import DomainError
from theory.matrices import array_matrices
from theory.notation import data as symbol
from theory.systems.kernel_density import distance as derived

CLAIMS = (claims.training_distance, claims.original_distance)
FOUR = {
    "Y": [[0.3, -0.4], [1.1, 0.2], [-0.5, 0.9], [0.6, 1.3]], "Z": [[0.7, 0.1], [-1.2, 0.5], [0.25, -0.6], [0.4, 1.5]],
    "O": [[0.1, 0.1], [-0.7, 0.45], [0.9, -0.2], [0.35, 1.05], [-0.15, -0.8]],
    "horizon": 0.6, "lam": 0.25, "bandwidth": 0.5,
}  # fmt: skip


def argument(example: str):
    return as_argument(derived.BOTH.check("test", {"data": example})[symbol])


def test_reference_values_hold_to_the_printed_digits():
    table: Any = derived.DATA.ranges[0].read("test", "four")
    weights, _, variance = derived.fitted(array_matrices(), *(table.floats[k] for k in ("Y", "Z", "horizon", "lam")))
    assert weights == pytest.approx(
        np.array([[0.924725663801581123, 0.123908559683184869], [-1.13428232605225652, 1.16695247731565659]]), rel=1e-13
    )
    assert variance == pytest.approx(0.28943761712225396203, rel=1e-14)
    assert mpmath.nstr(derived.training_distance.digits(20, data="four"), 20) == "0.080546452136294624588"


@pytest.mark.parametrize("form", [derived.training_distance, derived.original_distance])
@pytest.mark.parametrize("example", list(derived.EXAMPLES))
def test_four_arithmetics_agree(form, example):
    exact = form.digits(20, data=example)
    assert form(data=example) == pytest.approx(float(exact), rel=1e-13)
    assert form.ball(100, data=example).contains(form.ball(300, data=example))
    assert float(form.torch(data=example)) == pytest.approx(float(exact), rel=1e-13)


def test_a_tensor_of_samples_keeps_its_gradient():
    samples = torch.tensor(FOUR["Y"], dtype=torch.float64, requires_grad=True)
    given = {**FOUR, "Y": samples}
    derived.training_distance.torch(data=given).backward()
    step = np.zeros((4, 2))
    step[1, 0] = 1e-6
    up, down = (derived.training_distance(data={**FOUR, "Y": np.array(FOUR["Y"]) + sign * step}) for sign in (1, -1))
    assert samples.grad is not None
    assert float(samples.grad[1, 0]) == pytest.approx((up - down) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("example", ["four", "five"])
def test_the_formula_is_the_integral_on_a_grid(example):
    for form, route in (
        (derived.training_distance, simulated.training_distance_on_a_grid),
        (derived.original_distance, simulated.original_distance_on_a_grid),
    ):
        found = route(data=argument(example), replicas=1, generator=torch.Generator())
        assert float(found) == pytest.approx(form(data=example), rel=1e-11)


def test_one_bandwidth_serves_both_where_a_file_has_one():
    same = derived.original_distance(data={**FOUR, "bandwidth_original": 0.5})
    assert derived.original_distance(data=FOUR) == same
    assert derived.original_distance(data="four") != pytest.approx(same, rel=1e-3)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.theory.observable)
def test_the_claims_agree_and_reject_the_transpose_at_every_example(claim):
    for example in derived.EXAMPLES:
        verdict = run([claim], at={"data": example}, seed=2).verdicts[0]
        blind = example == "five"  # a matrix of one number is its own transpose
        assert verdict.outcome is (Outcome.INCONCLUSIVE if blind else Outcome.AGREES), verdict.reason


def test_the_printed_covariance_is_an_erratum():
    forms = derived.training_distance, derived.original_distance
    assert [comparison.differs for form in forms for comparison in form.comparisons()] == [True, True]


def test_a_file_is_evaluated_and_checked_on_the_command_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fit.json").write_text(json.dumps(FOUR))
    (tmp_path / "claim_fit.py").write_text("from crosscheck.claims.kernel_density.distance import training_distance")
    assert main(["eval", "claim_fit.py", "--at", "data=@fit.json", "--digits", "20"]) == 0
    assert capsys.readouterr().out.strip() == "0.080546452136294624588"
    assert main(["run", "claim_fit.py", "--at", "data=@fit.json", "--json", "--seed", "3", "--no-store"]) == 0
    verdict = json.loads(capsys.readouterr().out)["verdicts"][0]
    assert verdict["parameters"] == {"data": "@fit.json"}
    assert "--at data=@fit.json" in verdict["command"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"Y": FOUR["Y"][:2], "Z": FOUR["Z"][:2]},
            "n = 2, d = 2 is outside n > d: what n samples generate is",
        ),
        ({"Z": FOUR["Z"][:3]}, "Z is 3 x 2, the fields before it have n = 4, d = 2"),
        ({"Y": [[1, 2]] * 4}, "a covariance is singular or not positive definite"),
        ({"bandwidth": 0}, "bandwidth = 0 is outside bandwidth > 0"),
        ({"lam": -1}, "lam = -1 is outside lam > 0"),
        ({"Y": [[float("nan"), 1]] * 4}, "Y[1, 1] = nan is not finite"),
        ({"temperature": 1}, "has unknown fields temperature"),
        ({"Y": []}, "Y is empty"),
        ({"horizon": [1, 2]}, "horizon is 2; allowed"),
    ],
)
def test_bad_data_get_one_line(changed, message):
    with pytest.raises(ValueError, match="kernel_density") as raised:
        derived.training_distance(data={**FOUR, **changed})
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_missing_fields_and_too_many_samples_get_one_line():
    with pytest.raises(ValueError, match="lacks O; it needs Y, Z, horizon, lam, bandwidth, O, bandwidth_original"):
        derived.original_distance(data={name: value for name, value in FOUR.items() if name != "O"})
    with pytest.raises(DomainError, match="4001 samples; at most 4000"):
        derived.original_distance(data={**FOUR, "O": np.zeros((4001, 2))})
    with pytest.raises(ParameterError, match="d <= 2"):
        simulated.training_distance_on_a_grid(data=argument("six"), replicas=1, generator=torch.Generator())


@pytest.mark.slow
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.theory.observable)
def test_derivations_are_checked_and_reasons_computed_again(claim):
    assert claim.theory.derivation.evidence >= Evidence.SAMPLED
    found = explained(Field.of(claim), claim.points)
    assert [chosen.because for chosen in found] == [reference.because for reference in claim.reference_points]
