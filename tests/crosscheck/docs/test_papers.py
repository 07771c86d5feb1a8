"""The sources as text, as BibTeX and as citations."""

import re

from crosscheck.docs.papers import PAPERS, SOURCES, bibliography, bibtex, citation, cited


def test_the_text_of_a_reference_is_authors_title_and_year():
    assert cited(("BM23 (28)", "as in CPL25")) == (
        "BM23: G. Biroli, M. Mézard, Generative diffusion in very large dimensions (2023)",
        "CPL25: H. Cui, C. Pehlevan, Y. M. Lu, A solvable model of learning generative diffusion (2025)",
    )


def test_every_paper_has_an_entry_that_bibtex_can_read():
    text = bibtex(SOURCES)
    assert re.findall(r"^@misc\{(\w+),$", text, re.MULTILINE) == list(PAPERS)
    assert r"author = {Biroli, G. and M{\'e}zard, M.}" in text
    assert "de Bortoli, V." in text
    assert "Lu, Y. M." in text
    assert "eprint = {2306.03518}" in text
    assert text.count("{") == text.count("}")
    assert text.isascii()


def test_the_bibliography_has_the_same_keys():
    assert re.findall(r"\\bibitem\[\w+\]\{(\w+)\}", bibliography(SOURCES)) == list(PAPERS)


def test_a_place_in_a_paper_is_cited_and_anything_else_is_text():
    assert citation("BM23 (28)-(29)") == r"\cite[{(28)-(29)}]{BM23}"
    assert citation("BM23, text after (15)") == r"\cite[{text after (15)}]{BM23}"
    assert citation("H24") == r"\cite{H24}"
    assert citation("Bartlett_(1933)") == r"Bartlett\_(1933)"
