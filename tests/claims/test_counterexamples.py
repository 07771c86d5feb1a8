"""The counterexamples that were found to the package's own claims: all are mended, or lie outside the domain now.

pytest runs each row of tests/counterexamples.toml again by itself (`crosscheck.pytest_plugin`); here the file is read.
"""

from pathlib import Path

from crosscheck.counterexamples import HEADER, read
from crosscheck.pytest_plugin import CounterexampleFile, pytest_collect_file
from crosscheck.registry import identifiers

FILE = Path(__file__).parent.parent / "counterexamples.toml"


def test_the_file_says_what_it_is():
    assert FILE.read_text(encoding="utf-8").startswith(HEADER)


def test_every_row_speaks_of_a_claim_of_the_package():
    assert {row.claim for row in read(FILE)} <= set(identifiers())
    assert not any(row.file for row in read(FILE))


def test_every_row_is_run_again_by_pytest(request):
    collector = pytest_collect_file(FILE, request.session)
    assert isinstance(collector, CounterexampleFile)
    assert len(list(collector.collect())) == len(read(FILE))
