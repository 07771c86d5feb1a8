"""Reading name=value, and how many workers."""

import argparse

import pytest

from crosscheck.commands import options
from crosscheck.usage import UsageError


def test_pairs_are_read_and_the_rest_refused():
    assert options.assignments(["a=1", "b=2=3"]) == {"a": "1", "b": "2=3"}
    assert options.assignments(None) == {}
    for wrong in ("a", "=1", "a="):
        with pytest.raises(UsageError, match="write name=value"):
            options.assignments([wrong])


def test_a_few_claims_start_no_processes():
    assert options.workers(None, claims=1) == 1
    assert options.workers(None, claims=19) >= 1
    assert options.workers(7, claims=1) == 7


def test_whole_numbers():
    assert options.whole("-3") == -3
    with pytest.raises(argparse.ArgumentTypeError):
        options.whole("1.5")
