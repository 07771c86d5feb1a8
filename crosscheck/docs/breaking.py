"""How long formulas are broken; it lies beside the steps that it breaks."""

from theory.breaking import broken as broken
from theory.breaking import letters as letters
