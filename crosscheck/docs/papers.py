"""The papers by their short names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PAPERS: Mapping[str, str] = MappingProxyType({
    "BM23": "G. Biroli, M. Mézard, Generative diffusion in very large dimensions (2023)",
    "BBDM24": "G. Biroli, T. Bonnaire, V. de Bortoli, M. Mézard, Dynamical regimes of diffusion models (2024)",
    "H24": "I. Halder, From memorization to generalization: a theoretical framework for diffusion-based "
        "generative models (2024)",
    "CPL25": "H. Cui, C. Pehlevan, Y. M. Lu, A solvable model of learning generative diffusion (2025)",
    "MG25": "C. Merger, S. Goldt, slides on linear diffusion models (2025)",
})  # fmt: skip


def cited(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The full references of the papers that the texts name."""
    return tuple(f"{name}: {full}" for name, full in PAPERS.items() if any(name in text for text in texts))
