"""One formula, four arithmetics: floats, torch with gradients, digits correctly rounded, balls that enclose."""

import mpmath
import numpy as np
import pytest
import torch
from sympy import Integer, Rational, cos, erfc, exp, log, loggamma, oo, pi, sin, sqrt, tanh

from theory.arithmetic import NoBall, digits_arithmetic
from theory.closed_form import ClosedForm
from theory.domain import Domain, above, positive, real, whole
from theory.formula import Average, Explicit, Flow, Formula, Quadrature, Root
from theory.notation import N, S, T, a, beta, h, m, t, x, z
from theory.solvers import digits_root

DOMAIN = Domain((
    above(beta, 1, default="1.37", explored=("1.1", "3")),
    real(h, default="0.61", explored=("-1.5", "1.5")),
    positive(T, default="0.83", explored=("0.3", "2")),
    positive(t, default="0.5", explored=("0.1", "2")),
    whole(N, 1, default=10, explored=(2, 12)),
))  # fmt: skip
ROOT = Root(m - tanh(beta * m), m, sqrt(3 * (beta - 1) / beta**3), Integer(1))
ENTROPY = loggamma(N + 1) - loggamma((N + S) / 2 + 1) - loggamma((N - S) / 2 + 1)


def form(formula: Formula, *parameters) -> ClosedForm:
    return ClosedForm(name="a.b", statement="", source="", formula=formula, parameters=parameters, domain=DOMAIN)


EXPLICIT = form(Explicit(T * (1 - exp(-2 * t)) + sin(h), {}), T, t, h)
MAGNETISATION = form(ROOT, beta)
WITH_ROOT = form(Explicit(h * erfc(-m), {m: ROOT}), beta, h)
GAUSSIAN = form(Quadrature(exp(-(z**2) / 2) / sqrt(2 * pi) * tanh(T + sqrt(T) * z), z), T)
FINITE = form(Quadrature(exp(h * z) * cos(z), z, Integer(0), T, breaks=(T / 3,)), T, h)
HALF_LINE = form(Quadrature(exp(-T * z), z, h, oo), T, h)
SPINS = form(Average(S / N, ENTROPY + beta * S**2 / (2 * N) + h * S / N, S, -N, N, step=2), N, beta, h)
RELAXATION = form(Flow({x: -2 * x + 2 * T}, {x: Integer(3)}, t, t, x), T, t)
EVERY = {
    "explicit": EXPLICIT, "root": MAGNETISATION, "with root": WITH_ROOT, "gaussian": GAUSSIAN, "finite": FINITE,
    "half line": HALF_LINE, "spins": SPINS, "flow": RELAXATION,
}  # fmt: skip


def values(of: ClosedForm) -> dict:
    return {symbol.name: DOMAIN[symbol].default for symbol in of.parameters}


@pytest.mark.parametrize("name", EVERY)
def test_float_and_digits_agree(name):
    of = EVERY[name]
    assert of(**values(of)) == pytest.approx(float(of.digits(20, **values(of))), rel=2e-12)


@pytest.mark.parametrize("name", EVERY)
def test_torch_agrees_with_float_and_its_gradient_with_finite_differences(name):
    of = EVERY[name]
    point = {k: float(v) for k, v in values(of).items()}
    tensors = {k: torch.tensor(v, dtype=torch.float64, requires_grad=k != "N") for k, v in point.items()}
    value = of.torch(**tensors)
    assert value.item() == pytest.approx(of(**point), rel=1e-9)
    value.backward()
    for key, tensor in tensors.items():
        if key == "N":
            continue
        step = 1e-5
        up, down = (float(of.digits(25, **point | {key: repr(point[key] + s * step)})) for s in (1, -1))
        assert tensor.grad.item() == pytest.approx((up - down) / (2 * step), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", ["explicit", "root", "with root", "finite", "spins"])
def test_a_ball_contains_the_value_and_is_narrow(name):
    of = EVERY[name]
    ball = of.ball(100, **values(of))
    value = of.digits(40, **values(of))
    with mpmath.workdps(45):
        distance = abs(mpmath.mpf(ball.mid().str(40, radius=False)) - value)
        assert distance <= mpmath.mpf(ball.rad().str(10, radius=False)) * 2 + mpmath.mpf(10) ** -38
        assert float(ball.rad()) < 1e-24


@pytest.mark.parametrize("name", ["gaussian", "half line", "flow"])
def test_where_no_enclosure_is_known_no_ball_is_given(name):
    of = EVERY[name]
    with pytest.raises(NoBall):
        of.ball(**values(of))


@pytest.mark.parametrize("name", EVERY)
def test_arrays_broadcast_and_equal_the_values_point_by_point(name):
    of = EVERY[name]
    point = {k: float(v) for k, v in values(of).items()}
    first = next(iter(point))
    grid = [point[first] + 1, point[first] + 2]
    found = of.numpy(**point | {first: np.array([[grid[0]], [grid[1]]])})
    assert found.shape == (2, 1)
    assert found[:, 0] == pytest.approx([of(**point | {first: value}) for value in grid], rel=1e-12)


def test_digits_are_correctly_rounded_at_every_length():
    long = MAGNETISATION.digits(60, beta="1.37")
    for digits in (1, 5, 17, 30):
        assert mpmath.nstr(MAGNETISATION.digits(digits, beta="1.37"), digits) == mpmath.nstr(long, digits)
    with pytest.raises(ValueError, match="at least 1"):
        MAGNETISATION.digits(0, beta=2)


@pytest.mark.parametrize(
    ("inverse_temperature", "value"),
    [
        ("1.37", "0.79812913744573305955026634282633"),  # two independent methods, 6e-47 apart
        ("1.0123", "0.18999327176039284481895869853250"),
    ],
)
def test_the_magnetisation_has_its_reference_value(inverse_temperature, value):
    with mpmath.workdps(40):
        assert abs(MAGNETISATION.digits(30, beta=inverse_temperature) - mpmath.mpf(value)) < mpmath.mpf(10) ** -30


@pytest.mark.parametrize("beta_value", [1.0000001, 1.001, 5.0, 40.0, 1000.0])
def test_the_root_is_found_near_the_critical_point_and_deep_in_the_cold(beta_value):
    found = MAGNETISATION(beta=beta_value)
    assert found == pytest.approx(float(MAGNETISATION.digits(20, beta=beta_value)), rel=1e-9)
    assert 0 < found <= 1


def test_a_root_without_change_of_sign_is_reported():
    wrong = form(Root(m - 2, m, Integer(0), Integer(1)), beta)
    for evaluate in (lambda: wrong(beta=2), lambda: wrong.digits(10, beta=2)):
        with pytest.raises(ValueError, match="no change of sign for m between 0 and 1"):
            evaluate()


def test_a_sum_over_many_terms_stays_finite_where_its_terms_overflow():
    assert SPINS(N=2**17, beta=2, h=0.4) == pytest.approx(MAGNETISATION(beta=2) * np.tanh(0.4 * 0.957), rel=1e-3)


def test_a_quadrature_that_does_not_converge_says_so():
    rough = form(Quadrature(1 / (1 + z**2), z), T)
    with pytest.raises(ValueError, match="does not converge"):
        rough(T=1)


def test_digits_of_an_integral_that_cancels_are_refused_rather_than_wrong():
    wave = form(Quadrature(exp(-(z**2)) * cos(400 * T * z), z), T)  # sqrt(pi) exp(-40000)
    with pytest.raises(ValueError, match="does not converge"):
        wave.digits(12, T=1)


def test_a_flow_that_ends_early_says_where():
    explosion = form(Flow({x: x**2}, {x: Integer(1)}, t, 3 * t, x), t)
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="the flow stops at"):
        explosion(t=1)


def test_a_logarithm_of_cosh_is_accurate_at_ten_thousand():
    from sympy import cosh

    assert form(Explicit(log(cosh(h))), h)(h=10_000) == pytest.approx(10_000 - np.log(2), rel=1e-15)


def test_unused_symbols_of_the_table_are_no_parameters():
    with pytest.raises(ValueError, match="the domain lacks a"):
        form(Explicit(a), a)


class Asked:
    """The arithmetic of digits, counting how often it is asked."""

    times = 0

    def value(self, expression, point):
        self.times += 1
        return digits_arithmetic().value(expression, point)


@pytest.mark.parametrize("digits", [15, 40])
@pytest.mark.parametrize("power", [1, 2, 9])
def test_the_digits_of_a_root_take_a_few_steps(power, digits):
    """x^power = 2 between 1/10 and 90, far from linear: a solver that waits for too much asks 800 times."""
    asked = Asked()
    with mpmath.workdps(digits):
        found = digits_root(Root(x**power - 2, x, Rational(1, 10), Integer(90)), {}, asked)
        assert abs(found - mpmath.root(2, power)) < mpmath.mpf(10) ** (3 - digits)
    assert asked.times < 60
