"""LaTeX as MathML; it lies beside the formulas, whose notebooks show it too."""

from theory.mathml import mathml as mathml
