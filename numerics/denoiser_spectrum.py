"""log det(1 + x S) and log det S of a large linear denoiser, given the eigenvalues of W: Gauss nodes and a fixed point.

S = A |1 + root(a) M|^2, M = W^(-1/2) G.  Given W the rows of root(a) M have variances a/w_i, and the resolvent of such
a matrix solves the Dyson equation of its variance profile (Hachem, Loubaton, Najim 2007).  The eigenvalues of W/n
have the Marchenko-Pastur law, whose Gauss nodes are eigenvalues of a tridiagonal matrix.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh_tridiagonal
from scipy.optimize import brentq

from numerics.simulator import ParameterError

_RELATIVE = np.float64(8.9e-16)


def log_determinants(nodes: int, *, alpha: float, a: float, x: float) -> tuple[float, float]:
    """log det(1 + x S) and log det S over d, of large n and d at alpha = d/n, by so many Gauss nodes.

    Raises ParameterError outside 0 < alpha < 1, a > 0, x > 0.
    """
    if not (0 < alpha < 1 and a > 0 and x > 0):
        raise ParameterError(f"log_determinants: alpha = {alpha:g}, a = {a:g}, x = {x:g} is outside 0 < alpha < 1, > 0")
    spread, weight = _spreads(nodes, alpha, a)
    gain = x / (1 + a)
    whole = _potential(spread, weight, 1 / math.sqrt(gain)) + math.log(gain)
    # log det(S + eta^2) is even in eta where S has no edge at 0, and has a term |eta| where it has one
    steps = [_potential(spread, weight, eta) for eta in (4e-4, 2e-4, 1e-4)]
    first = [2 * fine - coarse for coarse, fine in pairwise(steps)]
    return whole, (4 * first[1] - first[0]) / 3 - math.log1p(a)


@lru_cache(maxsize=256)
def _spreads(nodes: int, alpha: float, a: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Variance a alpha/w of d times an element of a row of root(a) M, and the weights of the nodes w of W/n."""
    diagonal = np.full(nodes, 1 + alpha)
    diagonal[0] = 1.0
    values, vectors = eigh_tridiagonal(diagonal, np.full(nodes - 1, math.sqrt(alpha)))
    return a * alpha / values, vectors[0] ** 2


def _potential(spread: NDArray[np.float64], weight: NDArray[np.float64], eta: float) -> float:
    """log det(|1 + root(a) M|^2 + eta^2)/d: stationary in the two unknowns of the Dyson equation.

    With p the mean over columns and q the mean of spread over rows of the resolvent, element i has the determinant
    (eta + spread_i p)(eta + q) + 1.
    """

    def resolved(q: float) -> float:
        """p at given q: the mean of (eta + spread p)/determinant is p."""

        def fault(p: float) -> float:
            own = eta + spread * p
            return float((weight * own / (own * (eta + q) + 1)).sum()) - p

        return _root(fault, 1 / (eta + q))

    def fault(q: float) -> float:
        p = resolved(q)
        determinant = (eta + spread * p) * (eta + q) + 1
        return float((weight * spread * (eta + q) / determinant).sum()) - q

    high = 1.0
    while fault(high) > 0:
        high *= 2
    q = _root(fault, high)
    p = resolved(q)
    return float((weight * np.log((eta + spread * p) * (eta + q) + 1)).sum()) - p * q


def _root(function: Callable[[float], float], high: float) -> float:
    """Between 0 and `high`, to the last digit."""
    return float(np.asarray(brentq(function, 0.0, high, xtol=1e-300, rtol=_RELATIVE, maxiter=500)))
