"""The linear score of noised Gaussian data: the matrix that is optimal for the law, and that which n data make optimal.

The score is -W x.  For the law W = (exp(-2t) C^0 + Delta)^-1; for n pairs of a datum a and one noised value x of it,
the least value of the empirical loss (33) belongs to

    W = (1/Delta) (1 - exp(-t) <a x^T> D^-1),   D = <x x^T>,

while the printed (37) has the symmetric part of <a x^T>, on the other side of D^-1; (34) is the loss (33) with that
part.  Given the x, <a x^T> = b D + E with independent normal rows in E, from which every loss follows (C^0 = 1).
"""

from __future__ import annotations

from sympy import Dummy, Expr, Integer, Matrix, Rational, diff, exp

from theory import wishart
from theory.checks import stationary
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, real, whole
from theory.formula import Explicit
from theory.notation import Delta, T, c, d, n, t, x, z
from theory.published import Published
from theory.wishart import trace_of_inverse_square as inverse_square

NOISE = T * (1 - exp(-2 * t))
WIDTH = exp(-2 * t) * c + NOISE
EIGENVALUE = 1 / WIDTH

_RANGES = (
    positive(t, default="0.5", explored=("0.15", "1.2")),
    positive(T, default="0.83", explored=("0.3", "2")),
    positive(c, default="1.7", explored=("0.4", "3")),
)
LINEAR_DOMAIN = Domain(_RANGES)
_w = Dummy("w", positive=True)
_precision = Dummy("K^0", positive=True)
LOSS = _w**2 * (exp(-2 * t) * c + Delta) - 2 * _w + 1 / Delta  # mean of (-w x + (x - exp(-t) a)/Delta)^2
LINEAR_STEPS = Domain((
    *_RANGES,
    *(positive(symbol, default="0.7", explored=("0.3", "2")) for symbol in (_w, _precision, Delta)),
))  # fmt: skip

linear_score = ClosedForm(
    name="gaussian_covariance.linear_score",
    statement="eigenvalue of the optimal matrix W of the score -W x of noised data, where the covariance C^0 of the "
    "data has the eigenvalue c",
    source="BM23 (7)-(10)",
    formula=Explicit(EIGENVALUE),
    parameters=(t, T, c),
    domain=LINEAR_DOMAIN,
    derivation=Derivation((
        Step(
            LOSS, 1 / (exp(-2 * t) * c + Delta), "the mean loss of -w x along an eigenvector is least", stationary(_w)
        ),
        Step(
            _precision / (exp(-2 * t) + Delta * _precision), EIGENVALUE, "in terms of the precision K^0 = 1/c",
            where={_precision: 1 / c, Delta: NOISE},
        ),
    ), LINEAR_STEPS),
    published=(
        Published("BM23", "(8)", EIGENVALUE, r"W = (T(1 - e^{-2t})\mathbb{I} + e^{-2t}C^0)^{-1}"),
        Published(
            "BM23", "(10)", (1 / c) / (exp(-2 * t) + NOISE / c), r"K^t = \frac{K^0}{e^{-2t} + \Delta_t K^0}"
        ),
    ),
)  # fmt: skip

# n data of covariance 1.  Given x the datum is a = b x + rest, b = exp(-t)/v, v = exp(-2t) + Delta; the rest has the
# variance Delta/v.  E = <rest x^T> has E_ij E_kl = delta_ik (Delta/(v n)) D_jl on average.
UNIT = WIDTH.subs(c, 1)
SCATTER = NOISE / (UNIT * n)
LEAST = (1 - d / n) * (1 / NOISE - 1 / UNIT)  # per component
PREFACTOR = exp(-2 * t) / NOISE**2 * SCATTER / d

# E tr D tr D^-1 and E tr D^2 tr D^-2 of a Wishart matrix, by parts with F = W tr W^-1, W tr W^-2 and W^2 tr W^-2.
TRACES = (n * d - 2) * wishart.inverse_trace()
MIXED_TRACES = (n * d - 4) * wishart.inverse_trace_of_square()  # E tr W tr W^-2
SQUARED_TRACES = (n + d + 1) * MIXED_TRACES - 4 * wishart.inverse_trace()
SYMMETRIC_PART = (TRACES + d**2 - 2 * d) / 4  # excess of (1/Delta) (1 - exp(-t) M D^-1), over the prefactor
PRINTED_ORDER = SQUARED_TRACES / 4 - 3 * TRACES / 4 + d**2 - d / 2  # of (37)
PRINTED_LOSS = d**2 - d  # of (34) at the best matrix

MATRIX_DOMAIN = wishart.where(
    (
        whole(d, 1, default=3, explored=(1, 8)),
        whole(n, 1, default=16, explored=(14, 40)),
        positive(t, default="0.5", explored=("0.15", "1.2")),
        positive(T, default="0.83", explored=("0.3", "2")),
    ),
    wishart.invertible(),
)
_size = 2
_E = Matrix(_size, _size, lambda p, q: Dummy(f"E_{p + 1}{q + 1}", real=True))
_D = {name: Dummy(f"D_{name}", real=True) for name in ("11", "12", "22")}
SPREAD = Matrix([[_D["11"], _D["12"]], [_D["12"], _D["22"]]])
_sigma = Dummy("sigma^2", positive=True)
STEPS = Domain((
    *(item for item in wishart.STEPS.ranges if item.symbol not in (x, z)),
    *(positive(symbol, default="0.7", explored=("0.3", "2")) for symbol in (t, T, Delta, c, _sigma)),
    *(real(symbol, default="0.4", explored=("-1", "1")) for symbol in (*_E, z)),
    *(positive(_D[name], default="1.5", explored=("1", "2")) for name in ("11", "22")),
    real(_D["12"], default="0.4", explored=("-0.6", "0.6")),
), (n > d + 4,))  # fmt: skip


def _excess(shift: Matrix) -> Expr:
    """tr (shift D shift^T): what a loss gains where the matrix is off its best by `shift`."""
    return (shift * SPREAD * shift.T).trace()


def _mean_over_rest(quadratic: Expr) -> Expr:
    """The mean of a quadratic form in E whose entries have E_ij E_kl = delta_ik sigma^2 D_jl on average."""
    total: Expr = Integer(0)
    for p in range(_size):
        for q in range(_size):
            slope = diff(quadratic, _E[p, q])
            for r in range(_size):
                total += diff(slope, _E[p, r]) / 2 * _sigma * SPREAD[q, r]
    return total


_inverse = SPREAD.inv()
_free = _E * _inverse
_symmetric = (_E + _E.T) / 2
_trace, _inverse_trace = SPREAD.trace(), _inverse.trace()
_squares = (SPREAD * SPREAD).trace() * (_inverse * _inverse).trace()
EXCESS_STEPS = (
    Step(
        _mean_over_rest(_excess(_symmetric * _inverse - _free)),
        _sigma * (_trace * _inverse_trace + _size**2 - 2 * _size) / 4,
        "M D^-1 for <a x^T> D^-1: excess of the loss, averaged over what the x do not tell of the data; 2 x 2 entries",
    ),
    Step(
        _mean_over_rest(_excess(_inverse * _symmetric - _free)),
        _sigma * (_squares / 4 - 3 * _trace * _inverse_trace / 4 + _size**2 - Rational(_size, 2)),
        "D^-1 M, as (37) prints",
    ),
    Step(
        _mean_over_rest(((_E - _E.T) * -_free).trace()),
        _sigma * (_size**2 - _size),
        "M for <a x^T> in the loss itself, as (34) prints, at the best matrix",
    ),
)


TRACE_STEPS = (
    *wishart.by_parts(
        lambda w: w.inv().trace() * w,
        lambda w, p: (p * (p + 1) + (n - p - 1) * p - w.trace()) * w.inv().trace() / 2 - w.inv().trace(),
        "integration by parts, F = W tr W^-1",
    ),
    Step((n * d - 2) * wishart.inverse_trace(), TRACES, "its mean: E tr W tr W^-1"),
    *wishart.by_parts(
        lambda w: inverse_square(w) * w,
        lambda w, p: (n * p - w.trace()) * inverse_square(w) / 2 - 2 * inverse_square(w),
        "F = W tr W^-2, of which only the slope of the trace is new",
        sizes=(1, 2),
    ),
    *wishart.by_parts(
        lambda w: inverse_square(w) * w * w,
        lambda w, p: ((n + p + 1) * w.trace() - (w * w).trace()) * inverse_square(w) / 2 - 2 * w.inv().trace(),
        "F = W^2 tr W^-2: E tr W^2 tr W^-2",
        sizes=(1, 2),
    ),
)

empirical_score_matrix = ClosedForm(
    name="gaussian_covariance.empirical_score_matrix",
    statement="mean over n data of the least empirical loss (33) of a score -W x per component, one noised value per "
    "datum; C^0 = 1.  It belongs to W = (1/Delta) (1 - exp(-t) <a x^T> D^-1)",
    source="BM23 (32)-(37), corrected",
    formula=Explicit(LEAST),
    parameters=(d, n, t, T),
    size=d,
    domain=MATRIX_DOMAIN,
    derivation=Derivation((
        Step(
            (z - exp(-t) * c * z / (exp(-2 * t) * c + Delta) * exp(-t)) / Delta, z / (exp(-2 * t) * c + Delta),
            "the mean of the arrow (x - exp(-t) a)/Delta given x is x/v: W = 1/v for the law",
        ),
        Step(
            1 / Delta - 1 / (exp(-2 * t) + Delta), exp(-2 * t) / (Delta * (exp(-2 * t) + Delta)),
            "and its variance given x is 1/Delta - 1/v",
        ),
        Step(
            (n - d) * (1 / NOISE - 1 / UNIT) / n, LEAST,
            "d parameters are fitted to n residuals: n - d degrees of freedom are left, of n",
        ),
        Step(
            exp(-2 * t) / NOISE**2 * SCATTER * n, 1 / NOISE - 1 / UNIT,
            "the same variance from that of the datum given x, Delta/v",
        ),
        *EXCESS_STEPS,
        *wishart.INVERSE_STEPS,
        *TRACE_STEPS,
    ), STEPS),
    published=(
        Published(
            "BM23", "(37)", LEAST + PREFACTOR * PRINTED_ORDER,
            r"W = \frac{1}{T(1 - e^{-2t})} (\mathbb{I} - e^{-t}(D^t)^{-1}M^t)",
            note="mean of the loss (33) at the printed matrix, which is larger: M is symmetrised and stands on the "
            "wrong side; all agree as n grows",
        ),
        Published(
            "BM23", "(34)", LEAST + PREFACTOR * PRINTED_LOSS,
            r"\mathcal{L}^e(W) = \mathrm{Tr}(W D^t W^T) - \frac{2}{T(1 - e^{-2t})}"
            r" [\mathrm{Tr}(D^t W) - e^{-t} \mathrm{Tr}(M^t W)] + \text{constant}",
            note="the printed loss at the best matrix: it equals (33) for symmetric W alone",
        ),
    ),
)  # fmt: skip
