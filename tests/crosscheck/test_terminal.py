"""Printing: results whole, progress on terminals only, no complaint about a reader who left."""

import io
import json
import os
import pty
import select

import pytest

from crosscheck.terminal import Terminal, complain, harmless


def test_quiet_leaves_only_documents(capsys):
    terminal = Terminal(quiet=True)
    terminal.write("for a person")
    terminal.document("{}")
    terminal.progress("1 of 2")
    assert capsys.readouterr() == ("{}\n", "")


def test_progress_needs_a_terminal(capsys):
    Terminal().progress("1 of 2")
    assert capsys.readouterr() == ("", "")


def test_progress_replaces_itself_and_vanishes_before_the_result(monkeypatch, capsys):
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as screen, os.fdopen(ours, "rb", buffering=0) as shown:
        monkeypatch.setattr("sys.stderr", screen)
        terminal = Terminal()
        terminal.progress("1 of 2")
        terminal.progress("2 of 2 " + "x" * 500)
        terminal.write("done")
        text = ""
        while text.count("\r\x1b[K") < 3:  # a terminal passes on what it was given when it likes
            assert select.select([shown], [], [], 10)[0], text
            text += shown.read(4096).decode()
    assert text.startswith("\r\x1b[K1 of 2\r\x1b[K2 of 2 x")
    assert text.endswith("\r\x1b[K")
    assert text.count("x") < 500
    assert capsys.readouterr().out == "done\n"


def test_complaints_are_one_line(capsys):
    complain("two\nlines")
    assert capsys.readouterr().err == "crosscheck: two lines\n"


HOSTILE = "a\x1b[2J\x1b]0;title\x07b\x9b31m\r\x08\u202eevil\u2066\ud800\x7f\n\tß → 10⁵"


def test_text_cannot_command_the_terminal(capsys):
    Terminal().write(HOSTILE)
    Terminal().document(HOSTILE)
    complain(HOSTILE)
    shown = capsys.readouterr()
    for text in shown:
        assert not set(text) & set("\x1b\x07\x9b\r\x08\u202e\u2066\ud800\x7f")
        assert r"a\u001b[2J" in text
        assert "ß → 10⁵" in text
    assert "\n\tß" in shown.out


def test_a_json_document_keeps_its_meaning(capsys):
    Terminal().document(json.dumps({HOSTILE: [HOSTILE]}, ensure_ascii=False, indent=1))
    assert json.loads(capsys.readouterr().out) == {HOSTILE: [HOSTILE]}
    assert harmless("a plain line") == "a plain line"


@pytest.mark.parametrize("stream", [None, io.StringIO()])
def test_a_closed_stream_swallows_everything(monkeypatch, stream):
    if stream is not None:
        stream.close()
    monkeypatch.setattr("sys.stdout", stream)
    Terminal().write("nobody listens")
