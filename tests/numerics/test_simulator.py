"""What a simulator declares, which calls it refuses, how it travels to another process."""

import importlib.util
import math
import pickle
import sys
from fractions import Fraction

import pytest
import torch

from numerics.by_name import SourceError
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError, simulator
from numerics.systems.curie_weiss.equilibrium import magnetisation, weight_plus

CLAIM_FILE = """
import torch
from numerics.simulator import simulator

@simulator(size="N")
def mine(*, N: int, replicas: int, generator: torch.Generator):
    return torch.rand(replicas, generator=generator, dtype=torch.float64) + N
"""


@simulator(size="N", route="forward", bias={"dt": 1}, footprint=lambda N, **_: 2 * N)
def walk(*, N: int, beta: float, dt: float, replicas: int, generator: torch.Generator):
    return torch.full((replicas, 2), N * beta + dt, dtype=torch.float64, device=generator.device)


def test_parameters_are_the_keywords_without_replicas_and_generator():
    assert walk.parameters == ("N", "beta", "dt")
    assert walk.whole == {"N"}
    assert walk.name.endswith(":walk")
    assert (walk.order, magnetisation.order) == (1, 0)


def test_a_simulator_is_called_like_its_function():
    value = walk(N=3, beta="0.5", dt=Fraction(1, 4), replicas=2, generator=generator(seed=0, block=0))
    assert value.tolist() == [[1.75, 1.75]] * 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"N": 3, "beta": 1}, "missing dt; given N, beta; needs N, beta, dt"),
        ({}, "missing N, beta, dt; given nothing"),
        ({"N": 3, "beta": 1, "dt": 1, "gamma": 2}, "unknown gamma"),
        ({"N": 3, "Beta": 1, "dt": 1}, "unknown Beta and missing beta"),
        ({"N": 0, "beta": 1, "dt": 1}, "N = 0 is outside N >= 1"),
        ({"N": 2.5, "beta": 1, "dt": 1}, "N = 2.5 is outside N >= 1, a whole number"),
        ({"N": 3, "beta": "cold", "dt": 1}, "beta = 'cold' is not a finite number"),
        ({"N": 3, "beta": math.nan, "dt": 1}, "beta = nan is not a finite number"),
        ({"N": 3, "beta": math.inf, "dt": 1}, "beta = inf is not a finite number"),
        ({"N": 3, "beta": None, "dt": 1}, "beta = None is not a finite number"),
        ({"N": 3, "beta": 10**400, "dt": 1}, "is not a finite number"),
    ],
)
def test_wrong_parameters_are_refused_in_one_line(given, message):
    with pytest.raises(ParameterError, match=message) as error:
        walk.bind(given)
    assert "\n" not in str(error.value)
    assert "walk" in str(error.value)
    assert isinstance(error.value, ValueError)


def test_whole_numbers_may_come_as_text_or_fractions():
    assert walk.bind({"N": "12", "beta": "1.37", "dt": Fraction(1, 2)}) == {"N": 12, "beta": 1.37, "dt": 0.5}


@pytest.mark.parametrize(
    "declarations",
    [
        {"size": "d"},
        {"bias": {"step": 1}},
        {"bias": {"N": 1, "x": 2}},
        {"moment": 0},
        {"block": 0},
    ],
)
def test_declarations_that_contradict_the_function_are_refused(declarations):
    with pytest.raises(ParameterError):

        @simulator(**declarations)
        def odd(*, N: int, x: float, replicas: int, generator: torch.Generator):
            return torch.zeros(replicas)


def test_a_function_without_a_generator_is_refused():
    with pytest.raises(ParameterError, match="declares 'generator'"):
        simulator()(lambda *, replicas: torch.zeros(replicas))


def test_a_simulator_of_a_module_travels_by_name():
    assert pickle.loads(pickle.dumps(weight_plus)) is weight_plus


def test_a_simulator_of_a_claim_file_travels_by_its_path(tmp_path):
    path = tmp_path / "claim_mine.py"
    path.write_text(CLAIM_FILE, "utf-8")
    spec = importlib.util.spec_from_file_location("user_claim_mine", path)
    module = sys.modules["user_claim_mine"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    here = simulate(module.mine, parameters={"N": 5}, replicas=100)
    sent = pickle.dumps(module.mine)
    del sys.modules["user_claim_mine"]  # as in a process that never saw the file
    received = pickle.loads(sent)
    assert simulate(received, parameters={"N": 5}, replicas=100).mean == here.mean
    del sys.modules["user_claim_mine"]
    path.unlink()
    with pytest.raises(SourceError, match="file system"):
        pickle.loads(sent)


def test_a_simulator_without_a_name_cannot_travel():
    @simulator()
    def local(*, replicas: int, generator: torch.Generator):
        return torch.zeros(replicas)

    with pytest.raises(pickle.PicklingError, match="at the top level of a file, or use workers=1"):
        pickle.dumps(local)


def test_fingerprints_tell_simulators_apart_and_stay():
    assert magnetisation.fingerprint != weight_plus.fingerprint
    assert magnetisation.fingerprint == simulator()(magnetisation.run).fingerprint
    assert walk.fingerprint != magnetisation.fingerprint
    assert len(walk.fingerprint) == 32


def test_a_simulator_typed_at_a_prompt_has_a_fingerprint():
    names = {"__name__": "a_prompt"}
    made = []
    for value in (1, 2):
        exec(f"def f(*, replicas, generator):\n    return {value}", names)
        made.append(simulator()(names["f"]).fingerprint)
    assert made[0] != made[1]
