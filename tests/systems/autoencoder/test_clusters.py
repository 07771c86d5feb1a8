"""Online SGD on the target of a file: one unit as a special case, mean steps, networks, and what is no model."""

from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.autoencoder import clusters as numerics
from numerics.systems.autoencoder import order as one_unit
from numerics.tables import Table
from theory.derivation import Evidence
from theory.domain import DomainError
from theory.domain import ParameterError as TheoryError
from theory.systems.autoencoder import clusters as theory
from theory.systems.autoencoder import linear_unit, order

TRAINING = {"theta": 1.5, "eta": 0.25, "lam": 0.2}
SHORT = {**TRAINING, "theta": 0.5}
ONE = {
    "weights": [0.5, 0.5], "masses": [1], "eigenvalues": [[1], [1]], "products": [[[1.7], [-1.7]], [[-1.7], [1.7]]],
    "levels": [0.55], "level_weights": [1], "encoding": [0], "Q": [[[0.3]]], "M": [[[0.4], [-0.4]]], "b": 0.12,
    "v": [0],
}  # fmt: skip


def numbers(example: str) -> Table:
    read: Any = theory.DOMAIN.ranges[0].read("test", example)
    return Table.of(read.floats)


def changed(**fields: Any) -> dict[str, Any]:
    return {**deepcopy(theory.EXAMPLES["encoded"]), **fields}


def as_numbers(given: Any) -> Any:
    if isinstance(given, dict):
        return {name: as_numbers(value) for name, value in given.items()}
    if isinstance(given, list):
        return [as_numbers(item) for item in given]
    return given if given in theory.ACTIVATIONS else float(given)


def end(**fields: Any) -> float:
    return theory.order_parameters_model(model=as_numbers(changed(**fields)), **TRAINING)


@pytest.mark.parametrize("activation", ["tanh", "linear"])
def test_two_clusters_at_plus_and_minus_mu_are_those_of_one_unit(activation):
    model = {**ONE, "activation": activation}
    form = {"tanh": order.order_parameters, "linear": linear_unit.order_parameters_linear}[activation]
    at = {**TRAINING, "t": 0.55, "rho": 1.7, "Q0": 0.3, "M0": 0.4, "b0": 0.12}
    assert theory.order_parameters_model(model=model, **TRAINING) == pytest.approx(form(**at), rel=1e-5)
    if activation == "tanh":
        found = theory.order_parameters_model_magnetisation(model=model, **TRAINING)
        assert found == pytest.approx(order.order_parameters_magnetisation(**at), rel=1e-5)


def test_more_nodes_leave_the_digits_that_are_claimed(monkeypatch):
    few = {name: theory.order_parameters_model(model=name, **SHORT) for name in ("encoded", "rectified")}
    monkeypatch.setattr(theory, "NODES", {1: 60})
    theory._end.cache_clear()
    for name, value in few.items():
        assert theory.order_parameters_model(model=name, **SHORT) == pytest.approx(value, rel=10**-theory.KNOWN)
    theory._end.cache_clear()


@pytest.mark.parametrize("name", ["encoded", "rectified", "pair"])
def test_mean_steps_come_down_to_the_flow_like_1_over_d(name):
    limit = theory.order_parameters_model(model=name, **SHORT)
    gaps = []
    for d in (8, 16):
        at = {"eta": 0.25, "lam": 0.2, "model": numbers(name), "d": d, "steps": d}
        gaps.append(d * (simulate(numerics.order_parameters_model, parameters=at, replicas=1).mean - limit))
    assert gaps[0] == pytest.approx(gaps[1], rel=0.06)
    assert 0.01 < abs(gaps[0]) < 1


@pytest.mark.parametrize("name", ["encoded", "rectified", "pair"])
def test_one_step_of_networks_has_the_mean_step(name):
    # A long step of few dimensions, in which its square counts: a sign or a factor in it is 7 errors or more.
    at = {"eta": 8.0, "lam": 1.0, "model": numbers(name), "d": 6, "steps": 1}
    pairs = (
        (numerics.order_parameters_model, numerics.order_parameters_model_of_network),
        (numerics.order_parameters_model_magnetisation, numerics.order_parameters_model_magnetisation_of_network),
    )
    for exact, sampled in pairs:
        found = simulate(sampled, parameters=at, replicas=100_000)
        gap = found.mean - simulate(exact, parameters=at, replicas=1).mean
        assert abs(gap) < 5 * found.standard_error
        longer = simulate(exact, parameters={**at, "steps": 2}, replicas=1).mean
        assert abs(found.mean - longer) > 12 * found.standard_error


def test_the_mean_step_of_any_target_is_that_of_one_unit_where_both_hold():
    model = Table.of(theory.DOMAIN.ranges[0].read("test", {**ONE, "activation": "tanh"}).floats)
    at = {"eta": 0.25, "lam": 0.2, "d": 9, "steps": 5}
    own = {"t": 0.55, "rho": 1.7, "Q0": 0.3, "M0": 0.4, "b0": 0.12}
    for general, special in (
        (numerics.order_parameters_model, one_unit.order_parameters),
        (numerics.order_parameters_model_magnetisation, one_unit.order_parameters_magnetisation),
    ):
        found = simulate(general, parameters={**at, "model": model}, replicas=1).mean
        assert found == pytest.approx(simulate(special, parameters={**at, **own}, replicas=1).mean, rel=1e-9)


def test_centroids_and_weights_have_the_products_of_the_file():
    model = numbers("encoded")
    centroids, rows = numerics.realised(model, 16)
    for block, part in enumerate((slice(0, 8), slice(8, 16))):
        assert np.allclose(centroids[:, part] @ centroids[:, part].T, model["products"][:, :, block])
        assert np.allclose(centroids[:, part] @ rows[:, part].T, model["M"][block])
        assert np.allclose(rows[:, part] @ rows[:, part].T, model["Q"][block])


def test_dependent_units_have_a_pseudo_inverse():
    rows = [[[0.3, 0.3], [0.3, 0.3]]], [[[0.5, 0.5], [0.1, 0.1]]]
    model = {**as_numbers(theory.EXAMPLES["pair"]), "Q": rows[0], "M": rows[1], "v": [0.2, 0.2], "activation": "tanh"}
    assert np.isfinite(theory.order_parameters_model(model=model, **TRAINING))


@pytest.mark.parametrize(("fields", "said"), [
    ({"weights": ["0.6", "0.8"]}, r"weights = 0\.6, 0\.8 have the sum 1\.4; allowed: sum 1 \(divide by it\)"),
    ({"weights": ["1.5", "-0.5"]}, r"weights\[2\] = -0\.5 is outside weights > 0"),
    ({"products": [[["1.44", "0.2"], ["-0.6", "0.1"]], [["0.3", "0.1"], ["0.9", "0.4"]]]},
     r"products is not symmetric: -0\.6 and 0\.3 at \(1, 2\) and back in block 1"),
    ({"Q": [[["0.01"]], [["0.15"]]]}, r"no centroids and weights have these products, M and Q in block 1"),
    ({"levels": ["0.4", "1.2"]}, r"levels has 1\.2; allowed: 0 <= t <= 1"),
    ({"eigenvalues": [["1.3", "-0.6"], ["0.8", "1.1"]]}, r"eigenvalues\[1, 2\] = -0\.6 is outside eigenvalues >= 0"),
])  # fmt: skip
def test_what_is_no_model_is_refused_in_one_line(fields, said):
    with pytest.raises(DomainError, match=said) as error:
        end(**fields)
    assert "\n" not in str(error.value)


def test_activations_are_known_by_name_and_by_their_derivatives():
    with pytest.raises(
        TheoryError, match="activation = 'cosh' is no number; allowed: activation = tanh or erf or relu"
    ):
        theory.order_parameters_model(model={**as_numbers(changed()), "activation": "cosh"}, **TRAINING)
    pair = {**as_numbers(theory.EXAMPLES["pair"]), "activation": "relu"}
    with pytest.raises(DomainError, match="relu has no second derivative; allowed: one hidden unit, or tanh, erf, lin"):
        theory.order_parameters_model(model=pair, **TRAINING)


def test_more_units_than_directions_are_refused():
    at = {"eta": 0.25, "lam": 0.2, "model": numbers("pair"), "d": 3, "steps": 6}
    with pytest.raises(ParameterError, match="d = 3: the blocks have 3 directions; allowed: whole numbers, at least 4"):
        simulate(numerics.order_parameters_model_of_network, parameters=at, replicas=2)


def test_every_step_of_the_derivation_is_checked():
    derivation = theory.order_parameters_model.derivation
    assert derivation is not None
    assert derivation.evidence >= Evidence.SAMPLED
