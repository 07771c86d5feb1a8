"""ClosedForm: a formula with its parameters, its domain, its derivation, and what was printed of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
from sympy import Symbol

from theory.checks import sampled_gap
from theory.derivation import Derivation
from theory.domain import Domain, DomainError, ParameterError
from theory.evaluate import as_array, as_ball, as_digits, as_tensor
from theory.formula import Explicit, Formula, Root
from theory.notation import meaning
from theory.published import Comparison, Published
from theory.tables import Table, Tabular


@dataclass(frozen=True, kw_only=True)
class ClosedForm:
    """One closed form of the theory.

    `parameters` are declared, not inferred: a formula may be constant in some of them.  `size` is the parameter that
    grows, if the formula holds at finite size.  `finite_size` is the value of the next-order term, a closed form of the
    parameters and the size symbol.  `complement` is 1 - value in a form that does not cancel.
    `known` is the number of digits of a value that only double precision can afford.
    """

    name: str
    statement: str
    source: str
    formula: Formula
    parameters: tuple[Symbol, ...]
    domain: Domain
    derivation: Derivation | None = None
    published: tuple[Published, ...] = ()
    size: Symbol | None = None
    finite_size: ClosedForm | None = None
    complement: Formula | None = None
    known: int | None = None

    def __post_init__(self) -> None:
        missing = set(self.parameters) - set(self.domain.symbols)
        if missing:
            raise ValueError(f"{self.name}: the domain lacks {', '.join(sorted(map(str, missing)))}")
        if self.size is not None and self.size not in self.parameters:
            raise ValueError(f"{self.name}: the size {self.size} is not a parameter")

    @property
    def system(self) -> str:
        """The physical system, the part of the name before the dot."""
        return self.name.partition(".")[0]

    @property
    def observable(self) -> str:
        """The observable, the part of the name after the dot."""
        return self.name.partition(".")[2]

    @property
    def quantities(self) -> Mapping[Symbol, Formula]:
        """The auxiliary quantities that expressions about this formula may use: m, where m = tanh(beta m)."""
        own = {self.formula.unknown: self.formula} if isinstance(self.formula, Root) else {}
        return {**self.formula.given, **own}

    def at(self, values: Mapping[str, Any]) -> dict[Symbol, Any]:
        """The exact point that `values` names; raises ParameterError or DomainError."""
        return self.domain.restricted(self.parameters).check(self.name, values)

    def __call__(self, **values: Any) -> float:
        """The value in double precision."""
        return float(as_array(self.formula, self.at(values)))

    def complementary(self, **values: Any) -> float:
        """1 - value, to full relative precision."""
        if self.complement is None:
            raise ValueError(f"{self.name}: no complement is declared")
        return float(as_array(self.complement, self.at(values)))

    def digits(self, digits: int, /, **values: Any) -> mpmath.mpf:
        """The value to `digits` significant digits, correctly rounded."""
        if digits < 1:
            raise ValueError(f"{self.name}: {digits} digits asked; ask for at least 1")
        if self.known is not None:
            return self._known(digits, values)
        return as_digits(self.formula, self.at(values), digits)

    def _known(self, digits: int, values: Mapping[str, Any]) -> mpmath.mpf:
        assert self.known is not None
        if digits > self.known:
            text = f"{digits} digits asked; it is known to {self.known}, in double precision"
            raise ParameterError(f"{self.name}: {text}")
        return mpmath.mpf(self(**values))

    def ball(self, bits: int = 80, /, **values: Any) -> Any:
        """A ball (python-flint arb) that contains the value; raises NoBall where no enclosure is known."""
        return as_ball(self.formula, self.at(values), bits)

    def numpy(self, **values: Any) -> np.ndarray:
        """The value for arrays that broadcast."""
        arrays = {symbol: self._array(symbol, values[symbol.name]) for symbol in self._named(values)}
        self._check_arrays(arrays)
        return as_array(self.formula, arrays)

    def torch(self, **values: Any) -> Any:
        """The value for torch tensors, differentiable in each."""
        tensors = {symbol: self._table(symbol, values[symbol.name]) for symbol in self._named(values)}
        self._check_arrays({s: np.asarray(v.detach() if hasattr(v, "detach") else v) for s, v in tensors.items()})
        return as_tensor(self.formula, tensors)

    def comparisons(self) -> tuple[Comparison, ...]:
        """What was printed of this formula against what is derived here, over the whole domain."""
        return tuple(self.compared(published) for published in self.published)

    def compared(self, published: Published) -> Comparison:
        """One printed formula against the derived one."""
        printed = published.formula
        if isinstance(printed, Explicit) and not printed.given:
            printed = Explicit(printed.expression, self.quantities)
        both = isinstance(printed, Explicit) and isinstance(self.formula, Explicit)
        if both and printed == self.formula:
            return Comparison(published, 0.0, {}, symbolic=True)
        if self.known is not None:
            return Comparison(published, *self._float_gap(printed), symbolic=False)
        points = 12 if both else 4  # an integral or a sum costs seconds to 15 digits
        gap, place = sampled_gap(printed, self.formula, self.domain.restricted(self.parameters), points)
        return Comparison(published, gap, place, symbolic=both)

    def _float_gap(self, printed: Formula) -> tuple[float, dict[Symbol, Any]]:
        """The largest gap at four points of the domain, counted as none where it is below what is known."""
        worst, place = -1.0, {}
        for point in self.domain.restricted(self.parameters).points(4):
            first, second = (float(as_array(formula, point)) for formula in (printed, self.formula))
            gap = abs(first - second) / max(abs(second), 1e-12)
            if gap > worst:
                worst, place = gap, point
        return (worst if worst > 10.0 ** -(self.known or 0) else 0.0), place

    def latex(self, name: str | None = None) -> str:
        """The definition in LaTeX, one line per equation."""
        head = name or rf"\mathrm{{{self.observable.replace('_', ' ')}}}".replace(" ", r"\ ")
        return "\n".join(self.formula.equations(head))

    def _repr_latex_(self) -> str:
        from theory.notebook import closed_form_latex

        return closed_form_latex(self)

    def _repr_html_(self) -> str:
        from theory.notebook import closed_form_html

        return closed_form_html(self)

    def _named(self, values: Mapping[str, Any]) -> tuple[Symbol, ...]:
        domain = self.domain.restricted(self.parameters)
        stand_ins = {name: domain.named[name].default if name in domain.named else 0 for name in values}
        domain.check(self.name, stand_ins)  # complains of missing and unknown names
        return self.parameters

    def _table(self, symbol: Symbol, value: Any) -> Any:
        allowed = self.domain[symbol]
        return allowed.read(self.name, value) if isinstance(allowed, Tabular) else value

    def _array(self, symbol: Symbol, value: Any) -> np.ndarray:
        found = self._table(symbol, value)
        return np.asarray(found) if isinstance(found, Table) else np.asarray(found, dtype=float)

    def _check_arrays(self, arrays: Mapping[Symbol, np.ndarray]) -> None:
        for symbol, array in arrays.items():
            allowed = self.domain[symbol]
            if isinstance(allowed, Tabular):
                continue  # a table was checked when it was read
            for value in np.unique(array[~_inside(array, allowed)])[:1]:
                raise DomainError(f"{self.name}: {symbol} = {value:g} is outside {allowed} ({meaning(symbol)})")


def _inside(array: np.ndarray, allowed: Any) -> np.ndarray:
    low, high = float(allowed.low), float(allowed.high)
    above = array > low if allowed.low_open else array >= low
    below = array < high if allowed.high_open else array <= high
    whole = array == np.round(array) if allowed.integer else np.isfinite(array)
    return above & below & whole
