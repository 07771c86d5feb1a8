"""Linear algebra in every arithmetic: numpy, torch, and arrays of mpmath numbers or of rigorous balls.

Products, sums and transposes are those of arrays; a Cholesky factor gives determinants, inverses and whitened vectors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

SINGULAR = "a covariance is singular or not positive definite"


@dataclass(frozen=True)
class Matrices:
    """Functions of numbers, elementwise on arrays, and factors of matrices."""

    exp: Callable[[Any], Any]
    log: Callable[[Any], Any]
    identity: Callable[[int], Any]
    cholesky: Callable[[Any], Any]
    lower_solve: Callable[[Any, Any], Any]
    diagonal: Callable[[Any], Any] = np.diagonal

    def symmetric_solve(self, matrix: Any, right: Any) -> Any:
        """matrix^-1 right for a positive definite matrix; ValueError if it is none."""
        lower = self.cholesky(matrix)
        upside_down = lower.T[self._reversed(lower)][:, self._reversed(lower)]
        half = self.lower_solve(lower, right)
        return self.lower_solve(upside_down, half[self._reversed(lower)])[self._reversed(lower)]

    @staticmethod
    def _reversed(matrix: Any) -> list[int]:
        return list(range(matrix.shape[0]))[::-1]


def array_matrices() -> Matrices:
    """Float64 numpy arrays."""
    from scipy.linalg import solve_triangular

    def cholesky(matrix: np.ndarray) -> np.ndarray:
        try:
            return np.linalg.cholesky(matrix)
        except np.linalg.LinAlgError:
            raise ValueError(SINGULAR) from None

    def lower_solve(lower: np.ndarray, right: np.ndarray) -> np.ndarray:
        return solve_triangular(lower, right, lower=True, check_finite=False)

    return Matrices(np.exp, np.log, np.eye, cholesky, lower_solve)


def tensor_matrices(torch: Any) -> Matrices:
    """Torch tensors, differentiable."""

    def cholesky(matrix: Any) -> Any:
        factor, info = torch.linalg.cholesky_ex(matrix)
        if bool(info):
            raise ValueError(SINGULAR)
        return factor

    def lower_solve(lower: Any, right: Any) -> Any:
        columns = right if right.ndim == 2 else right[:, None]
        return torch.linalg.solve_triangular(lower, columns, upper=False).reshape(right.shape)

    def identity(size: int) -> Any:
        return torch.eye(size, dtype=torch.float64)

    return Matrices(torch.exp, torch.log, identity, cholesky, lower_solve, torch.diagonal)


def number_matrices(number: Callable[[Any], Any], exp: Any, log: Any, sqrt: Any) -> Matrices:
    """Arrays of numbers of any kind, row by row; `number` makes one of an integer."""

    def identity(size: int) -> np.ndarray:
        return np.array([[number(int(i == k)) for k in range(size)] for i in range(size)], dtype=object)

    def cholesky(matrix: np.ndarray) -> np.ndarray:
        size = matrix.shape[0]
        factor = np.array([[number(0)] * size for _ in range(size)], dtype=object)
        for row in range(size):
            for column in range(row + 1):
                left = matrix[row, column] - np.dot(factor[row, :column], factor[column, :column])
                if row != column:
                    factor[row, column] = left / factor[column, column]
                elif left > 0:  # of a ball: certainly
                    factor[row, row] = sqrt(left)
                else:
                    raise ValueError(SINGULAR)
        return factor

    def lower_solve(lower: np.ndarray, right: np.ndarray) -> np.ndarray:
        found = np.array(right, dtype=object)
        for row in range(lower.shape[0]):
            found[row] = (found[row] - np.dot(lower[row, :row], found[:row])) / lower[row, row]
        return found

    elementwise = (np.frompyfunc(function, 1, 1) for function in (exp, log))
    return Matrices(*elementwise, identity, cholesky, lower_solve)
