"""E log det (1 + root(b) M)^T (1 + root(b) M) of a regression's weights at any n and d, without sampling.

M = W^(-1/2) G, W of f = n - 1 degrees of freedom.  Given W the matrix W^(1/2) + root(b) G is noncentral normal, so that
the moments of its determinant, averaged over W too, are a hypergeometric function of matrix argument (James 1964;
Muirhead 1982, theorems 7.4.2 and 10.3.7) at a multiple of the unit matrix.  By Kummer's relation

    E det^2s = (2 (1 + b))^(d s) Gamma_d(d/2 + s)/Gamma_d(d/2) 2F1(-s, -(f - d)/2; d/2; y 1),   y = 1/(1 + b)

Its slope at s = 0 holds few zonal polynomials: (-s)_kappa has a simple zero at s = 0 for the partitions
kappa = (k, l, 1, ..., 1) alone, and a double one for all others.  With the values of these polynomials at the unit
matrix the slope becomes

    -sum_k p_k - sum_m c_m sum_{l <= k} (2 k - 2 l + 1) p_k(m) q_l(m),     m = 0 .. d - 2 the number of ones

whose terms alternate in sign and are large: they are added in decimal numbers of as many digits as they need.
"""

from decimal import Context, Decimal, getcontext, localcontext
from functools import lru_cache

from scipy.special import digamma

from numerics.simulator import ParameterError

_KEPT = 22  # digits of the slope
_MOST = 4000


@lru_cache(maxsize=256)
def mean_log_determinant(n: int, d: int, b: float) -> float:
    """E log det (1 + root(b) M)^T (1 + root(b) M), of n data in d dimensions.

    Raises ParameterError unless n - 1 >= d >= 1 and b > 0.
    """
    if d < 1 or n - 1 < d or not b > 0:
        raise ParameterError(f"mean_log_determinant: n = {n}, d = {d}, b = {b:g} is outside n > d >= 1, b > 0")
    freedom = n - 1
    psi = sum(float(digamma((d - i) / 2)) - float(digamma((freedom - i) / 2)) for i in range(d))
    digits = 40
    while True:
        with localcontext(Context(prec=digits)):
            value, largest = _slope(freedom, d, 1 / (1 + Decimal(repr(float(b)))))
            lost = max(0, largest.adjusted() - value.adjusted()) if value else digits
            total = float(value + d * (1 + Decimal(repr(float(b)))).ln())
        if digits >= lost + _KEPT:
            return psi + total
        digits = lost + _KEPT + 10


def _slope(freedom: int, d: int, y: Decimal) -> tuple[Decimal, Decimal]:
    """The slope of 2F1 at s = 0 and the largest of its terms."""
    first, second = _weights(freedom, d, y)
    total = -sum(first, Decimal(0))
    largest = max(map(abs, first), default=Decimal(1))
    ones = Decimal(1)
    for m in range(d - 1):
        if m:
            ones *= y * (m + 1 + freedom - d) / m
        zeroth = moment = inner = Decimal(0)  # sums of q_l and of l q_l, l <= k
        for k, (p, q) in enumerate(zip(first, second, strict=True), 1):
            beside = q * (2 * k - 1) * 2 * k / ((2 * k + m - 1) * (2 * k + m))
            zeroth += beside
            moment += k * beside
            term = p * 2 * k / ((2 * k + m) * (2 * k + m + 1)) * ((2 * k + 1) * zeroth - 2 * moment)
            inner += term
            largest = max(largest, abs(ones * term))
        total -= ones * inner
    return total, largest


def _weights(freedom: int, d: int, y: Decimal) -> tuple[list[Decimal], list[Decimal]]:
    """p_k = (k - 1)! (b)_k (4 y)^k/(2 k)! and q_l = (-1/2)_l (b - 1/2)_l (4 y)^l/(2 l)!, b = -(f - d)/2.

    Both end where p vanishes, or where the rest adds nothing to the digits in use.
    """
    half = Decimal(1) / 2
    b = -(freedom - d) * half
    p, q = 4 * y * b * half, -half * (b - half) * 4 * y * half
    first, second, least = [], [], Decimal(0)
    for k in range(1, _MOST):
        if not p or (k > -b and abs(p) * k * k < least):
            return first, second
        first.append(p)
        second.append(q)
        least = max(least, abs(p).scaleb(-getcontext().prec))
        p *= k * (b + k) * 4 * y / ((2 * k + 1) * (2 * k + 2))
        q *= (k - half) * (b - half + k) * 4 * y / ((2 * k + 1) * (2 * k + 2))
    raise ParameterError(f"mean_log_determinant: b = {1 / y - 1:.3g} is too small for d = {d}; draw data instead")
