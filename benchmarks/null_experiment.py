"""A whole-run experiment: does a run keep its promise of false alarms when its formulas are right?

    python -m benchmarks.null_experiment [--runs 200] [--budget 0.1] [--workers 2] [--store FILE] --json FILE

The quick tier of Curie-Weiss is repeated with different seeds and the false-alarm budget raised, so that false
DISAGREES become frequent enough to be counted.  The promise is at most `budget` of them per run; first-stage
rejections, of which the confirmation must clear away nearly all, have a promise of their own.  With --store the
experiment can be interrupted and goes on from the finished blocks.
"""

import argparse
import json
import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path

SYSTEM = "curie_weiss"
CONFIDENCE = 0.95
FIRST_SEED = 1_000_000
"""Seeds that no test, example or default uses."""


@dataclass(frozen=True)
class Repetition:
    """What one run said.  legs: those that rest on noise; suspected: of these, rejected by the first stage."""

    seed: int
    tests: int
    legs: int
    suspected: tuple[str, ...]
    disagrees: tuple[str, ...]
    inconclusive: tuple[str, ...]
    seconds: float


def repetition(seed: int, *, budget: float, store: str | None) -> Repetition:
    """One run of the quick tier, in this process."""
    from crosscheck.budget import Budget
    from crosscheck.engine import run
    from crosscheck.registry import discovered
    from crosscheck.store import Store

    started = time.process_time()
    claims = [claim for claim, _ in discovered().values() if claim.theory.system == SYSTEM]
    kept = Store(Path(store)) if store else None
    try:
        found = run(claims, seed=seed, budget=Budget(false_alarm=budget), store=kept)
    finally:
        if kept is not None:
            kept.close()
    noisy = [leg for legs in found.legs for leg in legs if leg.route.noisy]
    outcomes = {word: tuple(f"{v.id} {_at(v.parameters)}" for v in found.verdicts if v.outcome.value == word)
                for word in ("DISAGREES", "INCONCLUSIVE")}  # fmt: skip
    return Repetition(
        seed=seed,
        tests=found.tests,
        legs=len(noisy),
        suspected=tuple(f"{leg.claim.id} {leg.at} {leg.route.name}" for leg in noisy if leg.stage == "confirmation"),
        disagrees=outcomes["DISAGREES"],
        inconclusive=outcomes["INCONCLUSIVE"],
        seconds=time.process_time() - started,
    )


def summary(done: Sequence[Repetition], *, budget: float) -> dict[str, object]:
    """Counts with Clopper-Pearson intervals, beside what was promised."""
    from math import sqrt

    from scipy.stats import binomtest

    def share(count: int, trials: int) -> dict[str, object]:
        interval = binomtest(count, trials).proportion_ci(CONFIDENCE, "exact")
        return {"count": count, "of": trials, "rate": count / trials, "interval": [interval.low, interval.high]}

    tests, legs = done[0].tests, done[0].legs
    stage = sqrt(budget / tests)
    alarmed = sum(bool(one.disagrees) for one in done)
    return {
        "confidence": CONFIDENCE,
        "runs": len(done),
        "tests_per_run": tests,
        "noisy_tests_per_run": legs,
        "runs_with_a_false_disagrees": share(alarmed, len(done)) | {"promised_at_most": budget},
        "false_disagrees": sum(len(one.disagrees) for one in done),
        "expected_at_most": budget * legs / tests * len(done),
        "first_stage_rejections": share(sum(len(one.suspected) for one in done), legs * len(done))
        | {"promised_at_most": stage},
        "inconclusive": sum(len(one.inconclusive) for one in done),
        "promise_kept": bool(binomtest(alarmed, len(done), budget, "greater").pvalue > 1 - CONFIDENCE),
        "core_seconds": sum(one.seconds for one in done),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.null_experiment", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--budget", type=float, default=0.1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--store", metavar="FILE")
    parser.add_argument("--json", type=Path, required=True, metavar="FILE")
    given = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"  # before torch is loaded by the workers
    one = partial(repetition, budget=given.budget, store=given.store)
    done: list[Repetition] = []
    started = time.perf_counter()
    with ProcessPoolExecutor(given.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for future in as_completed([pool.submit(one, FIRST_SEED + number) for number in range(given.runs)]):
            done.append(future.result())
            print(f"{len(done)} of {given.runs} runs, {time.perf_counter() - started:.0f} s", flush=True)
    done.sort(key=lambda one: one.seed)
    kept(done, given.json, budget=given.budget, seconds=time.perf_counter() - started)


def kept(done: Sequence[Repetition], file: Path, *, budget: float, seconds: float) -> None:
    """Write the summary and every repetition."""
    from benchmarks.__main__ import device, versions

    document = {
        "date": date.today().isoformat(),
        "device": device(),
        "versions": versions(),
        "system": SYSTEM,
        "tier": "quick",
        "budget": budget,
        "seconds": round(seconds, 1),
        "summary": summary(done, budget=budget),
        "repetitions": [asdict(one) for one in done],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    print(json.dumps(document["summary"], indent=1))


def _at(parameters: dict[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in parameters.items())


if __name__ == "__main__":
    main()
