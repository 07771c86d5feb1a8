"""The command line as a whole: usage, errors in one line, exit statuses, a reader who leaves, and speed."""

import json
import os
import subprocess
import sys

import pytest

from crosscheck import cli

WEIGHT, DENSITY = "curie_weiss.weight_plus", "curie_weiss.density_of_magnetisation"


def complaint(result: tuple[int, str, str]) -> str:
    """The one line on stderr of a refused input."""
    status, out, err = result
    assert status == 2
    assert out == ""
    assert err.startswith("crosscheck: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run", "curie_weiss.weigth_plus"], "did you mean curie_weiss.weight_plus?"),
        (["eval", "weight_plus", "--at", "beta=2"], "did you mean curie_weiss.weight_plus?"),
        (["eval", WEIGHT, "--at", "beta=1.37", "h=0.61", "q=1"], "unknown parameter q; it takes"),
        (["run", WEIGHT, "--at", "bta=1.37"], "did you mean beta?"),
        (["eval", WEIGHT, "--at", "h=0.61", "beta=0"], "beta = 0 is outside beta > 1 (inverse temperature)"),
        (["eval", WEIGHT, "--at", "h=0.61", "beta=-2"], "beta = -2 is outside beta > 1"),
        (["eval", WEIGHT, "--at", "h=0.61", "beta=1"], "beta = 1 is outside beta > 1"),
        (["run", "curie_weiss.late_minimum", "--at", "T=-0.3"], "T = -0.3 is outside T > 0 (noise temperature"),
        (["run", "curie_weiss.late_minimum", "--at", "T=0"], "T = 0 is outside T > 0"),
        (["eval", DENSITY, "--at", "N=0", "beta=2", "h=0", "m=0"], "N = 0 is outside"),
        (["eval", DENSITY, "--at", "N=2.5", "beta=2", "h=0", "m=0"], "N = 2.5 is outside"),
        (["eval", WEIGHT, "--at", "beta=abc", "h=0"], "beta = abc is not a number"),
        (["eval", WEIGHT, "--at", "beta=nan", "h=0"], "beta = nan is not finite"),
        (["eval", WEIGHT, "--at", "beta=inf", "h=0"], "beta = inf is not finite"),
        (["eval", WEIGHT, "--at", "beta=1e999999", "h=0"], "exponent"),
        (["eval", WEIGHT, "--at", "beta=1.37"], "missing h; defaults: h=0.61"),
        (["eval", WEIGHT], "missing beta, h; defaults: beta=1.37 h=0.61"),
        (["eval", WEIGHT, "--at", "beta"], "write name=value"),
        (["eval", WEIGHT, "--at", "=3"], "write name=value"),
        (["eval", WEIGHT, "--at", "beta=2", "beta=3"], "beta is given twice"),
        (["eval", WEIGHT, "--at", "beta=2", "h=0", "--digits", "0"], "--digits 0 is outside"),
        (["eval", WEIGHT, "--at", "beta=2", "h=0", "--digits", "x"], "x is not a whole number"),
        (["simulate", WEIGHT, "--size", "N=0", "--replicas", "10"], "N = 0 is outside"),
        (["simulate", WEIGHT, "--size", "N=-5", "--replicas", "10"], "N = -5 is outside"),
        (["simulate", WEIGHT, "--size", "N=2.5", "--replicas", "10"], "no whole number"),
        (["simulate", WEIGHT, "--size", "N=nan", "--replicas", "10"], "N = nan is outside"),
        (["simulate", WEIGHT, "--size", "N=ten", "--replicas", "10"], "ten is not a number"),
        (["simulate", WEIGHT, "--size", "d=10", "--replicas", "10"], "the size variable of"),
        (["simulate", WEIGHT, "--replicas", "10"], "give --size N="),
        (["simulate", WEIGHT, "--size", "N=101", "--replicas", "-3"], "replicas = -3 is outside replicas >= 1"),
        (["simulate", WEIGHT, "--size", "N=101", "--replicas", "0"], "replicas = 0 is outside"),
        (["simulate", WEIGHT, "--size", "N=101"], "--replicas"),
        (["simulate", WEIGHT, "--size", "N=101", "--replicas", "9", "--route", "scenic"], "unknown route scenic"),
        (["simulate", WEIGHT, "--size", "N=101", "--replicas", "9", "--workers", "0"], "--workers 0"),
        (["run", WEIGHT, "--workers", "-1"], "--workers -1: at least 1"),
        (["run", WEIGHT, "--out", "/proc/nowhere"], "cannot write /proc/nowhere"),
        (["run", WEIGHT, WEIGHT], "given more than once"),
        (["run", "nowhere.py"], "nowhere.py: no such Python file"),
        (["run", WEIGHT, "--tier", "eternal"], "invalid choice"),
        (["run", WEIGHT, "--dask", "nonsense:port"], "write tcp://HOST:PORT"),
        (["run", WEIGHT, "--nonsense"], "unrecognized arguments: --nonsense"),
        (["list", "extra"], "unrecognized arguments: extra"),
        (["list", "--system", "ising"], "unknown system ising; there are autoencoder, collapse, curie_weiss"),
        (["nonsense"], "invalid choice"),
        (["run", "--tier", "quick", "nowhere.thing"], "unknown claim nowhere.thing"),
        ([], "COMMAND"),
        (["report", "nowhere"], "does not exist"),
        (["docs", "/proc/nowhere", WEIGHT], "cannot write /proc/nowhere"),
        (["new", "not-a-name"], "give a name of letters"),
        (["calibrate", "--trials", "5"], "at least 100"),
        (["try", WEIGHT, "--formula", "__import__('os')"], "unknown function __import__"),
        (["try", WEIGHT, "--formula", "().__class__"], "only names, numbers"),
        (["try", WEIGHT, "--formula", "9**9**9**9"], "a power beyond"),
        (["try", WEIGHT, "--formula", "-q"], "unknown name q; known: beta, h, m"),
        (["try", WEIGHT, "--formula", r"\frac{1}{"], "LaTeX expects"),
        (["try", WEIGHT, "--formula", "log(-beta)"], "not a finite real number at beta = 1.37"),
        (["try", WEIGHT], "--formula"),
    ],
)  # fmt: skip
def test_wrong_input_gets_one_line_and_status_2(crosscheck, arguments, expected):
    assert expected in complaint(crosscheck(*arguments))


def test_a_claim_file_with_a_syntax_error_is_refused_with_its_line(crosscheck, claim_file):
    path = claim_file(text="from crosscheck import Claim\nclaim = Claim(\n")
    assert "claim_toy.py:2: syntax error" in complaint(crosscheck("run", path))


def test_a_claim_whose_names_do_not_match_shows_both_lists(crosscheck, claim_file):
    path = claim_file(text=claim_file().read_text().replace("N: int, t: float,", "N: int, time: float,"))
    error = complaint(crosscheck("run", path))
    assert "names do not match, the claim lacks time" in error
    assert "claim: N, T, t; forward: N, T, time" in error


def test_a_simulator_that_returns_nan_is_named_with_its_parameters(crosscheck, claim_file):
    path = claim_file(spoil="values[[5, 8, 900]] = float('nan')")
    error = complaint(crosscheck("simulate", path, "--size", "N=2", "--replicas", "1000"))
    assert "3 of 1000 replicas are not finite, the first is replica 5" in error
    assert "draws" in error
    assert "t=0.4" in error.replace(" = ", "=")


def test_more_replicas_than_memory_are_drawn_in_blocks(crosscheck, claim_file):
    status, out, _ = crosscheck(
        "simulate", claim_file(), "--size", "N=2", "--replicas", "20000000", "--at", "t=0.5", "--json"
    )
    assert status == 0
    found = json.loads(out)
    assert found["samples"] == 20_000_000
    assert found["mean"] == pytest.approx(0.415, abs=6 * found["standard_error"])


def test_help_and_version_are_no_errors(crosscheck):
    status, out, _ = crosscheck("--help")
    assert status == 0
    assert "demo" in out
    assert crosscheck("run", "--help")[0] == 0


def test_the_version_is_printed(monkeypatch):
    done = subprocess.run(command("--version"), capture_output=True, text=True, check=True)
    assert done.stdout.startswith("diffusion-crosscheck 0.")


def test_an_interrupt_is_no_traceback(crosscheck, monkeypatch):
    def interrupted(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_parsed", interrupted)
    assert crosscheck("list") == (130, "", "crosscheck: interrupted\n")


def test_a_fault_of_the_program_is_not_taken_for_wrong_input(crosscheck, monkeypatch):
    def broken(arguments):
        raise ValueError("a bug")

    monkeypatch.setattr(cli, "_parsed", broken)
    with pytest.raises(ValueError, match="a bug"):
        crosscheck("list")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "crosscheck.cli", *arguments]


def test_a_reader_who_leaves_causes_no_complaint():
    process = subprocess.Popen(command("list", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    _, error = process.communicate(timeout=60)
    assert error == b""
    assert process.returncode == 0


def test_a_closed_stdout_causes_no_complaint():
    closed = subprocess.run(
        f"{' '.join(command('list'))} >&-", shell=True, capture_output=True, text=True, check=False, timeout=60
    )
    assert (closed.returncode, closed.stderr) == (0, "")


def test_a_terminal_without_unicode_still_gets_the_text():
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command("list"), capture_output=True, check=True, env=environment)
    assert b"curie_weiss.weight_plus" in done.stdout


@pytest.mark.parametrize("arguments", [["list"], ["--help"], ["fuzz", "--help"], ["figure"]])
def test_what_needs_no_computation_loads_no_library_for_it(arguments):
    """How quick it then is, the benchmark `start_up` measures."""
    environment = os.environ | {"PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run(command(*arguments), capture_output=True, text=True, check=True, env=environment)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "crosscheck" in loaded
    assert not loaded & {"torch", "sympy", "mpmath", "scipy", "numpy", "hypothesis", "matplotlib", "jinja2"}
