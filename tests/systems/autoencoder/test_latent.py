"""The latent process: equal to the point's own path by path, at any rank of Q; the variance of a linear network."""

import math

import pytest
import torch

from crosscheck.claims.autoencoder import latent as claims
from crosscheck.engine import run
from crosscheck.verdict import Outcome
from numerics import interpolant_sampler
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.autoencoder import latent as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.systems.autoencoder import latent as theory

AT = {"t": 0.6, "b": 0.73, "Q": 0.41, "epsilon": 0.37}


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
