"""Along the weights: the latent process path by path, at any rank of Q; variance and law of what is generated."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.special import ndtr

from crosscheck.claims.autoencoder import latent as claims
from crosscheck.engine import run
from crosscheck.verdict import Outcome
from numerics import interpolant_sampler, online_sgd
from numerics.denoiser_gradient import Levels, Rule
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.autoencoder import latent as numerics
from numerics.tables import Table
from theory import latent_law
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.domain import ParameterError as TheoryError
from theory.evaluate import as_array
from theory.systems.autoencoder import latent as theory

AT = {"t": 0.6, "b": 0.73, "Q": 0.41, "epsilon": 0.37}
MODEL = {"Q": [[1.4]], "G": [0.8], "b": 0.77, "epsilon": 0.4, "stop": 0.8, "steps": 10}
POINTS = np.linspace(-3, 3, 13)


@pytest.mark.slow
@pytest.mark.parametrize("form", [theory.latent_process, theory.signal_variance], ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_variance_that_always_grows_is_refuted():
    grows = Step(theory.diff(theory.log(theory.Q * (1 - theory.t) ** (2 * (1 - theory.BOTH))), theory.t),
                 abs(2 * (theory.BOTH - 1) / (1 - theory.t)), "as the text after (89)")  # fmt: skip
    assert Derivation((grows,), theory.STEPS).evidence is Evidence.REFUTED


def test_89_differs_from_the_solution_by_the_noise_and_agrees_without_it():
    (comparison,) = theory.signal_variance.comparisons()
    assert comparison.differs
    at = {"t": "0.91", "b": "0.73", "Q": "0.41"}
    without = theory.signal_variance.digits(17, **at, epsilon=0)
    assert float(without) == pytest.approx(0.804629505709928529, rel=1e-15)
    found = theory.signal_variance.digits(17, **at, epsilon="0.37")
    assert float(found) == pytest.approx(0.566546234158789228, rel=1e-15)


@pytest.mark.parametrize("seed", range(1, 9))
@pytest.mark.parametrize("d", [4, 33])
def test_latent_and_full_paths_are_equal_to_rounding(seed, d):
    found = simulate(numerics.latent_process, parameters={"d": d, "seed": seed}, replicas=1)
    assert found.mean < 1e-12


def test_the_text_that_the_variance_always_grows_is_refuted():
    (comparison,) = theory.signal_growth.comparisons()
    assert comparison.differs
    found = simulate(numerics.signal_growth, parameters={"d": 5, "t": 0.6, "b": 0.5, "Q": 0.2}, replicas=1).mean
    assert found == pytest.approx(theory.signal_growth(t=0.6, b=0.5, Q=0.2), rel=1e-12)
    assert found < 0


def test_even_seeds_have_weights_that_depend_on_each_other():
    for seed, rank in ((2, 2), (6, 2), (3, 4), (4, 1)):
        network, *_ = numerics._anything(12, seed, torch.Generator().manual_seed(seed))
        assert torch.linalg.matrix_rank(network.overlaps) == rank


@pytest.mark.parametrize("broken", ["offset", "overlaps", "noise"])
def test_a_latent_process_without_one_of_its_parts_is_refuted(monkeypatch, broken):
    true = interpolant_sampler.latent_euler

    def wrong(z, *, network, overlaps, kicks, **options):
        if broken == "offset":
            network = interpolant_sampler.AutoEncoder(network.skip, network.weights)
        if broken == "overlaps":
            overlaps = overlaps * (1 + 1e-9)
        if broken == "noise":
            return true(z, network=network, overlaps=overlaps, kicks=lambda like: 0 * kicks(like), **options)
        return true(z, network=network, overlaps=overlaps, kicks=kicks, **options)

    monkeypatch.setattr(numerics, "latent_euler", wrong)
    assert run([claims.latent_process], tier="quick").verdicts[0].outcome is Outcome.DISAGREES


def test_the_variance_along_the_weights_is_that_of_a_covariance_in_d_dimensions():
    found = simulate(numerics.signal_variance_of_moments, parameters={"d": 5, **AT}, replicas=1)
    assert found.mean == pytest.approx(theory.signal_variance(**AT), rel=1e-12)


def test_generated_points_have_it_too():
    found = simulate(numerics.signal_variance, parameters={"d": 3, "dt": 1 / 8, **AT}, replicas=2**14)
    allowed = 5 * math.hypot(found.standard_error, found.bias_error) + found.bias
    assert abs(found.mean - theory.signal_variance(**AT)) <= allowed < 0.1


def test_without_noise_it_grows_where_skip_connection_and_overlap_exceed_one():
    for b, Q, sign in ((0.7, 0.2, -1), (0.7, 0.5, 1)):
        values = [theory.signal_variance(t=t, b=b, Q=Q, epsilon=0) for t in (0.1, 0.5, 0.9)]
        assert (values[1] - values[0]) * sign > 0
        assert (values[2] - values[1]) * sign > 0


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("t", 1, "t = 1 is outside 0 < t < 1"),
        ("Q", 0, "Q = 0 is outside Q > 0"),
        ("Q", -1, "Q = -1 is outside Q > 0"),
        ("epsilon", -1, "epsilon = -1 is outside epsilon >= 0"),
    ],
)
def test_impossible_parameters_are_refused_in_one_line(name, value, text):
    with pytest.raises(DomainError, match=text):
        theory.signal_variance(**AT | {name: value})
    with pytest.raises(ParameterError, match=rf"(stop|{name}) = {value}.* is outside"):
        simulate(numerics.signal_variance_of_moments, parameters={"d": 2, **AT, name: value}, replicas=1)


def test_more_hidden_units_than_dimensions_are_refused_in_one_line():
    with pytest.raises(ParameterError, match="r = 4 hidden units in d = 3 dimensions is outside r <= d"):
        simulate(numerics.latent_process, parameters={"d": 3, "seed": 3}, replicas=1)


def law(model, x=POINTS, form=theory.projected_law):
    return form.numpy(model=model, x=np.asarray(x))


@pytest.mark.slow
def test_every_step_of_the_derivation_of_the_projected_law_is_checked():
    derivation = theory.projected_law.derivation
    assert derivation is not None
    assert derivation.evidence >= Evidence.SAMPLED


@pytest.mark.slow
def test_14_is_right_and_106_to_107_lose_the_noise_on_the_way():
    right, wrong = theory.projected_law.comparisons()
    assert not right.differs
    assert wrong.differs
    assert wrong.published.equation == "(106)-(107)"


def test_without_noise_107_is_right():
    point = theory.MODELS.named["model"].read("test", "noiseless")
    values = {theory.model: point, theory.x: np.asarray(0.4)}
    both = [as_array(form, values) for form in (theory.projected_law.formula, theory.WITHOUT_NOISE)]
    assert both[0] == pytest.approx(both[1], rel=1e-14)


@pytest.mark.parametrize("model", theory.EXAMPLES)
def test_it_is_a_law(model):
    found = law(model, np.linspace(-30, 30, 101))
    assert (np.diff(found) > -1e-12).all()
    assert found[0] == pytest.approx(0, abs=1e-9)
    assert found[-1] == pytest.approx(1, abs=1e-9)


def test_without_noise_it_is_an_integral_over_the_start():
    """One hidden unit: the start u is carried by the steps, written out; 20000 points of its law."""
    model = theory.EXAMPLES["noiseless"]
    Q, G, b, steps = float(model["Q"][0][0]), float(model["G"][0]), 0.7, 20
    start = np.linspace(-9, 9, 20_001)
    weight = np.exp(-(start**2) / 2)
    z, factors = np.sqrt(Q) * start, 1.0
    for k in range(18):
        left = 1 - k / steps
        z = z + ((b - 1) * z + Q * np.tanh(z)) / left / steps
        factors *= 1 + (b - 1) / left / steps
    spread = abs(factors) * np.sqrt(1 - G**2 / Q)
    expected = [(weight * ndtr((x - G / Q * z) / spread)).sum() / weight.sum() for x in POINTS]
    assert law("noiseless") == pytest.approx(expected, abs=1e-9)


def test_one_step_with_noise_has_a_law_that_can_be_written_down():
    model = MODEL | {"stop": 0.1}
    Q, G, b, epsilon, h = 1.4, 0.8, 0.77, 0.4, 0.1
    start = np.linspace(-9, 9, 4001)
    weight = np.exp(-(start**2) / 2)
    after = start * (1 + h * (b - 1 - epsilon)) + h * np.sqrt(Q) * np.tanh(np.sqrt(Q) * start)
    along = G / np.sqrt(Q)
    variance = along**2 * 2 * epsilon * h + (1 - along**2) * ((1 + h * (b - 1 - epsilon)) ** 2 + 2 * epsilon * h)
    expected = [(weight * ndtr((x - along * after) / np.sqrt(variance))).sum() / weight.sum() for x in POINTS]
    assert law(model) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("model", theory.EXAMPLES)
def test_finer_nodes_change_nothing(monkeypatch, model):
    coarse = law(model)
    monkeypatch.setattr(latent_law, "_FINE", 0.35)
    latent_law._law.cache_clear()
    fine = law(model)
    latent_law._law.cache_clear()
    assert fine == pytest.approx(coarse, abs=1e-8)


@pytest.mark.parametrize("model", ["dependent", "noiseless"])
def test_points_generated_in_d_dimensions_obey_it(model):
    claim = replace(claims.projected_law, parameters=({"model": model},), rivals=())
    assert run([claim], tier="quick").verdicts[0].outcome is Outcome.AGREES


def test_two_dependent_units_are_not_one_unit_of_the_same_overlap():
    one = {"Q": [[1.0]], "G": [0.5**0.5 / 1.2649110640673518], "b": 0.55, "epsilon": 0.5, "stop": 0.7, "steps": 10}
    assert abs(law("dependent") - law(one)).max() > 1e-3


def test_weights_are_made_with_the_overlaps_of_the_model():
    overlaps, loadings = torch.tensor([[0.8, 0.4], [0.4, 0.2]]).double(), torch.tensor([0.5, 0.25]).double()
    weights, direction = numerics._realised(7, overlaps, loadings)
    assert torch.allclose(weights.T @ weights / 7, overlaps, atol=1e-12)
    assert torch.allclose(weights.T @ direction / 7**0.5, loadings, atol=1e-12)
    assert float(direction.norm()) == pytest.approx(1)
    full = torch.tensor([[0.8, 0.1], [0.1, 0.5]]).double()
    weights, direction = numerics._realised(3, full, loadings)
    assert torch.allclose(weights.T @ weights / 3, full, atol=1e-12)


@pytest.mark.slow
def test_the_trained_model_is_what_online_sgd_leaves_at_d_500():
    weights, centroid = online_sgd.warm_start(500, rho=2.25, Q0=0.0225, M0=0.225, device=torch.device("cpu"))
    data = online_sgd.Mixture((0.5, 0.5), torch.stack([centroid, -centroid]), torch.ones(2, 1, dtype=torch.float64))
    network = online_sgd.train(
        online_sgd.start(1, weights, 0.0),
        data.draw,
        Rule(0.2, Levels.linear((0.5,))),
        steps=online_sgd.whole_steps(3, 0.2, 500),
        generator=torch.Generator().manual_seed(1),
    )
    trained = theory.EXAMPLES["trained"]
    assert float(network.overlaps[0, 0, 0]) == pytest.approx(float(trained["Q"][0][0]), abs=1e-4)
    assert float(network.weights[0, 0] @ centroid / 1.5 / math.sqrt(2)) == pytest.approx(
        float(trained["G"][0]), abs=1e-4
    )
    assert float(network.b) == pytest.approx(float(trained["b"]), abs=1e-4)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"stop": 1}, "stop = 1 is outside 0 < stop < 1: at t = 1 the drift"),
        ({"stop": 1.3}, "stop = 1.3 is outside 0 < stop < 1"),
        ({"stop": 0.75}, "steps stop = 7.5 is no whole number of Euler steps of 1/steps"),
        ({"Q": [[1, 0.5], [0.4, 1]], "G": [0.1, 0.1]}, r"Q is not symmetric: Q\[1, 2\] = 0.5, Q\[2, 1\] = 0.4"),
        ({"Q": [[1, 2], [2, 1]], "G": [0.1, 0.1]}, "Q is no covariance: an eigenvalue is negative"),
        ({"Q": [[1, 0.5], [0.5, 1]], "G": [0.1, 0.1]}, r"Q has rank 2 .*; allowed: rank 1"),
        ({"Q": [[0.0]]}, "Q has rank 0"),
        ({"Q": [[0.8, 0.4], [0.4, 0.2]], "G": [0.1, 0.3]}, "G leaves the range of Q"),
        ({"G": [1.3]}, r"G\^T Q\^\+ G = 1.20714 is outside G\^T Q\^\+ G < 1"),
        ({"epsilon": -0.1}, "epsilon = -0.1 is outside epsilon >= 0"),
        ({"epsilon": 1e-6}, "the latent law needs .* nodes, at most 3000: take fewer steps, or more noise"),
        ({"Q": [[1.0, 0.5]]}, "Q is 1 x 2|Q is 1 x 2, the fields before it"),
    ],
)
def test_models_without_a_law_are_refused_in_one_line(wrong, text):
    with pytest.raises((DomainError, TheoryError), match=text) as caught:
        theory.projected_law(model=MODEL | wrong, x=0.1)
    assert "\n" not in str(caught.value)


def test_no_direction_is_left_beside_as_many_hidden_units_as_dimensions():
    with pytest.raises(ParameterError, match="r = 1 hidden units in d = 1 dimensions is outside r < d"):
        simulate(numerics.projected_law, parameters={"d": 1, "model": Table.of(MODEL)}, replicas=1)
