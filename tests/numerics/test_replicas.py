"""Blocks of replicas: one set of numbers for all ways of running them, bounded memory, faults reported in one line."""

import math
import random
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from numerics import replicas as module
from numerics.replicas import CHUNK, block, block_size, blocks, check_device, drawn, estimate, merge, simulate
from numerics.simulator import ParameterError, SimulationError, simulator
from numerics.systems.curie_weiss.equilibrium import density_of_magnetisation, weight_plus

CURIE_WEISS = {"N": 101, "beta": 1.37, "h": 0.61}


@simulator(size="N", block=100)
def gaussian(*, N: int, c: float, replicas: int, generator: torch.Generator):
    return c + torch.randn(replicas, dtype=torch.float64, generator=generator) / math.sqrt(N)


@simulator(moment=2, block=1000)
def squared(*, c: float, replicas: int, generator: torch.Generator):
    return c**2 * torch.randn(replicas, dtype=torch.float64, generator=generator) ** 2


@simulator(bias={"dt": 1}, block=500)
def stepped(*, dt: float, replicas: int, generator: torch.Generator):
    value = torch.randn(replicas, dtype=torch.float64, generator=generator)
    return torch.stack((value + dt, 1.01 * value + 2 * dt), dim=1)


@simulator(block=1000)
def holed(*, holes: int, replicas: int, generator: torch.Generator):
    values = torch.rand(replicas, dtype=torch.float64, generator=generator)
    values[17 : 17 + holes] = math.nan
    return values


@simulator(values="indicator")
def doubtful(*, replicas: int, generator: torch.Generator):
    return torch.full((replicas,), 0.5)


@simulator(values="indicator")
def lost(*, replicas: int, generator: torch.Generator):
    return torch.full((replicas,), math.nan)


@simulator()
def misshapen(*, replicas: int, generator: torch.Generator):
    return torch.zeros(replicas, 2, dtype=torch.float64)


@simulator(moment=2)
def negative(*, replicas: int, generator: torch.Generator):
    return -torch.ones(replicas, dtype=torch.float64)


@simulator()
def threads(*, replicas: int, generator: torch.Generator):
    return torch.full((replicas,), float(torch.get_num_threads()), dtype=torch.float64)


@simulator(footprint=lambda N, **_: N, size="N")
def large(*, N: int, replicas: int, generator: torch.Generator):
    return torch.zeros(replicas, dtype=torch.float64)


def values_of(estimate):
    return estimate.mean, estimate.standard_error, estimate.samples, estimate.skewness, estimate.successes


def test_the_mean_of_many_replicas_is_near_the_truth():
    found = simulate(gaussian, parameters={"N": 4, "c": 3}, replicas=20_000)
    assert abs(found.mean - 3) < 5 * found.standard_error
    assert found.standard_error == pytest.approx(0.5 / math.sqrt(20_000), rel=0.05)
    assert (found.samples, found.dtype, found.device, found.seed) == (20_000, "float64", "cpu", 0)
    assert found.seconds > 0


def test_two_workers_give_bitwise_the_numbers_of_one():
    alone, shared = (simulate(weight_plus, parameters=CURIE_WEISS, replicas=300_000, workers=w) for w in (1, 2))
    assert values_of(alone) == values_of(shared)


def test_any_order_of_the_blocks_gives_the_same_numbers():
    plan = blocks(gaussian, {"N": 4, "c": 1}, 1234)
    random.Random(0).shuffle(plan)
    sums = [block(gaussian, {"N": 4, "c": 1}, index, keep=keep) for index, keep in plan]
    whole = simulate(gaussian, parameters={"N": 4, "c": 1}, replicas=1234)
    assert values_of(estimate(gaussian, {"N": 4, "c": 1}, sums)) == values_of(whole)


def test_resuming_after_some_blocks_gives_the_same_numbers():
    done = [block(gaussian, {"N": 4, "c": 1}, index) for index in range(5)]
    rest = [block(gaussian, {"N": 4, "c": 1}, index) for index in range(5, 9)]
    assert merge([*done, *rest]) == merge([block(gaussian, {"N": 4, "c": 1}, index) for index in range(9)])


def test_the_first_replicas_do_not_depend_on_how_many_follow():
    few = block(gaussian, {"N": 4, "c": 1}, 0, keep=1)
    many = [block(gaussian, {"N": 4, "c": 1}, 0, keep=k) for k in (2, 3)]
    assert many[1].sum - many[0].sum == pytest.approx(block(gaussian, {"N": 4, "c": 1}, 0, keep=3).sum - many[0].sum)
    assert simulate(gaussian, parameters={"N": 4, "c": 1}, replicas=1).mean == few.sum


def test_seed_key_and_parameters_choose_the_stream():
    base = {"parameters": {"N": 4, "c": 1}, "replicas": 50}
    means = {
        simulate(gaussian, **base).mean,
        simulate(gaussian, **base, seed=1).mean,
        simulate(gaussian, **base, key=("claim",)).mean,
        simulate(gaussian, parameters={"N": 5, "c": 1}, replicas=50).mean,
    }
    assert len(means) == 4


def test_global_random_state_is_untouched():
    before = torch.get_rng_state(), np.random.get_state()[1].tolist()
    simulate(weight_plus, parameters=CURIE_WEISS, replicas=1000)
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1] == np.random.get_state()[1].tolist()


def test_a_block_runs_on_one_thread_and_gives_the_others_back():
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        assert simulate(threads, parameters={}, replicas=2).mean == 1
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_block_size_is_set_by_footprint_and_declaration():
    assert block_size(gaussian, {"N": 1, "c": 0}) == 100
    assert block_size(large, {"N": 1000}) == CHUNK // 1000
    assert block_size(large, {"N": 100 * CHUNK}) == 1
    assert block_size(large, {"N": 1}) == 16384
    assert block_size(density_of_magnetisation, {"N": 3, "beta": 1, "h": 0, "m": 0}) == 1


def test_only_the_last_block_is_cut():
    assert blocks(gaussian, {"N": 1, "c": 0}, 250) == [(0, 100), (1, 100), (2, 50)]
    assert blocks(gaussian, {"N": 1, "c": 0}, 200) == [(0, 100), (1, 100)]


def test_a_root_mean_square_is_the_root_of_the_mean_without_its_bias():
    found = [simulate(squared, parameters={"c": 3}, replicas=50, seed=seed) for seed in range(400)]
    mean = math.fsum(one.mean for one in found) / 400
    spread = math.sqrt(math.fsum((one.mean - mean) ** 2 for one in found) / 399)
    assert abs(mean - 3) < 5 * spread / 20  # without the correction it is 3 (1 - 2/(8 50)) = 2.985, four of these lower
    assert math.fsum(one.standard_error for one in found) / 400 == pytest.approx(spread, rel=0.15)


def test_a_time_step_error_is_measured_on_common_noise():
    found = simulate(stepped, parameters={"dt": 0.25}, replicas=5000)
    assert found.bias == pytest.approx(0.25, abs=5 * found.bias_error)
    assert found.bias_error == pytest.approx(0.01 / math.sqrt(5000), rel=0.1)
    assert found.mean == pytest.approx(0.25, abs=5 * found.standard_error)


def test_an_indicator_counts_its_successes():
    found = simulate(weight_plus, parameters=CURIE_WEISS, replicas=1000)
    assert found.successes == round(1000 * found.mean)


def test_an_exact_value_needs_no_replicas():
    found = simulate(density_of_magnetisation, parameters={"N": 3, "beta": 1, "h": 0, "m": 0}, replicas=10**9)
    assert (found.samples, found.standard_error) == (1, 0.0)


def test_progress_counts_replicas():
    seen: list[tuple[int, int]] = []
    simulate(gaussian, parameters={"N": 1, "c": 0}, replicas=250, progress=lambda *pair: seen.append(pair))
    assert seen == [(100, 250), (200, 250), (250, 250)]


def test_three_bad_replicas_of_a_thousand_are_reported_by_name():
    with pytest.raises(SimulationError) as error:
        simulate(holed, parameters={"holes": 3}, replicas=1000, seed=5)
    assert str(error.value).endswith(
        "test_replicas:holed(holes=3): 3 of 1000 replicas are not finite, the first is replica 17 (seed 5)"
    )


def test_a_run_stops_at_the_first_block_with_a_bad_replica():
    seen: list[int] = []
    with pytest.raises(SimulationError, match="3 of 1000 replicas"):
        simulate(holed, parameters={"holes": 3}, replicas=10**7, progress=lambda done, _: seen.append(done))
    assert seen == [1000]


@pytest.mark.parametrize(
    ("faulty", "message"),
    [
        (doubtful, "is an indicator and returned other values than 0 and 1"),
        (lost, "10 of 10 replicas are not finite"),
        (misshapen, r"returned shape \(16384, 2\), needs \(16384,\)"),
        (negative, "the mean -1 of the values is not positive"),
    ],
)
def test_values_other_than_declared_are_refused(faulty, message):
    with pytest.raises(SimulationError, match=message):
        simulate(faulty, parameters={}, replicas=10)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"replicas": 0}, "replicas = 0 is outside replicas >= 1"),
        ({"replicas": -5}, "replicas = -5 is outside replicas >= 1"),
        ({"replicas": True}, "replicas = True is outside"),
        ({"workers": 0}, "workers = 0 is outside workers >= 1"),
        ({"device": "tpu"}, "unknown device 'tpu': allowed are cpu, cuda and cuda:<number>"),
        ({"device": "cuda:x"}, "unknown device 'cuda:x'"),
        ({"device": "cuda:99"}, "device 'cuda:99' is not there: torch sees [0-9]+ of them; use cpu"),
        ({"parameters": {"N": 0, "c": 1}}, "N = 0 is outside N >= 1"),
        ({"parameters": {"N": 1}}, "missing c"),
    ],
)
def test_wrong_calls_are_refused_before_anything_is_drawn(call, message, monkeypatch):
    monkeypatch.setattr(module.seeds, "generator", None)
    with pytest.raises(ParameterError, match=message) as error:
        simulate(gaussian, **{"parameters": {"N": 1, "c": 1}, "replicas": 10} | call)
    assert "\n" not in str(error.value)


def test_the_cpu_is_a_device():
    check_device("cpu")


def test_more_replicas_than_fit_in_memory_run_in_the_memory_of_a_few_blocks():
    program = """
import resource
from numerics.replicas import simulate
from numerics.systems.curie_weiss.equilibrium import density_of_magnetisation_sampled as sampled
peaks = []
for replicas in (300_000, 10_000_000):
    simulate(sampled, parameters=dict(N=101, beta=1.37, h=0.61, m=0.7), replicas=replicas)
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
print(peaks[1] - peaks[0])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 30  # MiB; all values together are 76


def test_a_block_counts_the_law_of_the_values_it_averages():
    parameters, edges = {"N": 4, "c": 0.3}, (-0.5, 0.3, 1.0)
    plain, counted = block(gaussian, parameters, 3), block(gaussian, parameters, 3, edges=edges)
    assert plain == replace(counted, counts=None)
    values = drawn(gaussian, parameters, 3, seed=0, key=(), device="cpu")
    assert counted.counts == tuple(int((values <= edge).sum()) for edge in edges)
    assert block(gaussian, parameters, 3, edges=edges, keep=10).counts == tuple(
        int((values[:10] <= edge).sum()) for edge in edges
    )


@pytest.mark.parametrize(
    ("made", "parameters", "reason"),
    [
        (stepped, {"dt": 0.1}, "a time step moves the law"),
        (squared, {"c": 1.0}, "powers, of which a root is taken"),
        (doubtful, {}, "an indicator's law is its mean"),
        (density_of_magnetisation, CURIE_WEISS | {"N": 3, "m": 0.1}, "exact values have no law"),
    ],
)
def test_values_without_a_law_take_no_edges(made, parameters, reason):
    with pytest.raises(ParameterError, match=reason):
        block(made, parameters, 0, edges=(0.0,))


@pytest.mark.parametrize("edges", [(), (1.0, 1.0), (1.0, 0.0), (0.0, math.inf)])
def test_edges_are_finite_and_increasing(edges):
    with pytest.raises(ParameterError, match="finite and increasing"):
        block(gaussian, {"N": 4, "c": 0.3}, 0, edges=edges)
