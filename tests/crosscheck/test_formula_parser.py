"""Typed formulas: what is read, what is refused, and that nothing hangs or runs."""

import math
import random
import time

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscheck.formula_parser import FUNCTIONS, parse
from crosscheck.usage import FormulaError

NAMES = {name: sp.Symbol(name, real=True) for name in ("beta", "h", "m", "T", "tau", "m1", "Delta")}
POINT = {"beta": 1.37, "h": 0.61, "m": 0.798, "T": 0.83, "tau": 0.27, "m1": 0.3, "Delta": 0.4}


def value(expression: sp.Expr) -> float:
    return float(expression.subs({NAMES[name]: sp.Float(number, 30) for name, number in POINT.items()}).evalf(20))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/2", 0.5),
        ("-h**2 + 3*T", -(0.61**2) + 3 * 0.83),
        ("2*m*tanh(h*m)", 2 * 0.798 * math.tanh(0.61 * 0.798)),
        ("erfc(-m*exp(-tau)/sqrt(2*T))/2", math.erfc(-0.798 * math.exp(-0.27) / math.sqrt(1.66)) / 2),
        ("abs(-h) + ln(E) + pi", 0.61 + 1 + math.pi),
        ("expm1(h) - log1p(T)", math.expm1(0.61) - math.log1p(0.83)),
        ("sech(h)*coth(T)", 1 / math.cosh(0.61) / math.tanh(0.83)),
        ("+h", 0.61),
    ],
)
def test_python_notation_has_its_usual_meaning(text: str, expected: float) -> None:
    assert value(parse(text, NAMES)) == pytest.approx(expected, rel=1e-12)


def test_decimals_are_exact() -> None:
    assert parse("0.1 + 1.25e-1", NAMES) == sp.Rational(9, 40)


def test_the_formula_is_kept_as_typed() -> None:
    assert len(parse("m - m", NAMES).args) == 2


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "__import__('os').system('true')",
        "().__class__.__bases__",
        "h.real",
        "(lambda: 1)()",
        "[h for h in (1,)]",
        "f'{h}'",
        "'text'",
        "b'x'",
        "h if m else T",
        "h[0]",
        "h := 1",
        "h == m",
        "h and m",
        "not h",
        "~h",
        "h // m",
        "h % m",
        "h @ m",
        "exp(x=h)",
        "exp(*h)",
        "exp(h, m)",
        "exp()",
        "exp",
        "eval(h)",
        "open(h)",
        "True",
        "None",
        "...",
        "1j",
        "",
        " ",
        "h h",
        "h; m",
        "h # comment \n + m",
        "\0",
        "(((",
        "nan",
        "inf",
        "1e400",
        "1e-400",
        "1e-999999999",
        "0.0000000001e-9999",
        "1" * 400,
        "0." + "1" * 100,
    ],
)
def test_what_is_not_a_formula_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text, NAMES)
    assert str(caught.value).startswith("formula: ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9**9",
        "2**-(9**9)",
        "h**(10**9 + 0*pi)",
        "(9**9)**999",
        "beta**10**9",
        "((1.0000001**1000)**1000)**1000",
        "gamma(10**9)",
        "exp(exp(exp(exp(9))))",
        "1/0",
        "h/(1 - 1)",
        "sqrt(-1)",
        "log(-2)",
        "log(0)",
        "(-8)**(1/3)",
        "gamma(-1)",
        "-" * 1500 + "h",
        "(" * 300 + "h" + ")" * 300,
        "exp(-" * 20 + "h" + ")" * 20,
        "exp(" * 90 + "h" + ")" * 90,
        "+".join(["h"] * 1100),
        "h" * 3000,
        r"\sqrt" * 390 + "h",
        r"\tanh" * 390 + " h",
        "tanh " * 390 + "^h",
        "h" + "^h" * 900,
        "**".join(["h"] * 500),
    ],
)
def test_what_could_take_long_or_has_no_value_is_refused_at_once(text: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(FormulaError):
        parse(text, NAMES)
    assert time.perf_counter() - begin < 1.0


@pytest.mark.parametrize(
    "text", ["+".join(["h"] * 990), "*".join(["h"] * 990), "h" * 1990 + "^2", "-".join(["0.1"] * 480), r"\frac1h" * 200]
)
def test_a_long_sum_or_product_is_one_level_and_is_read_at_once(text: str) -> None:
    begin = time.process_time()
    parse(text, NAMES, points=[POINT | {"h": 1.0}])
    assert time.process_time() - begin < 0.5


def test_sums_and_products_are_kept_flat_and_in_order() -> None:
    assert parse("1/2 - h - 2 + m*3/4/T", NAMES).args[:3] == (sp.Rational(1, 2), -NAMES["h"], -2)
    assert parse("3*2/4*h/6", NAMES).args[:2] == (sp.Rational(3, 2), NAMES["h"])
    assert parse("h +\n m", NAMES) == NAMES["h"] + NAMES["m"]


def test_a_misspelt_name_gets_the_nearest_and_the_list() -> None:
    with pytest.raises(FormulaError, match=r"unknown name betta; known: beta, h, .* did you mean beta"):
        parse("betta*h", NAMES)


def test_a_formula_without_a_finite_value_at_a_point_is_refused_with_the_point() -> None:
    with pytest.raises(FormulaError, match=r"not a finite real number at .*beta = 1\.37"):
        parse("log(h - 1)", NAMES, points=[POINT])
    with pytest.raises(FormulaError, match="beyond 1e\\+300 at"):
        parse("exp(exp(10*beta))", NAMES, points=[POINT])
    with pytest.raises(FormulaError, match="not a real number at"):
        parse("(h - 1)**T", NAMES, points=[POINT])


def test_an_equation_is_asked_for_its_right_hand_side() -> None:
    with pytest.raises(FormulaError, match="right-hand side"):
        parse("R = h", NAMES)


PIECES = (
    *NAMES, *FUNCTIONS, *"0123456789.+-*/()[]{}^_\\,;:'\"!=%&|~@#$? \t\n", "**", "**9", "^9^9", "(", ")", "+",
    "lambda", "__", "import", "e", "E", "1e9", "9**", "\\frac", "\\sqrt", "\\left", "\\right", "\\beta", "\\tanh",
    "\\operatorname", "m^*", "_{t}", "\u03b2", "\u2212", "\U0001d7d8", "\x00", "\ud800", "if", "for", "1_0", "0x", "0b",
)  # fmt: skip


def test_thousands_of_random_strings_are_read_or_refused_and_never_hang() -> None:
    dice = random.Random(20240917)
    allowed = (*NAMES.values(), sp.pi, sp.E)
    read = 0
    begin = time.perf_counter()
    for _ in range(6000):
        text = "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 14)))
        start = time.perf_counter()
        try:
            expression = parse(text, NAMES, points=[POINT])
        except FormulaError:
            expression = None
        assert time.perf_counter() - start < 1.0, text
        if expression is not None:
            read += 1
            assert all(atom.is_Number or atom in allowed for atom in expression.atoms()), text
    assert read > 50
    assert time.perf_counter() - begin < 30


def _joined(operation: str):
    return lambda pair: f"({pair[0]}){operation}({pair[1]})"


FORMULAS = st.recursive(
    st.sampled_from([*NAMES, "2", "0.5", "3/7"]),
    lambda inner: st.one_of(
        *(st.tuples(inner, inner).map(_joined(operation)) for operation in "+-*"),
        st.tuples(st.sampled_from(["tanh", "exp", "erfc", "cosh"]), inner).map(lambda pair: f"{pair[0]}({pair[1]})"),
        inner.map(lambda text: f"({text})**2"),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(FORMULAS)
def test_a_generated_formula_has_the_value_that_python_gives_it(text: str) -> None:
    functions = {name: getattr(math, name) for name in ("tanh", "exp", "erfc", "cosh")}
    try:
        expected = eval(text, {"__builtins__": {}}, functions | POINT)  # the test's own text, not a person's
    except OverflowError:
        return
    try:
        expression = parse(text, NAMES, points=[POINT])
    except FormulaError as error:
        assert "beyond" in str(error)  # noqa: PT017
        return
    assert value(expression) == pytest.approx(expected, rel=1e-9, abs=1e-9)
