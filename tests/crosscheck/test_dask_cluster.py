"""A Dask cluster computes what one process computes, loses workers without losing blocks, and fails in one line."""

import json
import logging
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from distributed import Client, LocalCluster

from crosscheck import dask_cluster
from crosscheck.dask_cluster import Cluster, connected
from crosscheck.engine import Event, run
from crosscheck.executors import Queue, WorkerError
from crosscheck.registry import load_file
from crosscheck.store import Store
from crosscheck.usage import UsageError
from tests.crosscheck import remote
from tests.crosscheck.toy import claim

pytestmark = pytest.mark.cluster  # alone on the machine: clusters that start beside other tests may take too long

QUIET = {"dashboard_address": "127.0.0.1:0", "host": "127.0.0.1", "silence_logs": logging.CRITICAL}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Two worker processes, of which the second says that it has a GPU."""
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, **QUIET) as cluster:
        cluster.new_spec = cluster.new_spec | {"options": cluster.new_spec["options"] | {"resources": {"GPU": 1}}}
        cluster.scale(2)
        with Client(cluster.scheduler_address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield cluster.scheduler_address


@pytest.fixture
def inside() -> Iterator[str]:
    """One worker in this process, without a GPU."""
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, protocol="tcp://", **QUIET) as cluster:
        yield cluster.scheduler_address


def everywhere(address: str, function) -> list:
    with Client(address, set_as_default=False) as client:
        return list(client.run(function).values())


def results(cluster: Cluster, *tasks) -> list:
    queue: Queue[None, object] = Queue(cluster)
    queue.add(None, tasks)
    return [result for _, result in queue]


def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_numbers_are_those_of_one_process_though_a_worker_is_killed_during_the_run(address, tmp_path):
    claims = [claim(remote.slow, ladder=(8, 32)), claim(remote.level)]
    before = everywhere(address, os.getpid)
    victims = list(before)

    def kill(_: Event) -> None:
        if victims:
            os.kill(victims[0], signal.SIGKILL)
            victims.clear()

    with connected(address) as cluster, Store(tmp_path / "store.sqlite") as store:
        found = run(claims, seed=3, executor=cluster, store=store, progress=kill)
        drawn = sum(len(blocks) for legs in found.legs for leg in legs for blocks in leg.blocks.values())
        assert store.count() == drawn
    alone = run(claims, seed=3)
    assert not victims
    assert set(everywhere(address, os.getpid)) != set(before)
    assert [v.legs[0].points for v in found.verdicts] == [v.legs[0].points for v in alone.verdicts]
    assert [(v.outcome, v.limit) for v in found.verdicts] == [(v.outcome, v.limit) for v in alone.verdicts]


def test_workers_load_no_algebra(address):
    with connected(address) as cluster:
        run([claim(remote.slow, ladder=(8,))], executor=cluster)
    for names in everywhere(address, remote.loaded):
        assert set(names) <= {"torch"}


def test_blocks_that_need_a_gpu_go_to_workers_that_have_one(address):
    with connected(address) as cluster:
        names = [results(cluster, *[remote.Name(device)] * 8) for device in ("cuda", "cpu")]
    assert set(names[0]) == {"1"}
    assert set(names[1]) == {"0", "1"}
    with connected(address, device="auto") as cluster:
        assert cluster.device == "cuda"


def test_what_draws_nothing_needs_no_gpu():
    from crosscheck.budget import Budget
    from crosscheck.leg import first_stage

    devices = []
    for one in (claim(remote.level), claim(remote.slow)):
        leg = first_stage(
            one, one.routes_at("quick")[0], one.points[0], rates=Budget().divide(1), seed=0, device="cuda"
        )
        devices += {task.device for cell in leg.cells for task in leg.tasks(cell)}
    assert devices == ["cpu", "cuda"]


def test_without_a_gpu_worker_nothing_hangs(inside):
    started = time.monotonic()
    message = r"none of the 1 workers has a GPU.*--resources GPU=1.*--device cpu"
    with pytest.raises(UsageError, match=message), connected(inside, device="cuda", patience=0.5):
        pass
    assert time.monotonic() - started < 10
    with connected(inside, device="auto") as cluster:
        assert cluster.device == "cpu"


def test_a_gpu_that_a_worker_does_not_have_after_all_is_one_line(address, crosscheck, claim_file):
    status, out, error = crosscheck("run", claim_file(), "--device", "cuda", "--dask", address, "--no-store", "--json")
    assert (status, out) == (2, "")
    assert re.fullmatch(r"crosscheck: device 'cuda' is not there: .*\n", error)


def test_a_cluster_without_workers_is_one_line():
    with (
        LocalCluster(n_workers=0, processes=False, protocol="tcp://", **QUIET) as cluster,
        pytest.raises(UsageError, match="the cluster has no workers"),
        connected(cluster.scheduler_address, patience=0.3),
    ):
        pass


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nonsense:port", "write tcp://HOST:PORT"),
        ("foo://127.0.0.1:1", "unknown address scheme"),
        ("missing.json", "no such scheduler file"),
        ("broken.json", "write tcp://HOST:PORT, or a scheduler file"),
    ],
)
def test_what_is_no_address_is_refused_at_once(address, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("broken.json").write_text("{", "utf-8")
    with pytest.raises(UsageError, match=message), connected(address):
        pass


def test_an_address_where_nobody_listens_is_one_line_within_seconds(crosscheck, claim_file):
    started = time.monotonic()
    address = f"tcp://127.0.0.1:{unused_port()}"
    status, out, error = crosscheck("run", claim_file(), "--dask", address, "--no-store", "--json")
    assert (status, out) == (2, "")
    assert re.fullmatch(rf"crosscheck: --dask {address}: no scheduler answers there.*\n", error)
    assert time.monotonic() - started < 12


def test_a_scheduler_file_is_an_address(inside, tmp_path):
    file = tmp_path / "scheduler.json"
    file.write_text(json.dumps({"type": "Scheduler", "address": inside}), "utf-8")
    with connected(str(file)) as cluster:
        assert results(cluster, partial(int, "3")) == [3]


def test_workers_and_dask_exclude_each_other(crosscheck):
    for command in (["run"], ["simulate", "x", "--replicas", "5"], ["try", "x", "--formula", "1"]):
        status, _, error = crosscheck(*command, "--dask", "tcp://127.0.0.1:1", "--workers", "2")
        assert (status, error) == (
            2,
            "crosscheck: --dask and --workers exclude each other: a cluster has workers of its own\n",
        )


def test_without_dask_the_extra_is_named(crosscheck, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    status, _, error = crosscheck("run", "--dask", "tcp://127.0.0.1:1")
    assert status == 2
    assert "diffusion-crosscheck[dask]" in error


def test_workers_with_other_versions_are_refused(address, monkeypatch):
    mine = dask_cluster._versions()
    monkeypatch.setattr(dask_cluster, "_versions", lambda: {**mine, "torch": "1.0"})
    with pytest.raises(UsageError, match=rf"has torch {re.escape(mine['torch'])} and not 1.0"), connected(address):
        pass


def test_a_worker_with_other_versions_that_comes_later_is_refused(address):
    with connected(address) as cluster:
        late = replace(cluster, _versions={**cluster._versions, "numpy": "1.0"})
        with pytest.raises(WorkerError, match=r"has numpy \S+ and not 1.0"):
            results(late, remote.Name())


def test_workers_that_lack_the_package_are_refused(address):
    with Client(address, set_as_default=False) as client:
        client.run(_forbid)
        try:
            with pytest.raises(UsageError, match="cannot load crosscheck"), connected(address):
                pass
        finally:
            client.run(_allow)


def _forbid() -> None:
    import sys

    for name in [name for name in sys.modules if name.startswith("crosscheck")]:
        del sys.modules[name]
    sys.modules["crosscheck"] = None  # type: ignore[assignment]


def _allow() -> None:
    import sys

    del sys.modules["crosscheck"]


def test_a_task_that_kills_its_workers_is_one_clear_line():
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, **QUIET) as cluster:
        cluster.scheduler.allowed_failures = 0
        message = r"1 workers died one after another on the same blocks.*are kept"
        with pytest.raises(WorkerError, match=message), connected(cluster.scheduler_address) as pool:
            results(pool, remote.die)


def test_a_scheduler_that_goes_away_is_one_clear_line():
    cluster = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, protocol="tcp://", **QUIET)
    with cluster, connected(cluster.scheduler_address) as pool:
        queue: Queue[None, None] = Queue(pool)
        queue.add(None, [partial(time.sleep, 0.2)] * 20)
        finished = iter(queue)
        next(finished)
        cluster.close()
        with pytest.raises(WorkerError, match=r"out of reach.*are kept"):
            list(finished)
        with pytest.raises(WorkerError, match=r"scheduler is out of reach.*are kept"):
            queue.add(None, [partial(int, "1")])


def test_ctrl_c_leaves_the_cluster_empty_and_says_nothing_of_its_own(address, capfd):
    def interrupt(_: Event) -> None:
        raise KeyboardInterrupt

    with Client(address, set_as_default=False) as client:
        with pytest.raises(KeyboardInterrupt), connected(address) as cluster:
            run([claim(remote.slow, ladder=(8,))], executor=cluster, progress=interrupt)
        deadline = time.monotonic() + 10
        while client.run_on_scheduler(_tasks) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert client.run_on_scheduler(_tasks) == 0
    assert capfd.readouterr().err == ""


def _tasks(dask_scheduler) -> int:
    return len(dask_scheduler.tasks)


def test_a_claim_file_is_found_where_it_lies_or_sent(address, claim_file, tmp_path):
    here = tmp_path / "claims"
    here.mkdir()
    path = claim_file("claims/claim_sent.py")
    (one,) = load_file(path)
    alone = run([one], seed=1).verdicts[0]
    assert one.numeric.fingerprint
    with connected(address, files=[path]) as cluster:
        here.rename(tmp_path / "elsewhere")
        found = run([one], seed=1, executor=cluster).verdicts[0]
    assert found.legs[0].points == alone.legs[0].points


def test_a_claim_file_that_no_worker_sees_is_named(address, claim_file, tmp_path):
    path = claim_file("claim_unseen.py")
    (one,) = load_file(path)
    assert one.numeric.fingerprint
    path.unlink()
    with connected(address) as cluster, pytest.raises(WorkerError, match=r"claim_unseen.py cannot be read here; put"):
        run([one], executor=cluster)


def test_a_claim_file_that_was_edited_between_two_runs_is_loaded_again(address, claim_file):
    for formula, change in (("T * t", ""), ("2 * T * t", "values = 2 * values")):
        (one,) = load_file(claim_file("claim_edited.py", formula=formula, spoil=change))
        with connected(address) as cluster:
            assert run([one], executor=cluster).outcome.value == "AGREES"


def test_the_commands_print_the_same_on_a_cluster(address, crosscheck, claim_file):
    file = claim_file()
    at = ("simulate", file, "--at", "t=0.4", "T=0.83", "--size", "N=2", "--replicas", "100000", "--json")
    pick = ("mean", "standard_error", "samples")
    found = [json.loads(crosscheck(*at, *more)[1]) for more in ((), ("--dask", address))]
    assert [found[0][name] for name in pick] == [found[1][name] for name in pick]
    texts = [crosscheck("run", file, "--no-store", "--json", *more)[1] for more in ((), ("--dask", address))]
    runs = [json.loads(text)["verdicts"] for text in texts]
    assert [verdict["points"] for verdict in runs[0]] == [verdict["points"] for verdict in runs[1]]


def test_threads_of_one_worker_do_not_undo_one_anothers_setting(inside):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with connected(inside) as cluster:
            assert results(cluster, remote.threads) == [1]
    finally:
        torch.set_num_threads(before)
