"""A table is a parameter: read exactly, checked in one line, evaluated alike in all four arithmetics."""

from typing import Any

import numpy as np
import pytest
import torch
from mpmath import mp
from sympy import Integer, Rational, Sum, Symbol, log

from theory.closed_form import ClosedForm
from theory.domain import Domain, DomainError, ParameterError, decimal, positive
from theory.entries import entry
from theory.formula import Explicit, Root, Tabulated
from theory.matrices import SINGULAR, Matrices, array_matrices
from theory.notation import c, d, i, kappa, m, model, modes, n, spectrum, x
from theory.tables import Field, Tabular, table

SPECTRUM = Tabular(
    spectrum, (Field(spectrum, (modes,), low=Integer(0)),), {"three": [1, Rational(1, 4), 0.04], "two": [1, 0.01]}
)
RANGE = positive(c, default="0.13", explored=("0.1", "1"))


def form(formula: Any, *parameters, domain=None) -> ClosedForm:
    domain = domain or Domain((RANGE, SPECTRUM))
    return ClosedForm(
        name="toy.form", statement="", source="", formula=formula, parameters=parameters or (c, spectrum), domain=domain
    )


LOG = form(Explicit(Sum(log(entry(spectrum, i) + c), (i, 1, modes)) / modes))
j = Symbol("j", integer=True, positive=True)
VALUES = np.array([1, 0.25, 0.04])


def test_a_sum_over_a_spectrum_is_the_same_in_four_arithmetics():
    expected = np.mean(np.log(VALUES + 0.13))
    assert LOG(c=0.13, spectrum=VALUES) == pytest.approx(expected, rel=1e-15)
    assert float(LOG.digits(30, c="0.13", spectrum="three")) == pytest.approx(expected, rel=1e-15)
    assert LOG.ball(80, c="0.13", spectrum="three").contains(LOG.ball(200, c="0.13", spectrum="three"))
    given = torch.tensor(VALUES, requires_grad=True)
    value = LOG.torch(c=torch.tensor(0.13, dtype=torch.float64), spectrum=given)
    value.backward()
    assert float(value.detach()) == pytest.approx(expected, rel=1e-15)
    slopes: Any = given.grad
    assert slopes.numpy() == pytest.approx(1 / (VALUES + 0.13) / 3)


def test_decimals_of_a_table_are_exact():
    with mp.workdps(50):
        exact = sum(mp.log(mp.mpf(v) + mp.mpf("0.13")) for v in (1, mp.mpf(1) / 4, mp.mpf("0.04"))) / 3
        assert abs(LOG.digits(40, c="0.13", spectrum=[1, 0.25, 0.04]) - exact) < mp.mpf(10) ** -39


def test_other_parameters_broadcast_beside_a_table():
    found = LOG.numpy(c=np.array([0.1, 0.2]), spectrum="two")
    assert found == pytest.approx([np.mean(np.log(np.array([1, 0.01]) + at)) for at in (0.1, 0.2)])


def test_a_sum_within_a_sum_is_one_operation_with_the_same_value():
    within: Any = entry(spectrum, i) / (entry(spectrum, j) + c)
    both: Any = Sum(Sum(within, (i, 1, modes)), (j, 1, modes))
    twice = form(Explicit(both))
    expected = np.sum(VALUES[:, None] / (VALUES + 0.13))
    assert twice(c=0.13, spectrum="three") == pytest.approx(expected, rel=1e-14)
    assert float(twice.digits(15, c=0.13, spectrum="three")) == pytest.approx(expected, rel=1e-14)
    alone: Any = entry(spectrum, i)
    both = Sum(Sum(alone, (i, 1, modes)), (j, 1, modes))
    constant = form(Explicit(both))
    assert constant(c=1, spectrum="three") == pytest.approx(3 * VALUES.sum())


def test_a_root_may_be_an_equation_of_a_spectrum():
    equation = kappa - c - kappa * Sum(entry(spectrum, i) / (entry(spectrum, i) + kappa), (i, 1, modes)) / modes / 2
    root = form(Root(equation, kappa, c, c + 10))
    value = root(c=0.13, spectrum="three")
    assert value - 0.13 - value * np.mean(VALUES / (VALUES + value)) / 2 == pytest.approx(0, abs=1e-14)
    assert float(root.digits(20, c="0.13", spectrum="three")) == pytest.approx(value, rel=1e-14)
    given = torch.tensor(VALUES, requires_grad=True)
    root.torch(c=torch.tensor(0.13, dtype=torch.float64), spectrum=given).backward()
    step = np.array([0, 0, 1e-6])
    slope = (root(c=0.13, spectrum=VALUES + step) - root(c=0.13, spectrum=VALUES - step)) / 2e-6
    slopes: Any = given.grad
    assert float(slopes[2]) == pytest.approx(slope, rel=1e-7)
    assert float(root.ball(80, c="0.13", spectrum="three").mid()) == pytest.approx(value, rel=1e-14)


def determinant(matrices: Matrices, matrix):
    return 2 * sum(matrices.log(matrices.diagonal(matrices.cholesky(matrix))))


DATA = Tabular(
    m,
    (Field(x, (n, d), key="X"), Field(c, (), low=Integer(0)), Field(kappa, (), key="k", instead="c")),
    {"three": {"X": [[1, 2], [3, 5], [0, 1]], "c": 0.5}},
    relations=(n > d,),
    ignored=("O",),
)
INSIDE = form(
    Explicit(Symbol("q", real=True) * kappa, {
        Symbol("q", real=True): Tabulated(lambda of, rows: determinant(of, rows.T @ rows), (x,), r"\log\det X^T X")
    }),
    m, domain=Domain((DATA,)),
)  # fmt: skip


def test_linear_algebra_of_a_table_is_the_same_in_four_arithmetics():
    rows = np.array([[1, 2], [3, 5], [0, 1.0]])
    expected = np.linalg.slogdet(rows.T @ rows)[1] * 0.5
    assert INSIDE(m="three") == pytest.approx(expected, rel=1e-13)
    assert float(INSIDE.digits(25, m="three")) == pytest.approx(expected, rel=1e-13)
    assert float(INSIDE.ball(m="three").mid()) == pytest.approx(expected, rel=1e-13)
    assert float(INSIDE.torch(m={"X": torch.tensor(rows), "c": 0.5})) == pytest.approx(expected, rel=1e-13)


def test_fields_may_have_other_names_be_left_out_or_serve_other_formulas():
    rows = [[1, 2], [3, 5], [0, 1.0]]
    given = {"X": rows, "c": 0.5, "k": 2, "O": [1, 2, 3, 4]}
    assert INSIDE(m=given) == pytest.approx(4 * INSIDE(m={"X": rows, "c": 0.5}))


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([], DomainError, "spectrum is empty"),
        ([1, float("nan")], ParameterError, "spectrum[2] = nan is not finite"),
        ([1, float("inf")], ParameterError, "spectrum[2] = inf is not finite"),
        ([1, -2], DomainError, "spectrum[2] = -2 is outside spectrum > 0 (eigenvalues of the covariance of the data)"),
        ([0, 1], DomainError, "spectrum[1] = 0 is outside spectrum > 0"),
        ([[1, 2], [3, 4]], DomainError, "spectrum is 2 x 2; allowed: a table, spectrum[modes] with spectrum > 0"),
        ([[1, 2], [3]], ParameterError, "has rows of different lengths"),
        (["a"], ParameterError, "holds what is no number"),
        ([True], ParameterError, "holds what is no number"),
        ([None], ParameterError, "holds what is no number"),
        (3, ParameterError, "spectrum = 3 is no table"),
        ("four", ParameterError, "spectrum = four is no table; allowed: a table, spectrum[modes] with spectrum > 0: "
                                 "spectrum=@FILE (CSV, .npy or JSON), or three, two"),
        ({"eigenvalues": [1]}, ParameterError, "lacks spectrum; it needs spectrum"),
    ],
)  # fmt: skip
def test_a_bad_spectrum_gets_one_line(given, error, message):
    with pytest.raises(error) as raised:
        LOG(c=1, spectrum=given)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"c": 1}, "lacks X; it needs X, c, k"),
        ([1, 2], "has no named fields; it needs X, c, k (a JSON object)"),
        ({"X": [[1, 2]], "c": 1, "q": 2}, "has unknown fields q; it needs X, c, k"),
        ({"X": [[1, 2]], "c": 1}, "d = 2, n = 1 is outside n > d"),
        ({"X": [1, 2], "c": 1}, "X is 2; allowed"),
        ({"X": [[1, 2]], "c": [1, 2]}, "c is 2; allowed"),
        ({"X": [[1, 2]], "c": -1}, "c = -1 is outside c > 0"),
    ],
)
def test_a_bad_set_of_fields_gets_one_line(given, message):
    with pytest.raises(ParameterError) as raised:
        INSIDE(m=given)
    assert message in str(raised.value)


def test_a_number_is_not_given_as_a_table():
    with pytest.raises(ParameterError, match=r"c = .* is not a number"):
        LOG(c=table([1, 2]), spectrum="two")


def test_a_singular_covariance_has_no_factor():
    with pytest.raises(ValueError, match=SINGULAR):
        array_matrices().cholesky(np.ones((2, 2)))
    with pytest.raises(ValueError, match=SINGULAR):
        INSIDE.digits(10, m={"X": [[1, 1], [2, 2], [3, 3]], "c": 1})


def test_a_symmetric_solve_inverts_in_every_arithmetic():
    from theory.arithmetic import ball_arithmetic, digits_arithmetic

    matrix, right = np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([1.0, 2.0])
    expected = np.linalg.solve(matrix, right)
    assert array_matrices().symmetric_solve(matrix, right) == pytest.approx(expected)
    for arithmetic in (digits_arithmetic(), ball_arithmetic()):
        exact = np.frompyfunc(lambda value, of=arithmetic: of.number(Rational(value)), 1, 1)
        found = arithmetic.matrices().symmetric_solve(exact(matrix), exact(right))
        assert [float(value) for value in found] == pytest.approx(expected)


def test_an_index_outside_a_table_is_an_error_not_another_number():
    for index in (0, modes + 1, -1):
        with pytest.raises(ValueError, match=r"outside 1\.\.3"):
            form(Explicit(entry(spectrum, index) * c))(c=1, spectrum="three")


def test_equal_numbers_make_equal_tables_wherever_they_come_from():
    assert table([1, 0.5], "@here.csv") == table(np.array([1, 0.5]))
    assert table([1, 0.5]) != table([0.5, 1])
    assert table([1, 0.5]) != table([[1, 0.5]])


def test_a_table_is_shown_by_its_label_or_in_full_or_by_its_digest():
    assert decimal(SPECTRUM.default) == "three"
    assert decimal(table([1, 0.25])) == "[1.0,0.25]"
    assert decimal(table([1], "@a.csv")) == "@a.csv"
    assert decimal(table({"X": [[1, 2]], "c": 0.5})) == '{"X":[[1,2]],"c":0.5}'
    assert decimal(table(np.ones((30, 2)))).startswith("array:30x2:")


def test_a_number_of_a_table_is_printed_with_its_index_and_its_power():
    number: Any = entry(spectrum, i)
    power = number**2 + 1
    assert form(Explicit(power)).latex().endswith(r"{spectrum}_{i}^{2} + 1")
    assert str(power) == "spectrum[i]**2 + 1"


def test_the_points_of_a_domain_take_every_example():
    points = Domain((RANGE, SPECTRUM)).points(8)
    assert {point[spectrum] for point in points} == set(SPECTRUM.explored)
    assert all(Domain((RANGE, SPECTRUM)).admits(point) for point in points)


def test_a_field_may_take_words_for_numbers():
    named = Tabular(
        model,
        (Field(spectrum, (modes,)), Field(c, names=("tanh", "erf"))),
        {"word": {"spectrum": [1, 2], "c": "erf"}},
    )
    picked = form(Explicit(c), model, domain=Domain((named,)))
    assert picked(model="word") == 1
    assert picked(model={"spectrum": [1], "c": "tanh"}) == picked(model={"spectrum": [1], "c": 0}) == 0
    with pytest.raises(ParameterError, match=r"c = 'cosh' is no number; allowed: c = tanh or erf"):
        picked(model={"spectrum": [1], "c": "cosh"})
    wordless = form(Explicit(c), model, domain=Domain((Tabular(model, (Field(c),), {"one": {"c": 1}}),)))
    with pytest.raises(ParameterError, match="c = 'erf' is no number"):
        wordless(model={"c": "erf"})
    assert '"c":"erf"' in str(table({"spectrum": [1], "c": "erf"}))
    assert str(table({"spectrum": list(range(20)), "c": "erf"})).startswith("array:20,1:")
