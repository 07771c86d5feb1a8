"""The index of the claims as plain data, generated from them: `crosscheck list` reads it without importing any.

`python -m crosscheck.index` writes it again; a test fails when it is stale.  `python -m crosscheck.index MODULE` writes
the index of a claim pack beside its module, so that the pack is listed without being imported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crosscheck.claim import Claim

FILE = Path(__file__).parent / "claims" / "index.json"


def rows() -> list[dict[str, Any]]:
    """The index as it was generated."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def described(claim: Claim, module: str) -> dict[str, Any]:
    """One row: what `crosscheck list --json` shows of a claim, and the module that defines it.

    Bounds and defaults are strings that every float parser reads, "inf" included.
    """
    theory = claim.theory
    paper, equation = printed(theory.source)
    derivation = theory.derivation
    return {
        "id": claim.id,
        "system": theory.system,
        "statement": theory.statement,
        "paper": paper,
        "equation": equation,
        "kind": claim.kind.value,
        "size": claim.size,
        "parameters": [_parameter(theory.domain[symbol]) for symbol in theory.parameters],
        "evidence": derivation.evidence.name if derivation else None,
        "rivals": [rival.name for rival in claim.rivals],
        "finite_size": theory.finite_size is not None or theory.size is not None,
        "module": module,
    }


def printed(source: str) -> tuple[str, str]:
    """("BM23", "(28)-(29)") of "BM23 (28)-(29)"; no paper where the source names none."""
    found = re.match(r"([A-Z]+\d\d)[ ,]+(.*)", source)
    return (found[1], found[2]) if found else ("", source)


def shown(claim: Claim) -> dict[str, Any]:
    """What a saved run keeps of a claim, so that its report needs nothing else."""
    from sympy import latex

    from theory.domain import decimal
    from theory.relation import readable_names

    theory = claim.theory
    with readable_names():
        correction = None if claim.correction == "exact" else latex(claim.correction)
        formula = theory.latex().splitlines()
    return {
        "statement": theory.statement,
        "source": theory.source,
        "kind": claim.kind.value,
        "size": claim.size,
        "resolution": claim.resolution,
        "correction": correction,
        "latex": formula,
        "tested": [
            {"at": {name: decimal(value) for name, value in point.items()}, "because": reference.because}
            for point, reference in zip(claim.points, claim.reference_points, strict=True)
        ],
    }


def generated(pack: str | None = None) -> str:
    """The text of the index, from all claims of the package, or of a pack's module."""
    from crosscheck.registry import claims_under, discovered

    claims = claims_under(pack) if pack else discovered()
    found = [described(claim, module) for claim, module in claims.values()]
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _parameter(allowed: Any) -> dict[str, Any]:
    from theory.domain import decimal
    from theory.notation import meaning

    return {
        "name": allowed.symbol.name,
        "low": _bound(getattr(allowed, "low", None)),
        "high": _bound(getattr(allowed, "high", None)),
        "default": decimal(allowed.default),
        "meaning": meaning(allowed.symbol),
        "allowed": str(allowed),
    }


def _bound(value: Any) -> str | None:
    """None for a table."""
    from sympy import oo

    from theory.domain import decimal

    if value is None:
        return None
    return "inf" if value == oo else "-inf" if value == -oo else decimal(value)


def of_claims(claims: Mapping[str, Claim]) -> dict[str, dict[str, Any]]:
    """`shown` of each claim, by id."""
    return {id: shown(claim) for id, claim in claims.items()}


if __name__ == "__main__":
    import sys
    from importlib import import_module

    from crosscheck.report.files import write

    module = sys.argv[1] if len(sys.argv) > 1 else None
    write(Path(import_module(module).__file__ or "").parent / FILE.name if module else FILE, generated(module))
