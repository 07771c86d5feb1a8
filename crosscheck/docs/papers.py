"""The papers by their short names, as text and as BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from crosscheck.report.safe_latex import escaped


@dataclass(frozen=True)
class Paper:
    """One source of formulas; `where` is what leads a reader to it, an arXiv number where there is one."""

    authors: tuple[str, ...]
    title: str
    year: int
    where: str = ""

    def __str__(self) -> str:
        return f"{', '.join(self.authors)}, {self.title} ({self.year})"


SOURCES: Mapping[str, Paper] = MappingProxyType({
    "BM23": Paper(
        ("G. Biroli", "M. Mézard"), "Generative diffusion in very large dimensions", 2023, "arXiv:2306.03518"
    ),
    "BBDM24": Paper(
        ("G. Biroli", "T. Bonnaire", "V. de Bortoli", "M. Mézard"), "Dynamical regimes of diffusion models", 2024,
        "arXiv:2402.18491",
    ),
    "H24": Paper(
        ("I. Halder",), "From memorization to generalization: a theoretical framework for diffusion-based "
        "generative models", 2024, "arXiv:2411.17807",
    ),
    "CPL25": Paper(
        ("H. Cui", "C. Pehlevan", "Y. M. Lu"), "A solvable model of learning generative diffusion", 2025,
        "arXiv:2501.03937",
    ),
    "MG25": Paper(("C. Merger", "S. Goldt"), "slides on linear diffusion models", 2025),
})  # fmt: skip
PAPERS: Mapping[str, str] = MappingProxyType({name: str(paper) for name, paper in SOURCES.items()})


def cited(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The full references of the papers that the texts name."""
    return tuple(f"{name}: {PAPERS[name]}" for name in keys(texts))


def keys(texts: Iterable[str]) -> tuple[str, ...]:
    """The short names of the papers that the texts name."""
    texts = tuple(texts)
    return tuple(name for name in SOURCES if any(name in text for text in texts))


def bibtex(names: Iterable[str]) -> str:
    """The entries of a .bib file, one per paper."""
    return "\n\n".join(_entry(name, SOURCES[name]) for name in names)


def bibliography(names: Iterable[str]) -> str:
    r"""The same as a thebibliography, for a document that is typeset without a run of BibTeX."""
    items = (_item(name, SOURCES[name]) for name in names)
    return "\\begin{thebibliography}{BBDM24}\n" + "\n".join(items) + "\n\\end{thebibliography}"


def citation(text: str) -> str:
    r"""Escaped text in which "BM23 (28)" has become \cite[{(28)}]{BM23}."""
    found = re.match(rf"({'|'.join(SOURCES)})\b[ ,]*(.*)", text, re.DOTALL)
    if found is None:
        return escaped(text)
    place = f"[{{{escaped(found[2])}}}]" if found[2] else ""
    return rf"\cite{place}{{{found[1]}}}"


def _entry(name: str, paper: Paper) -> str:
    fields = {
        "author": " and ".join(_family_first(author) for author in paper.authors),
        "title": f"{{{escaped(paper.title)}}}",  # in braces of its own: styles leave its capitals alone
        "year": str(paper.year),
    }
    if paper.where:
        number = paper.where.removeprefix("arXiv:")
        fields |= {"eprint": number, "archiveprefix": "arXiv", "howpublished": paper.where}
    body = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
    return f"@misc{{{name},\n{body}\n}}"


def _family_first(author: str) -> str:
    """ "Lu, Y. M." of "Y. M. Lu"; accents in braces, as BibTeX wants them."""
    initials = " ".join(word for word in author.split() if word.endswith("."))
    family = author.removeprefix(initials).strip()
    return re.sub(r"(\\['`^\"]\w)", r"{\1}", f"{escaped(family)}, {initials}")


def _item(name: str, paper: Paper) -> str:
    where = f", {paper.where}" if paper.where else ""
    return rf"\bibitem[{name}]{{{name}}} {escaped(str(paper))}{where}."
