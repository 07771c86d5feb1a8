"""Values of R_+ (BM23 (28)) and of phi (BBDM24 (6)), against plain mpmath point by point and against sympy.lambdify."""

from collections.abc import Callable, Iterable
from functools import partial

import mpmath
import numpy as np
import sympy as sp
import torch
from numpy.typing import NDArray
from scipy.optimize import brentq

from benchmarks import measure
from benchmarks.measure import MICRO
from benchmarks.record import Goal, Growth, Result, Row
from theory.formula import Explicit
from theory.notation import T, h, m, tau
from theory.systems.curie_weiss.speciation import positive_fraction
from theory.systems.gaussian_mixture.classes import same_class_probability

POINT = {"tau": "0.27", "beta": "1.37", "h": "0.61", "T": "0.83"}
NUMBERS = {name: float(text) for name, text in POINT.items()}
POINTS = 10_000
LENGTHS = (10_000, 30_000, 100_000, 300_000)
PER_POINT = 20  # points that mpmath is measured on
DIGITS = 30
HUNDRED = "100 values of beta in one call"
MODES = {"t": "2.6", "d": "256", "mu": "0.9", "sigma": "0.7"}
HUNDRED_TIMES, ONE_PHI = "phi at 100 times in one call", "phi, one point"


def by_mpmath(at: float | str, inverse: float | str, *, digits: int) -> mpmath.mpf:
    """The rival: m by findroot, then (28), at a working precision."""
    with mpmath.workdps(digits):
        t, b, field, noise = (mpmath.mpf(str(x)) for x in (at, inverse, POINT["h"], POINT["T"]))
        root = mpmath.findroot(lambda y: y - mpmath.tanh(b * y), (0.01, 1), solver="anderson")
        plus = 1 / (1 + mpmath.exp(-2 * field * root))
        x = root * mpmath.exp(-t) / mpmath.sqrt(2 * noise)
        return (plus * mpmath.erfc(-x) + (1 - plus) * mpmath.erfc(x)) / 2


def lambdified() -> Callable[..., NDArray[np.float64]]:
    """The rival: the same expression through sympy.lambdify with scipy, m from brentq."""
    formula = positive_fraction.formula
    assert isinstance(formula, Explicit)
    return sp.lambdify((tau, h, T, m), formula.expression.doit(), modules=["scipy", "numpy"])


def magnetisation(inverse: float) -> float:
    return float(brentq(lambda y: y - np.tanh(inverse * y), 1e-3, 1, xtol=1e-15))


def each(points: Iterable[float], function: Callable[[float], object]) -> list[object]:
    return [function(point) for point in points]


def measured() -> Result:
    """One point, then vectors in tau (one root for all) and in beta (one root each)."""
    torch.set_num_threads(1)
    exact = float(positive_fraction.digits(40, **POINT))
    table = [*one_point(exact), *along_tau(), *along_beta(), *of_phi()]
    return Result(
        "formula_values",
        "R_+ of BM23 (28), a root and error functions; phi of BBDM24 (6), an integral over the line",
        tuple(table),
        growth=(by_length(),),
        goals=goals(table),
        notes=(
            "mpmath and the loop over brentq find m anew at every point, as one would write it.",
            "`lambdify, m given`: the expression alone, the root is not counted.",
        ),
    )


def one_point(exact: float) -> list[Row]:
    """A single value: float, then 30 digits and rigorous balls."""
    function, near, far = lambdified(), NUMBERS["tau"], NUMBERS["beta"]
    field, noise, root = NUMBERS["h"], NUMBERS["T"], magnetisation(far)
    doubles = {
        "closed form, float": lambda: positive_fraction(**POINT),
        "mpmath, 15 digits": partial(by_mpmath, near, far, digits=15),
        "lambdify, m from brentq": lambda: function(near, field, noise, magnetisation(far)),
        "lambdify, m given": lambda: function(near, field, noise, root),
    }
    hundred = np.linspace(1.1, 3, 100)
    rest = {name: value for name, value in NUMBERS.items() if name != "beta"}
    some = {
        "closed form, numpy": lambda: positive_fraction.numpy(beta=hundred, **rest),
        "lambdify, loop over brentq": lambda: each(hundred, lambda b: function(near, field, noise, magnetisation(b))),
    }
    many = {
        f"closed form, {DIGITS} digits": lambda: positive_fraction.digits(DIGITS, **POINT),
        f"mpmath, {DIGITS + 5} digits, unchecked": partial(by_mpmath, near, far, digits=DIGITS + 5),
        "closed form, ball of 80 bits": lambda: positive_fraction.ball(**POINT),
        "closed form, ball of 333 bits": lambda: positive_fraction.ball(333, **POINT),
    }
    notes = {name: f"error {abs(float(work()) - exact):.0e}" for name, work in doubles.items()}
    both = [("one point", doubles), (HUNDRED, some), ("one point, many digits", many)]
    return [
        Row(row.case, row.method, row.unit, row.value, row.ratio, notes.get(row.method, ""))
        for case, rivals in both
        for row in measure.rows(case, measure.in_turns(rivals), unit="us", per=MICRO)
    ]


def along_tau() -> list[Row]:
    """1e4 values of tau: the root is the same for all."""
    taus, function, root = np.linspace(-1, 2, POINTS), lambdified(), magnetisation(NUMBERS["beta"])
    rest = {name: value for name, value in NUMBERS.items() if name != "tau"}
    tensor = torch.from_numpy(taus)
    fixed = {name: torch.tensor(value, dtype=torch.float64) for name, value in rest.items()}
    rivals = {
        "closed form, numpy": lambda: positive_fraction.numpy(tau=taus, **rest),
        "closed form, torch": lambda: positive_fraction.torch(tau=tensor, **fixed),
        "closed form, torch with gradient": lambda: gradient(taus, rest),
        "lambdify, m given": lambda: function(taus, rest["h"], rest["T"], root),
        "mpmath point by point": lambda: each(
            taus[:: POINTS // PER_POINT], lambda at: by_mpmath(float(at), POINT["beta"], digits=15)
        ),
    }
    return _per_value(f"{POINTS} values of tau", rivals)


def along_beta() -> list[Row]:
    """1e4 values of beta: a root at each."""
    betas, function = np.linspace(1.1, 3, POINTS), lambdified()
    rest = {name: value for name, value in NUMBERS.items() if name != "beta"}
    few = betas[:: POINTS // PER_POINT]
    rivals = {
        "closed form, numpy": lambda: positive_fraction.numpy(beta=betas, **rest),
        "lambdify, loop over brentq": lambda: each(
            few, lambda b: function(rest["tau"], rest["h"], rest["T"], magnetisation(b))
        ),
        "mpmath point by point": lambda: each(few, lambda b: by_mpmath(POINT["tau"], float(b), digits=15)),
    }
    return _per_value(f"{POINTS} values of beta", rivals)


def phi_by_mpmath(at: float) -> mpmath.mpf:
    """The rival: (6) by quad, as printed, at 15 digits."""
    with mpmath.workdps(15):
        t, mu, sigma = (mpmath.mpf(str(x)) for x in (at, MODES["mu"], MODES["sigma"]))
        width = 1 - mpmath.exp(-2 * t) + sigma**2 * mpmath.exp(-2 * t)
        centre = mu * mpmath.sqrt(int(MODES["d"])) * mpmath.exp(-t)

        def integrand(y: mpmath.mpf) -> mpmath.mpf:
            plus, minus = (mpmath.npdf(y, s * centre, mpmath.sqrt(width)) for s in (1, -1))
            return (plus**2 + minus**2) / (plus + minus) / 2

        return mpmath.quad(integrand, [-mpmath.inf, 0, mpmath.inf])


def of_phi() -> list[Row]:
    """100 times as floats, then balls of one value."""
    times = np.linspace(0.5, 8, 100)
    rest = {name: float(value) for name, value in MODES.items() if name != "t"}
    few = times[:: len(times) // 5]
    curves = {
        "closed form, numpy": lambda: same_class_probability.numpy(t=times, **rest),
        "mpmath point by point": lambda: each(few, phi_by_mpmath),
    }
    per = {name: (100 if name == "closed form, numpy" else len(few)) * MICRO for name in curves}
    balls = {
        "closed form, ball of 80 bits": lambda: same_class_probability.ball(**MODES),
        "closed form, ball of 170 bits": lambda: same_class_probability.ball(170, **MODES),
    }
    return [
        *measure.rows(HUNDRED_TIMES, measure.in_turns(curves, repetitions=3), unit="us per value", per=per),
        *measure.rows(ONE_PHI, measure.in_turns(balls), unit="us", per=MICRO),
    ]


def goals(table: list[Row]) -> tuple[Goal, ...]:
    """A curve at once, a ball in less than a blink, and never slower than the naive way."""
    cost = {(row.case, row.method): row.value.median for row in table}
    over = {(row.case, row.method): row.ratio.median for row in table if row.ratio}
    point, taus, betas = "one point", f"{POINTS} values of tau", f"{POINTS} values of beta"
    return (
        Goal("ms for 100 values of beta", cost[HUNDRED, "closed form, numpy"] / 1000, 1.0),
        Goal("ms for a ball", cost["one point, many digits", "closed form, ball of 80 bits"] / 1000, 60.0),
        Goal("ms for phi at 100 times", cost[HUNDRED_TIMES, "closed form, numpy"] / 10, 1.0),
        Goal("ms for a ball of phi, 50 digits", cost[ONE_PHI, "closed form, ball of 170 bits"] / 1000, 60.0),
        Goal(
            "mpmath over the closed form, phi at 100 times",
            over[HUNDRED_TIMES, "mpmath point by point"],
            100.0,
            at_most=False,
        ),
        Goal("mpmath over the closed form, one float", over[point, "mpmath, 15 digits"], 1.0, at_most=False),
        Goal("lambdify over the closed form, values of tau", over[taus, "lambdify, m given"], 0.5, at_most=False),
        Goal("mpmath over the closed form, values of beta", over[betas, "mpmath point by point"], 100.0, at_most=False),
    )


def gradient(taus: NDArray[np.float64], rest: dict[str, float]) -> torch.Tensor:
    """The values, and their derivative in all four parameters."""
    inputs = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in rest.items()}
    at = torch.tensor(taus, requires_grad=True)
    positive_fraction.torch(tau=at, **inputs).sum().backward()
    assert at.grad is not None
    return at.grad


def by_length() -> Growth:
    """Time of a numpy call with n values of beta."""
    rest = {name: value for name, value in NUMBERS.items() if name != "beta"}
    calls = {str(n): partial(positive_fraction.numpy, beta=np.linspace(1.1, 3, n), **rest) for n in LENGTHS}
    seconds = measure.in_turns(calls, repetitions=3)
    costs = [sorted(seconds[str(n)])[1] for n in LENGTHS]
    return measure.growth("closed form, numpy, n values of beta", "n", LENGTHS, costs, expected=1.0)


def _per_value(case: str, rivals: dict[str, Callable[[], object]]) -> list[Row]:
    points = {name: PER_POINT if "point by point" in name or "loop" in name else POINTS for name in rivals}
    per = {name: count * MICRO for name, count in points.items()}
    return measure.rows(case, measure.in_turns(rivals, repetitions=3), unit="us per value", per=per)
