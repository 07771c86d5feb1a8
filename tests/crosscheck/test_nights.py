"""Nights in a store: each counts once, nothing is drawn twice, and a small gap shows in time."""

import json
import multiprocessing
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sympy import Rational

from crosscheck import nights as of_nights
from crosscheck.claim import Claim, Route
from crosscheck.engine import run
from crosscheck.nights import fresh_seed, level, nightly, nights, simulation
from crosscheck.store import Store, StoreError
from crosscheck.usage import UsageError
from crosscheck.verdict import Outcome
from tests.crosscheck.toy import asymptotic, claim, coin, drifting, enumerated
from tests.crosscheck.toy import level as toy_level
from theory.notation import x

RIGHT, WRONG, OPEN = Outcome.AGREES, Outcome.DISAGREES, Outcome.INCONCLUSIVE
FEW = 2**14
GAP = Rational(10055, 10000)
NOISY = {"T": "1.5"}
"""At size 1 a night of FEW replicas then knows the level, which is 1.5, to 0.64 %."""


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture(autouse=True)
def _few_replicas(monkeypatch):
    """Cheap nights: the main route may spend FEW replicas only."""
    routes = property(lambda self: (Route(source=self.numeric, replicas=FEW), *self.routes))
    monkeypatch.setattr(Claim, "all_routes", routes)


def hazy(expression=x, **changes) -> Claim:
    """One noisy size, of which a single run sees gaps of a few per cent only."""
    return claim(toy_level, expression, ladder=(1,), **changes)


def simulated(one: Claim) -> str:
    return simulation(one, one.all_routes[0], one.points[0])


def test_a_gap_that_no_single_night_sees_is_seen_by_night_sixty(file):
    with Store(file) as store:
        found = [nightly([hazy(x * GAP)], store=store, at=NOISY).verdicts[0] for _ in range(60)]
    single = {leg.outcome for verdict in found for leg in verdict.legs}
    assert WRONG not in single
    assert 0.02 < found[0].limit.detectable < 0.06
    assert found[0].outcome is not WRONG
    last = found[-1]
    assert last.outcome is WRONG
    assert last.accumulated[0].nights == 60
    assert last.accumulated[0].gap == pytest.approx(-0.0055, abs=0.0035)
    assert "refuted on night" in last.reason
    assert "60 nights" in last.reason


def test_a_right_formula_stays_quiet_for_sixty_nights(file):
    with Store(file) as store:
        found = [nightly([hazy()], store=store, at=NOISY).verdicts[0] for _ in range(60)]
    assert WRONG not in {verdict.outcome for verdict in found}
    assert found[-1].accumulated[0].outcome is RIGHT
    assert found[-1].outcome is OPEN, "nights that agree lend nothing to a single run that saw too little"


def test_a_drift_that_the_claim_declares_does_not_add_up(file):
    right, wrong = asymptotic(drifting), asymptotic(drifting, x * Rational(105, 100))
    with Store(file) as store:
        for _ in range(40):
            verdicts = nightly([right], store=store).verdicts
        assert verdicts[0].accumulated[0].outcome is not WRONG
        assert abs(verdicts[0].accumulated[0].gap) < 0.005
        assert nightly([wrong], store=store).verdicts[0].accumulated[0].outcome is WRONG


def test_no_two_nights_draw_the_same_numbers(file):
    with Store(file) as store:
        seeds = [nightly([claim()], store=store).seed for _ in range(4)]
        other = [nightly([claim()], store=store, seed=1).seed for _ in range(2)]
        means = [night.points[0]["mean"] for night in nights(store, simulated(claim()))]
        assert fresh_seed(store, [], base=0) != fresh_seed(store, [], base=1)
    assert len({*seeds, *other}) == 6
    assert len(set(means)) == 6


def test_the_ordinary_verdict_of_a_night_is_that_of_a_run_with_its_seed(file):
    coarse = claim(resolution=0.05)
    with Store(file) as store:
        night = nightly([coarse], store=store)
    alone = run([coarse], seed=night.seed).verdicts[0]
    (verdict,) = night.verdicts
    assert (verdict.outcome, verdict.accumulated[0].outcome) == (RIGHT, OPEN), "open evidence lowers nothing"
    assert replace(verdict, seconds=0, accumulated=()) == replace(alone, seconds=0)
    assert f"--seed {night.seed}" in verdict.command


def test_every_night_has_as_many_samples_as_the_first_whatever_its_looks_decide(file):
    with Store(file) as store:
        nightly([hazy()], store=store, at=NOISY)
        nightly([hazy(x * 2)], store=store, at=NOISY)  # refuted at the first look, then confirmed with more
        kept = nights(store, simulation(hazy(), hazy().all_routes[0], hazy().point(NOISY)))
    assert {point["samples"] for night in kept for point in night.points} == {FEW}


def test_the_first_night_of_a_refuted_formula_fixes_the_samples_before_the_confirmation(file):
    with Store(file) as store:
        nightly([hazy(x * 2)], store=store, at=NOISY)
        (kept,) = nights(store, simulation(hazy(), hazy().all_routes[0], hazy().point(NOISY)))
    assert kept.points[0]["samples"] == FEW


class Dying:
    """A store that is killed at some statement that writes; it keeps what was committed before."""

    def __init__(self, store: Store, *, at: int) -> None:
        self.store, self.left, self.path = store, at, store.path

    def __getattr__(self, name):
        return getattr(self.store, name)

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt

    def keep(self, series, blocks):
        self._count()
        self.store.keep(series, blocks)

    def change(self, statement, values=()):
        self._count()
        return self.store.change(statement, values)


def test_a_night_that_is_killed_anywhere_goes_on_and_counts_once(file, tmp_path):
    claims, deaths = [claim(), hazy()], 0
    with Store(file) as store:
        for _ in range(2):
            nightly(claims, store=store)
    whole = shutil.copy(file, tmp_path / "whole.sqlite")
    with Store(whole) as store:
        unharmed = nightly(claims, store=store)
    for at in range(30):
        with Store(shutil.copy(file, tmp_path / "killed.sqlite")) as store:
            with suppress(KeyboardInterrupt):
                nightly(claims, store=Dying(store, at=at))
                break
            deaths += 1
            kept = [len(nights(store, simulated(one))) for one in claims]
            assert kept in ([2, 2], [3, 3]), "a night is kept as a whole"
            resumed = nightly(claims, store=store)
            seeds = [night.seed for night in nights(store, simulated(claims[0]))]
            assert len(seeds) == len(set(seeds)) == kept[0] + 1
            if kept == [2, 2]:
                assert resumed.seed == unharmed.seed
                assert [v.accumulated for v in resumed.verdicts] == [v.accumulated for v in unharmed.verdicts]
    assert deaths >= 6, "four blocks, the night, and two levels"


def _one_night(file: Path) -> None:
    with Store(file) as store:
        nightly([claim()], store=store)


@pytest.mark.slow
def test_two_processes_on_one_night_keep_one(file):
    Store(file).close()
    context = multiprocessing.get_context("spawn")
    pair = [context.Process(target=_one_night, args=(file,)) for _ in range(2)]
    for process in pair:
        process.start()
    for process in pair:
        process.join(100)
    assert [process.exitcode for process in pair] == [0, 0]
    with Store(file) as store:
        seeds = [night.seed for night in nights(store, simulated(claim()))]
        assert len(seeds) == len(set(seeds))
        assert 1 <= len(seeds) <= 2


def test_two_runs_of_the_same_seed_count_once(file, monkeypatch):
    with Store(file) as store:
        nightly([claim()], store=store)
        seed = nights(store, simulated(claim()))[0].seed
        monkeypatch.setattr(of_nights, "fresh_seed", lambda *_, **__: seed)  # as a process that began at the same time
        assert nightly([claim()], store=store).verdicts[0].accumulated[0].nights == 1


def test_a_changed_simulator_begins_anew_and_no_other_does(file):
    changed = replace(toy_level)
    changed.__dict__["fingerprint"] = "0" * 32
    with Store(file) as store:
        nightly([claim(), claim(coin, x / 3)], store=store)
        found = nightly([claim(changed), claim(coin, x / 3)], store=store)
    assert [verdict.accumulated[0].nights for verdict in found.verdicts] == [1, 2]


def test_a_changed_formula_is_judged_on_all_nights_as_a_new_test(file):
    with Store(file) as store:
        for _ in range(5):
            before = nightly([claim(expression=x * Rational(102, 100))], store=store).verdicts[0].accumulated[0]
        after = nightly([claim()], store=store).verdicts[0].accumulated[0]
        again = nightly([claim(expression=(x * 2 + 0 * x) / 2)], store=store).verdicts[0].accumulated[0]
    assert (before.outcome, before.level) == (WRONG, pytest.approx(1e-4 / 2))
    assert (after.nights, after.level) == (6, pytest.approx(1e-4 / 6))
    assert after.outcome is not WRONG
    assert (again.nights, again.level) == (7, after.level), "the same numbers in other words are the same question"


def test_the_shares_of_all_tests_stay_within_the_budget(file):
    with Store(file) as store:
        shares = [level(store, f"question {k}", false_alarm=0.01) for k in range(200)]
        assert [level(store, f"question {k}", false_alarm=0.5) for k in range(200)] == shares
    assert sum(shares) == pytest.approx(0.01 * (1 - 1 / 201))


def test_a_new_claim_joins_the_nights_of_the_others(file):
    with Store(file) as store:
        nightly([claim()], store=store)
        found = nightly([claim(), hazy()], store=store)
        assert [verdict.accumulated[0].nights for verdict in found.verdicts] == [2, 1]
        alone = nightly([hazy()], store=store)
        assert alone.verdicts[0].accumulated[0].nights == 2
        assert fresh_seed(store, [simulated(claim()), simulated(hazy())], base=0) not in {found.seed, alone.seed}


def test_what_has_no_noise_adds_up_to_nothing(file):
    with Store(file) as store:
        (verdict,) = nightly([claim(enumerated)], store=store).verdicts
    assert verdict.outcome is RIGHT
    assert verdict.accumulated == ()
    assert "accumulated" not in verdict.to_json()


def test_each_leg_is_a_test_of_its_own_and_the_gravest_comes_first(file):
    both = claim(routes=(Route(source=drifting, replicas=FEW),))
    with Store(file) as store:
        for _ in range(8):
            (verdict,) = nightly([both], store=store).verdicts
    assert verdict.accumulated[0].outcome is WRONG
    document = verdict.to_json()["accumulated"]
    assert document["route"] == "backward"
    assert [leg["route"] for leg in document["legs"]] == ["backward", "forward"]
    json.dumps(document)


def test_the_same_nights_come_from_any_number_of_workers(tmp_path):
    found = []
    for workers in (1, 2):
        with Store(tmp_path / f"{workers}.sqlite") as store, ThreadPoolExecutor(workers) as pool:
            found.append([nightly([claim()], store=store, executor=pool).verdicts[0].accumulated for _ in range(2)])
    assert found[0] == found[1]


def test_an_altered_night_is_noticed(file):
    with Store(file) as store:
        nightly([claim()], store=store)
        store.change("UPDATE night SET points = replace(points, '1.', '2.')")
        with pytest.raises(StoreError, match=r"damaged \(a night of seed"):
            nightly([claim()], store=store)


def test_without_a_store_there_is_nothing_to_add_to():
    with pytest.raises(UsageError, match="--store FILE"):
        nightly([claim()], store=None)
