"""Writing the documentation of all systems into a directory, with the run that it shows beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crosscheck.docs.appendix import appendix, names
from crosscheck.docs.html import as_html
from crosscheck.docs.markdown import as_markdown
from crosscheck.docs.page import Page, page
from crosscheck.report.files import check_writable, may_replace, refuse_foreign, write
from crosscheck.report.json import dumps

if TYPE_CHECKING:
    from crosscheck.claim import Claim

Format = Literal["html", "latex", "markdown"]
SUFFIX: Mapping[str, str] = {"html": ".html", "latex": ".tex", "markdown": ".md"}


def check_places(claims: Sequence[Claim], directory: Path, *, form: Format, force: bool) -> None:
    """Fails before the derivations are verified if a page could not be written, or is somebody else's.

    A directory with files that the program did not write is used only with `force`, and those files are left alone.
    """
    refuse_foreign(directory, force=force)
    for system in dict.fromkeys(claim.theory.system for claim in claims):
        for name in names(system) if form == "latex" else (f"{system}{SUFFIX[form]}",):
            may_replace(directory / name, force=force)
    check_writable(directory)


def write_pages(claims: Sequence[Claim], directory: Path, *, form: Format, run: Mapping[str, Any] | None) -> list[Path]:
    """One page per system, what it needs, and run.json with the verdicts that it shows.  Returns the pages."""
    pages = [page(claim, run) for claim in claims]
    systems = dict.fromkeys(found.system for found in pages)
    written = []
    for system in systems:
        path = directory / f"{system}{SUFFIX[form]}"
        for name, content in laid_out(system, [p for p in pages if p.system == system], form=form, run=run).items():
            write(directory / name, content)
        written.append(path)
    if run is not None:
        shown = _shown(run, {claim.id for claim in claims})
        write(directory / "run.json", dumps(shown))
    return written


def laid_out(
    system: str, pages: Sequence[Page], *, form: Format, run: Mapping[str, Any] | None
) -> dict[str, str | bytes]:
    """The files of one system by their paths: the page, and of LaTeX what the page needs."""
    if form == "latex":
        return appendix(system, pages, run)
    if form == "markdown":
        return {f"{system}{SUFFIX[form]}": as_markdown(system, pages)}
    return {f"{system}{SUFFIX[form]}": as_html(system, pages, _figures(pages, run or {}))}


def _figures(pages: Sequence[Page], run: Mapping[str, Any]) -> dict[str, str]:
    from crosscheck.report.figure import svg

    claims = run.get("claims", {})
    return {p.id: svg(p.verdicts[0], claims.get(p.id)) for p in pages if p.verdicts and p.verdicts[0]["points"]}


def _shown(run: Mapping[str, Any], ids: set[str]) -> dict[str, Any]:
    """The run without other claims and without what depends on the machine; its points draw the figures again."""
    verdicts = [{**v, "seconds": 0.0} for v in run["verdicts"] if v["id"] in ids]
    claims = {id: claim for id, claim in run["claims"].items() if id in ids}
    return {**run, "seconds": 0.0, "verdicts": verdicts, "claims": claims}
