"""H^2 of one model and of a large one: printed digits, the misprints of (3.3) and (3.4), draws, and Figure 3."""

import json
import math

import mpmath
import numpy as np
import pytest
import torch
from scipy.integrate import dblquad, quad
from sympy import Integral

from numerics.denoiser_spectrum import log_determinants
from numerics.regression import noising_of, trained
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.linear_denoiser import hellinger as numerics
from numerics.tables import Table
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.domain import ParameterError as TheoryError
from theory.evaluate import as_array
from theory.free_regression import ABUNDANT
from theory.systems.linear_denoiser import hellinger as theory

NEAR = theory.MODEL.examples["near"]
FEW = theory.MODEL.examples["few_data"]


def printed(number: int, model: str) -> float:
    form = theory.hellinger
    return float(as_array(form.published[number].formula, form.at({"model": model})))


@pytest.mark.slow
@pytest.mark.parametrize("form", [theory.hellinger, theory.hellinger_rate], ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_the_covariance_is_not_the_printed_one():
    quick = tuple(step for step in theory.HELLINGER_STEPS if not step.left.has(Integral))
    assert Derivation(quick, theory.hellinger.derivation.domain).evidence >= Evidence.SAMPLED
    step = theory.HELLINGER_STEPS[0]
    wrong = Step(step.left, (theory.PLANE.T * theory.PLANE)[0, 0], "H24 (3.3)")
    assert Derivation((wrong,), theory.hellinger.derivation.domain).evidence is Evidence.REFUTED


def test_a_given_model_to_all_printed_digits():
    # correct 0.029100121207729967636, (3.4) as printed 0.02059826780462206445, transposed 0.029412
    assert mpmath.nstr(theory.hellinger.digits(20, model="near"), 20) == "0.029100121207729967636"
    assert printed(0, "near") == pytest.approx(0.02059826780462206445, rel=1e-13)
    assert printed(1, "near") == pytest.approx(0.029412, rel=2e-5)
    assert theory.hellinger.complementary(model="few_data") == pytest.approx(1 - theory.hellinger(model="few_data"))


def test_a_model_from_a_file_of_json(tmp_path):
    from crosscheck.table_files import typed

    file = tmp_path / "model.json"
    file.write_text(json.dumps(NEAR))
    assert theory.hellinger(model=typed("model", f"@{file}")) == theory.hellinger(model="near")


def test_the_plane_is_integrated_to_the_same():
    theta, var = np.array(NEAR["weights"]), NEAR["var_X"]
    centre, precision = np.array(NEAR["intercept"]) + theta @ NEAR["mean_X"], np.linalg.inv(var * theta @ theta.T)
    norm = math.sqrt(np.linalg.det(precision)) / (2 * math.pi)

    def root(y, x):
        first, second = np.array([x, y]) - centre, np.array([x, y]) - NEAR["mean"]
        densities = norm * math.exp(-first @ precision @ first / 2), math.exp(-second @ second / 2 / 0.81)
        return math.sqrt(densities[0] * densities[1] / (2 * math.pi * 0.81))

    overlap, _ = dblquad(root, -6, 6, -6, 6, epsabs=1e-9)
    assert 1 - overlap == pytest.approx(theory.hellinger(model="near"), abs=1e-8)


@pytest.mark.parametrize("model", [NEAR, FEW], ids=["near", "few_data"])
def test_quadrature_along_eigenvectors_and_draws_have_the_value(model):
    exact = simulate(numerics.hellinger, parameters={"model": _table(model)}, replicas=1).mean
    assert exact == pytest.approx(theory.hellinger(model=model), rel=1e-11)
    drawn = simulate(numerics.hellinger_drawn, parameters={"model": _table(model)}, replicas=40_000)
    assert abs(drawn.mean - exact) < 5 * drawn.standard_error


def test_both_misprints_fall_out():
    assert [c.published.equation for c in theory.hellinger.comparisons() if c.differs] == ["(3.4)", "(3.3)"]


def test_a_regression_on_given_data():
    # weights 0.924725663801581123, 0.123908559683184869, -1.13428232605225652, 1.16695247731565659; var_X by (3.2)
    y = torch.tensor([[0.3, -0.4], [1.1, 0.2], [-0.5, 0.9], [0.6, 1.3]], dtype=torch.float64)
    z = torch.tensor([[0.7, 0.1], [-1.2, 0.5], [0.25, -0.6], [0.4, 1.5]], dtype=torch.float64)
    from numerics.regression import _least_squares

    noise = 0.25 * -math.expm1(-1.2)
    found = _least_squares((math.exp(-0.6) * y + math.sqrt(noise) * z)[None], y[None].clone())
    wanted = [[0.924725663801581123, 0.123908559683184869], [-1.13428232605225652, 1.16695247731565659]]
    assert found.transposed[0].T.tolist() == [pytest.approx(row, rel=1e-13) for row in wanted]
    of_input = math.exp(-1.2) * float(found.spread[0]) / 8 + noise
    assert of_input == pytest.approx(0.28943761712225396203, rel=1e-14)


@pytest.mark.parametrize(
    ("ratio", "value"),
    [("0.05", 0.034408), ("0.1", 0.0406779), ("0.2", 0.0551273), ("0.5", 0.120173), ("0.8", 0.184905)],
)
def test_the_rate_at_the_noise_of_figure_3(ratio, value):
    assert theory.hellinger_rate(alpha=ratio, a="0.98168") == pytest.approx(value, rel=2e-5)


def test_the_floor_of_figure_3():
    floor = float(ABUNDANT.subs(theory.a, -math.expm1(-4)))
    assert floor == pytest.approx(0.0286838, rel=2e-6)
    assert theory.hellinger_rate(alpha="1e-6", a="0.98168") == pytest.approx(floor, rel=1e-4)
    assert -math.expm1(-16 * floor) == pytest.approx(0.368, abs=5e-4)
    assert -math.expm1(-100 * floor) == pytest.approx(0.943, abs=5e-4)


@pytest.mark.parametrize(("alpha", "a"), [(0.2, 0.98168), (0.5, 3.0), (0.3, 4.99), (0.6, 0.4)])
def test_the_dyson_equation_of_given_data_has_the_free_sum_as_its_limit(alpha, a):
    assert simulate(numerics.hellinger_rate, parameters={"d": 48, "alpha": alpha, "a": a}, replicas=1).mean == (
        pytest.approx(theory.hellinger_rate(alpha=alpha, a=a), rel=1e-9)
    )
    both, own = log_determinants(48, alpha=alpha, a=a, x=1e-4)
    assert both / 1e-4 == pytest.approx((1 + a * alpha / (1 - alpha)) / (1 + a), rel=1e-3)  # tr S/d
    assert own == log_determinants(48, alpha=alpha, a=a, x=1.0)[1]


def test_gauss_nodes_have_the_marchenko_pastur_moments():
    from numerics.denoiser_spectrum import _spreads

    spread, weight = _spreads(20, 0.3, 1.0)
    w = 0.3 / spread
    edges = (1 - math.sqrt(0.3)) ** 2, (1 + math.sqrt(0.3)) ** 2
    for power in (1, 2, 3, -1):
        wanted, _ = quad(
            lambda x, p=power: x ** (p - 1) * math.sqrt((edges[1] - x) * (x - edges[0])) / (0.6 * math.pi), *edges
        )
        assert (weight * w**power).sum() == pytest.approx(wanted, rel=1e-5)


def test_regressions_approach_the_rate_and_controls_change_no_mean():
    at = {"n": 80, "d": 16, "a": 0.98168}
    reduced = simulate(numerics.hellinger_rate_reduced, parameters=at, replicas=6000)
    made = generator(seed=8, block=0)
    m = numerics.residual(6000, n=80, d=16, generator=made)[2].mul_(math.sqrt(at["a"]))
    m.diagonal(dim1=1, dim2=2).add_(1)
    plain = numerics._distance(m, 1 / (1 + at["a"])) / 16
    error = float(plain.std()) / math.sqrt(6000)
    assert abs(reduced.mean - float(plain.mean())) < 5 * math.hypot(error, reduced.standard_error)
    assert reduced.standard_error < error / 2
    assert reduced.mean == pytest.approx(theory.hellinger_rate(alpha="0.2", a="0.98168"), rel=0.1)


@pytest.mark.parametrize(("n", "value", "error"), [(20, 0.9647, 0.0012), (60, 0.712, 0.004), (200, 0.478, 0.002)])
def test_points_of_figure_3_in_16_dimensions(n, value, error):
    found = -torch.expm1(-numerics.exponent(400, n=n, d=16, a=0.98168, generator=generator(seed=n, block=0)))
    own = float(found.std()) / math.sqrt(400)
    assert abs(float(found.mean()) - value) < 5 * math.hypot(error, own)


def test_a_distance_by_hand_in_one_dimension():
    weights, away = torch.tensor([[[0.7]]], dtype=torch.float64), torch.tensor([[0.3]], dtype=torch.float64)
    wanted = -math.log(math.sqrt(2 * 0.7 / 1.49) * math.exp(-0.09 / (4 * 1.49)))
    assert float(numerics._distance(weights, 1.0, away)[0]) == pytest.approx(wanted, rel=1e-14)


def test_impossible_models_are_refused_in_one_line():
    singular = NEAR | {"weights": [[1, 2], [2, 4]]}
    with pytest.raises(DomainError, match=r"hellinger: .*: weights is singular: .* no density there, and H\^2 is 1"):
        theory.hellinger(model=singular)
    with pytest.raises(DomainError, match=r"var_X = 0 is outside var_X > 0 \(variance of the inputs"):
        theory.hellinger(model=NEAR | {"var_X": 0})
    with pytest.raises(TheoryError, match=r"lacks weights; it needs intercept, weights, mean_X, var_X, mean, sigma"):
        theory.hellinger(model={name: value for name, value in NEAR.items() if name != "weights"})
    with pytest.raises(ParameterError, match="weights is singular"):
        simulate(numerics.hellinger, parameters={"model": _table(singular)}, replicas=1)
    with pytest.raises(ParameterError, match=r"alpha = 1, a = 1, x = 1 is outside 0 < alpha < 1"):
        log_determinants(8, alpha=1.0, a=1.0, x=1.0)
    with pytest.raises(ParameterError, match="a = -1 is outside a > 0"):
        trained(1, n=5, d=2, step=noising_of(-1.0), generator=generator(seed=0, block=0))


def _table(model: dict) -> Table:
    return Table.of({**model, "d": len(model["mean"])})
