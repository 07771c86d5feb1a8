"""Material for the tests of reports and commands: a run as it is saved, and a claim file that is checked in no time."""

import random
from pathlib import Path
from typing import Any

import pytest

from crosscheck import cli
from crosscheck.report.json import run_document
from crosscheck.verdict import Finding, LegVerdict, Measurement, Outcome, SelfTest, Verdict

CLAIM_FILE = '''
"""A claim that costs nothing: N draws around T t average to T t."""

import torch
from crosscheck import Claim, Kind
from numerics.simulator import simulator
from theory.closed_form import ClosedForm
from theory.domain import Domain, positive
from theory.formula import Explicit
from theory.notation import N, T, t

THEORY = ClosedForm(
    name="toy.product",
    statement="product of T and t",
    source="BM23 (0)",
    formula=Explicit(FORMULA),
    parameters=(t, T),
    domain=Domain((
        positive(t, default="0.4", explored=("0.1", "2")),
        positive(T, default="0.83", explored=("0.3", "2")),
    )),
)


@simulator(size="N", route="forward")
def draws(*, N: int, t: float, T: float, replicas: int, generator: torch.Generator) -> torch.Tensor:
    values = T * t * (1 + 0.05 * torch.randn(replicas, dtype=torch.float64, generator=generator))
    NAN
    return values


product = Claim(theory=THEORY, numeric=draws, kind=Kind.EXACT, correction="exact", ladder=(2, 4))
'''


@pytest.fixture
def claim_file(tmp_path: Path):
    """Writes the claim file, with another formula or with values that are not finite, and returns its path."""

    def write(name: str = "claim_toy.py", *, formula: str = "T * t", spoil: str = "", text: str | None = None) -> Path:
        path = tmp_path / name
        source = CLAIM_FILE.replace("FORMULA", formula).replace("    NAN\n", f"    {spoil}\n" if spoil else "")
        path.write_text(text if text is not None else source, encoding="utf-8")
        return path

    return write


@pytest.fixture
def crosscheck(tmp_path: Path, monkeypatch, capsys):
    """Runs a command in an empty directory: (status, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        status = cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture
def run() -> dict[str, Any]:
    """A saved run of three claims: one AGREES on three legs, one DISAGREES, one is INCONCLUSIVE."""
    verdicts = (_agreeing(), _disagreeing(), _inconclusive())
    claims = {
        verdict.id: {
            "statement": "fraction <of> trajectories",
            "source": "BM23 (28)",
            "kind": "asymptotic",
            "size": "amplitude" if verdict.id.endswith("minimum") else "N",
            "resolution": 0.01,
            "correction": r"\frac{1}{N \left(1 - \beta\right)^{2}}",
            "latex": [r"R = \frac{\operatorname{erfc}{\left(x \right)}}{2}", r"m - \tanh{\left(\beta m \right)} = 0"],
        }
        for verdict in verdicts
    }
    return run_document(verdicts, claims=claims, tier="quick", seed=7, seconds=12.3, false_alarm=1e-4, miss=1e-2)


def _finding(outcome: Outcome, gap: float, error: float, detectable: float = 0.0045) -> Finding:
    return Finding(outcome, gap, error, detectable, f"gap {gap:g}", 4_000_000 if detectable > 0.01 else None)


def _verdict(id: str, legs: tuple[LegVerdict, ...], outcome: Outcome, reason: str) -> Verdict:
    first = legs[0]
    command = f"crosscheck run {id} --at beta=1.37 --tier quick --seed 7"
    tests = (SelfTest("canary", Outcome.DISAGREES, True), SelfTest("as printed", Outcome.INCONCLUSIVE, False))
    return Verdict(id, {"beta": "1.37"}, outcome, first.limit, first.rate, legs, tests, 7, 3.2, command, reason)


def _agreeing() -> Verdict:
    dice = random.Random(1)

    def points(noise: float, sizes: list[int]) -> tuple[Measurement, ...]:
        return tuple(
            Measurement(
                size=size, correction=1 / size, theory=0.6, scale=0.6, next_order=0.24 / size,
                mean=0.6 * (1 + 0.4 / size + noise * dice.gauss(0, 1)), standard_error=0.6 * noise, samples=1000,
                values="real" if noise else "exact",
            )
            for size in sizes
        )  # fmt: skip

    agrees = Outcome.AGREES
    rate = _finding(agrees, 0, 0)
    legs = (
        LegVerdict("deterministic", "law", agrees, _finding(agrees, 1e-9, 0.0), rate, points(0, [256, 1024, 4096])),
        LegVerdict("precision", "reduced", agrees, _finding(agrees, 2e-4, 4e-4), rate, points(4e-4, [256, 1024])),
        LegVerdict("independent", "backward", agrees, _finding(agrees, 1e-3, 3e-3), rate, points(3e-3, [64, 256])),
    )
    return _verdict("curie_weiss.positive_fraction", legs, agrees, "nothing was seen & a gap of 0.45 % would have been")


def _disagreeing() -> Verdict:
    points = tuple(
        Measurement(size=a, correction=a * a, theory=0.72, scale=0.72, mean=0.5 * (1 + a * a), standard_error=0,
                    samples=1, values="exact", rounding=1e-15)
        for a in (0.4, 0.2, 0.1, 0.05, 0.02)
    )  # fmt: skip
    found = _finding(Outcome.DISAGREES, -0.3, 1e-9)
    legs = (LegVerdict("deterministic", "law", Outcome.DISAGREES, found, found, points),)
    return _verdict("curie_weiss.late_minimum", legs, Outcome.DISAGREES, "limit gap -0.3 <refuted>")


def _inconclusive() -> Verdict:
    points = (Measurement(size=12, correction=0, theory=0.5, scale=0.5, mean=0.501, standard_error=0.002, samples=9),)
    found = _finding(Outcome.INCONCLUSIVE, 0.002, 0.004, 0.021)
    legs = (LegVerdict("precision", "posterior", Outcome.INCONCLUSIVE, found, found, points),)
    return _verdict("curie_weiss.posterior_mean", legs, Outcome.INCONCLUSIVE, "only 2.1 % could be seen")
