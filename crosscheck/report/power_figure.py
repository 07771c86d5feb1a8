"""The figure of the power of all checks: what became of the mutants of every claim, and which kind of leg sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crosscheck.report.drawing import drawn

_LEGS = {"deterministic": ("o", "#1b6ca8"), "precision": ("s", "#b5531b"), "independent": ("^", "#3f3f3f")}
_FATES = (
    ("killed", "#4a4a4a", ""),
    ("no value", "#b9b9b9", ""),
    ("live", "#d1495b", "xxxx"),
    ("equivalent", "#ffffff", "////"),
)
_APART = 0.24  # of a line, between the markers of two legs


def power_svg(document: Mapping[str, Any]) -> str:
    """One line per claim of a document of `crosscheck power --json`.

    Left: how many mutants were killed by data, have no value, live, or are equivalent.  Right: the share of those with
    a value that each kind of leg rejects by itself, and as an upright line the score.
    """
    claims = [claim for claim in document["claims"] if claim["mutants"]]
    live = sum(len(claim["live"]) for claim in claims)
    size = (9.0, 1.3 + 0.24 * len(claims))

    def draw(figure: Any) -> None:
        fates, shares = figure.subplots(1, 2, sharey=True, width_ratios=(1, 1))
        _fates(fates, claims)
        _shares(shares, claims)
        fates.set_yticks(range(len(claims)), [claim["id"] for claim in claims], fontsize=8)
        fates.set_ylim(len(claims) - 0.4, -0.6)

    description = (
        f"{document['killed']} of {document['killed'] + live} mutants of {len(claims)} formulas are killed, "
        f"{len(document['equivalent'])} are equivalent; {document['tier']} tier, {document['date']}."
    )
    return drawn(draw, name="power", title="Power of the checks", description=description, size=size)


def counts(claim: Mapping[str, Any]) -> dict[str, int]:
    """The fate of the mutants of one claim; killed are those that data were needed for."""
    nothing = len(claim["no_value"])
    return {
        "killed": claim["killed"] - nothing,
        "no value": nothing,
        "live": len(claim["live"]),
        "equivalent": len(claim["equivalent"]),
    }


def _fates(axis: Any, claims: Sequence[Mapping[str, Any]]) -> None:
    for line, claim in enumerate(claims):
        start = 0
        for (fate, colour, hatch), count in zip(_FATES, counts(claim).values(), strict=True):
            label = {"label": fate} if line == 0 else {}
            axis.barh(line, count, 0.68, start, color=colour, hatch=hatch, edgecolor="#4a4a4a", linewidth=0.5, **label)
            start += count
    axis.set_xlabel("mutants")
    axis.legend(frameon=False, fontsize=8, loc="upper right")


def _shares(axis: Any, claims: Sequence[Mapping[str, Any]]) -> None:
    axis.grid(axis="y", color="#e6e6e6", linewidth=0.6)
    axis.set_axisbelow(True)
    drawn_shares = [1.0]
    for line, claim in enumerate(claims):
        fates = counts(claim)
        with_value = fates["killed"] + fates["live"]
        if claim["score"] is not None:
            axis.plot([claim["score"]] * 2, [line - 0.4, line + 0.4], color="black", linewidth=1.4)
        for number, (kind, (marker, colour)) in enumerate(_LEGS.items()):
            if with_value and kind in claim["killed_by"]:
                share, place = claim["killed_by"][kind] / with_value, line + _APART * (number - 1)
                drawn_shares.append(share)
                axis.plot([share], [place], marker=marker, color=colour, markersize=4, linestyle="none")
    for kind, (marker, colour) in _LEGS.items():
        axis.plot([], [], marker=marker, color=colour, markersize=4, linestyle="none", label=f"{kind} legs alone")
    axis.plot([], [], color="black", linewidth=1.4, label="score, all legs")
    drawn_shares += [claim["score"] for claim in claims if claim["score"] is not None]
    axis.set_xlim(min(0.9, *drawn_shares) - 0.01, 1.006)
    axis.set_xlabel("share of mutants rejected\n(the axis does not start at 0)")
    axis.legend(frameon=False, fontsize=8, loc="lower left")
