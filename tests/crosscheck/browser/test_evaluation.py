"""What the page computes is what the theory computes: every operation, every closed form of the catalogue."""

import math

import numpy as np
import pytest
from scipy import special
from sympy import S, Sum, sqrt, symbols

from crosscheck.explorer.translation import OPERATIONS, Translator
from crosscheck.registry import find, identifiers
from theory.arithmetic import array_arithmetic
from theory.domain import decimal
from theory.entries import entry
from theory.evaluate import as_array
from theory.formula import Flow, Tabulated
from theory.notation import j, node

pytestmark = pytest.mark.browser

BETWEEN = {"erf": (-4, 4), "erfc": (-4, 26), "reflected_erfc": (-26, 4), "loggamma": (0.03, 400), "gamma": (-4.7, 20),
           "digamma": (-3.3, 90), "asin": (-1, 1), "acos": (-1, 1), "atanh": (-0.99, 0.99), "acosh": (1, 50),
           "log": (1e-9, 40), "log1p": (-0.9, 40), "log_cosh": (-900, 900)}  # fmt: skip
SEVERAL = {"+", "*", "^", "max", "min", "log_sum_exp", "polygamma", "entry"}


@pytest.fixture(scope="module")
def page(chromium, explorer):
    opened = chromium.new_page()
    opened.goto(explorer.as_uri())
    yield opened
    opened.close()


@pytest.mark.parametrize("name", sorted(set(OPERATIONS.values()) - SEVERAL))
def test_a_function_of_one_number_agrees_with_scipy(page, name):
    low, high = BETWEEN.get(name, (-6.0, 6.0))
    at = np.linspace(low, high, 801)[1:-1] + 1e-7
    functions = array_arithmetic(np, special).functions
    (function,) = (functions[kind] for kind, operation in OPERATIONS.items() if operation == name)
    found = np.array(
        page.evaluate("([name, at]) => at.map((x) => FUNCTIONS[name](x))", [name, at.tolist()]), dtype=float
    )
    expected = function(at)
    worst = np.max(np.abs(found - expected) / (np.abs(expected) + 0.05))
    assert worst < (2e-13 if name == "gamma" else 4e-14)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("polygamma", (1, 0.3)), ("polygamma", (2, 4.1)), ("polygamma", (3, 25)), ("log_sum_exp", (700, 710, -3)),
     ("log_sum_exp", (-900, -901)), ("^", (2, 0.5)), ("max", (1, 3, 2)), ("min", (1, -3, 2)),
     ("+", (1, 2, 3)), ("*", (2, 3, 4))],
)  # fmt: skip
def test_a_function_of_several_numbers_agrees_with_scipy(page, name, arguments):
    (kind,) = (kind for kind, operation in OPERATIONS.items() if operation == name)
    expected = float(array_arithmetic(np, special).apply(kind, [np.float64(a) for a in arguments]))
    found = page.evaluate("([name, given]) => FUNCTIONS[name](...given)", [name, list(arguments)])
    assert found == pytest.approx(expected, rel=1e-13)


def test_an_entry_of_a_table_counts_from_one(page):
    assert page.evaluate("FUNCTIONS.entry([[1, 2], [3, 4]], 2, 1)") == 3


def test_every_closed_form_has_the_value_that_numpy_finds(page):
    ways = set()
    for identifier in identifiers():
        form = find(identifier).theory
        own = form.domain.restricted(form.parameters)
        for point in (own.defaults, *own.points(5)):
            at = {symbol.name: decimal(value) for symbol, value in point.items()}
            fault, found, shapes = page.evaluate(
                """([id, at]) => { const claim = DATA.claims.find((c) => c.id === id), values = numbers(claim, at);
                     const value = claim.formula ? evaluated(claim.formula, values) : null;
                     return [outside(claim, values, at), value, claim.shapes]; }""",
                [identifier, at],
            )
            assert fault is None, (identifier, at)
            ways |= set(shapes)
            if found is not None:
                expected = form(**{s.name: v for s, v in point.items()})
                assert found == pytest.approx(expected, rel=1e-10 if "flow" in shapes else 1e-11), (identifier, at)
    assert ways == {"explicit", "root", "integral", "average", "flow", "constant"}


@pytest.mark.parametrize("strength", ["0.3", "1.3", "4"])
def test_a_flow_has_the_value_that_scipy_finds(page, strength):
    x, y, s, k, force = symbols("x y s k force", real=True)
    form = Flow({x: y, y: force - y / 5}, {x: k / k, y: 0 * k}, s, 3 * k, x + y, where={force: -k * x})
    expected = float(as_array(form, {k: float(strength)}))
    found = page.evaluate("([f, v]) => evaluated(f, v)", [Translator().formula(form), {"k": float(strength)}])
    assert found == pytest.approx(expected, rel=1e-10)


def test_a_flow_uses_fixed_tables(page):
    x, s, k = symbols("x s k", real=True)
    given = {node: Tabulated(lambda of: of.identity(4).sum(0).cumsum(0), (), "1, 2, 3, 4")}
    form = Flow({x: Sum(entry(node, j), (j, 1, 4)) * x}, {x: k}, s, k / 10, x, given=given)
    found = page.evaluate("([f, v]) => evaluated(f, v)", [Translator().formula(form), {"k": 2.0}])
    assert found == pytest.approx(2 * math.exp(2), rel=1e-11)


def test_a_flow_that_blows_up_or_has_no_rate_is_no_value(page):
    x, s = symbols("x s", real=True)
    for rate in (x**2, sqrt(-x), 1 / (s - 1) ** 2):
        form = Flow({x: rate}, {x: S.One}, s, S(2), x)
        assert page.evaluate("(f) => Number.isNaN(evaluated(f, {}))", Translator().formula(form)), rate


def test_where_a_root_or_an_integral_is_not_there_is_no_value(page):
    assert page.evaluate("[root((x) => x * x + 1, -1, 1), integral((x) => 1 / x, 0, 1)].map(Number.isNaN)") == [
        True,
        True,
    ]
