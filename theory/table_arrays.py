"""Arrays of numbers as the fields of a table hold them: read, in double precision, and written as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Rational

_NUMBERS = (int, float, Decimal, Fraction, Rational)


def as_array(value: Any) -> Any:
    """An array of numbers, or of one word, tensors as they are; TypeError or ValueError for what is none."""
    if hasattr(value, "detach"):
        return value
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError("has rows of different lengths") from None
    if is_word(array):
        return array
    plain = array.dtype.kind in "iuf" or all(isinstance(item, _NUMBERS) for item in array.reshape(-1).tolist())
    if not plain or any(isinstance(item, bool) for item in array.reshape(-1)[:1].tolist()):
        raise TypeError("holds what is no number")
    return array


def is_word(value: Any) -> bool:
    """Whether this is one word, which a field may take for a number."""
    return getattr(value, "shape", None) == () and getattr(value.dtype, "kind", "") == "U"


def plain(value: Any) -> np.ndarray:
    """On the processor, without gradient."""
    return value.detach().cpu().numpy() if hasattr(value, "detach") else np.asarray(value)


def floats(value: Any) -> np.ndarray:
    """In double precision; of a word its letters."""
    if is_word(value):
        return np.array([ord(letter) for letter in str(value)], dtype=np.float64)
    return np.array(plain(value), dtype=np.float64, order="C")


def first(numbers: np.ndarray, wrong: np.ndarray) -> tuple[str, str]:
    """The place of the first wrong number, counted from 1, and the number."""
    place = np.argwhere(wrong)[0]
    inside = ", ".join(str(int(index) + 1) for index in place)
    return f"[{inside}]" if len(place) else "", f"{numbers[tuple(place)]:g}"


def size(values: Mapping[str, Any]) -> int:
    """How many numbers."""
    return sum(plain(value).size for value in values.values())


def extents(values: Mapping[str, Any]) -> str:
    """Of every field: 3x3,3,1."""
    return ",".join("x".join(map(str, plain(value).shape)) or "1" for value in values.values())


def listed(value: Any) -> str:
    """JSON."""
    if is_word(value):
        return json.dumps(str(value))
    return _listed(np.vectorize(_text, otypes=[object])(plain(value)))


def _listed(texts: Any) -> str:
    return "[" + ",".join(map(_listed, texts)) + "]" if getattr(texts, "ndim", 0) else str(texts)


def _text(number: Any) -> str:
    return repr(float(number)) if isinstance(number, float) else str(number)
