"""A formula as a paper prints it, compared with the derived one: where they differ, an erratum falls out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from sympy import Expr, Rational, Symbol

from theory.formula import Formula, as_formula


class Transcription(Enum):
    """Whether the source could be read, or had to be guessed (and is then never called an erratum)."""

    LEGIBLE = "legible"
    INFERRED = "inferred"


@dataclass(frozen=True)
class Published:
    """What the paper prints: `expression` to compute with, `printed` in LaTeX to show.

    `expression` may be written with the symbols that the closed form defines; they keep that meaning.
    """

    paper: str
    equation: str
    expression: Expr | Formula
    printed: str
    transcription: Transcription = Transcription.LEGIBLE
    note: str = ""

    @property
    def formula(self) -> Formula:
        """The printed formula, ready to be evaluated."""
        return as_formula(self.expression)


@dataclass(frozen=True)
class Comparison:
    """The largest relative gap between the printed and the derived formula, and the parameters where it is."""

    published: Published
    gap: float
    at: Mapping[Symbol, Rational]
    symbolic: bool

    @property
    def differs(self) -> bool:
        """Whether the printed formula is another function: 1e-9 lies far above rounding, far below physics."""
        return self.gap > 1e-9
