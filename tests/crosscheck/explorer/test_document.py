"""The data of the page: where a formula holds, what is wrong, what is tabulated."""

import json

from crosscheck.explorer.document import document, explored
from crosscheck.registry import find
from theory.domain import DomainError

NOTHING = {"verdicts": []}


def test_a_claim_has_formula_domain_and_reference_points():
    found = explored(find("linear_denoiser.divergence_limit_above"), NOTHING)
    assert found["shapes"] == ["explicit"]
    alpha = next(p for p in found["parameters"] if p["name"] == "alpha")
    assert (alpha["low"], alpha["high"], alpha["low_open"]) == (0.0, 1.0, True)
    assert alpha["default"] == "0.48"
    (relation,) = found["relations"]
    assert relation["relation"] in ("<", ">")
    assert found["reference"][0]["at"] == {"alpha": "0.3", "a": "4.95"}
    assert [rival["name"] for rival in found["rivals"]] == ["second order", "as printed", "other branch"]


def test_a_rival_that_needs_more_than_the_parameters_is_left_out():
    claim = find("gaussian_covariance.eigenvector_mixing")
    names = [rival["name"] for rival in explored(claim, NOTHING)["rivals"]]
    assert "a function of n/d" in [rival.name for rival in claim.rivals]
    assert "a function of n/d" not in names
    assert "neighbours alone" in names


def test_a_table_is_shown_by_its_examples():
    found = explored(find("linear_diffusion.test_loss"), NOTHING)
    spectrum = next(p for p in found["parameters"] if "examples" in p)
    assert spectrum["default"] in spectrum["examples"]
    sizes = {}
    for label, fields in spectrum["examples"].items():
        (numbers,) = (value for value in fields.values() if isinstance(value, list))
        assert min(numbers) > 0
        sizes[label] = len(numbers)
    assert (sizes["two-level"], sizes["three-level"], sizes["isotropic"]) == (2, 3, 1)


def test_linear_algebra_is_tabulated_by_numpy():
    claim = find("linear_denoiser.hellinger")
    found = explored(claim, NOTHING)
    assert found["formula"] is None
    assert found["why"] == "arrays are computed from the parameters"
    values = dict(found["slices"][0]["values"])
    assert values == {label: claim.theory(model=label) for label in values}
    assert len(values) > 1


def test_slices_along_numbers_are_none_outside_the_domain():
    from crosscheck.explorer.tabulation import COUNT, slices

    claim = find("linear_denoiser.divergence_limit_above")
    along = next(s for s in slices(claim) if s["over"] == "a")
    assert len(along["values"]) == COUNT
    for at, value in along["values"][:: COUNT // 5]:
        try:
            expected = claim.theory(**along["at"], a=at)
        except DomainError:
            expected = None
        assert value == expected
    assert along["at"] == {"alpha": "0.3"}


def test_the_document_is_json_without_nan_and_says_which_run(run):
    found = document([find("curie_weiss.magnetisation")], run)
    json.dumps(found, allow_nan=False)
    assert found["run"]["tier"] == "quick"
    assert document([], None)["run"] is None


def test_no_parameter_is_called_as_a_part_of_an_address():
    from crosscheck.index import rows

    names = {p["name"] for row in rows() for p in row["parameters"]}
    assert not names & {"claim", "over", "from", "to", "axes", "wrong"}
