"""KL/d not expanded: printed digits, both branches and their meeting point, the exact mean at n and d against draws."""

import math

import mpmath
import numpy as np
import pytest
import torch
from scipy.integrate import quad

from numerics.regression_determinant import mean_log_determinant
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.linear_denoiser import limit as numerics
from theory import free_regression
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.evaluate import as_array
from theory.systems.linear_denoiser import limit as theory
from theory.systems.linear_denoiser.second_order import divergence_variance_limit

FORMS = (theory.divergence_limit, theory.divergence_limit_above)


@pytest.mark.slow
def test_every_step_of_the_derivations_is_checked():
    for form in FORMS:
        assert form.derivation.evidence >= Evidence.SAMPLED


def test_the_sum_over_minors_is_the_mean_of_the_determinant():
    n, d, a, x = 30, 3, 0.7, 0.6
    made = generator(seed=9, block=0)
    m = numerics.residual(40_000, n=n, d=d, generator=made)[2].mul_(math.sqrt(a))
    m.diagonal(dim1=1, dim2=2).add_(1)
    drawn = torch.linalg.det(torch.eye(d, dtype=torch.float64) + x * m.mT @ m)
    wanted = 0.0
    for p in range(d + 1):
        for size in range(d - p + 1):
            inverse = math.prod(1 / (n - 1 - d + size - k - 1) for k in range(1, size + 1))
            ways = math.comb(d, p) * math.comb(d - p, size) ** 2 * math.factorial(size)
            wanted += x ** (p + size) * ways * a**size * inverse
    assert abs(float(drawn.mean()) - wanted) < 5 * float(drawn.std()) / math.sqrt(len(drawn))


@pytest.mark.slow
def test_a_wrong_largest_term_is_refuted():
    right = free_regression.SUM_STEPS[3]
    wrong = Step(right.left, right.right + theory.a / 100, "shifted")
    assert Derivation((wrong,), free_regression.STEPS).evidence is Evidence.REFUTED


def test_both_branches_follow_and_a_wrong_one_is_refuted():
    steps = tuple(step for step in free_regression.DETERMINANT_STEPS if not step.left.has(free_regression.Integral))
    assert len(steps) == 6
    assert Derivation(steps, free_regression.STEPS).evidence >= Evidence.SAMPLED
    right = free_regression.DETERMINANT_STEPS[2]
    wrong = Step(right.left, 2 * right.right, "twice", where=right.where)
    assert Derivation((wrong,), free_regression.STEPS).evidence is Evidence.REFUTED


def test_a_printed_value_to_all_digits():
    # 0.20856790623003021237 at a = 0.83, alpha = 0.37 < 1/(1 + a)
    found = theory.divergence_limit.digits(20, alpha="0.37", a="0.83")
    assert mpmath.nstr(found, 20) == "0.20856790623003021237"
    assert mpmath.nstr(found, 15, strip_zeros=False) == "0.208567906230030"
    assert theory.divergence_limit.ball(alpha="0.37", a="0.83").overlaps(
        theory.divergence_limit.ball(120, alpha="0.37", a="0.83")
    )


@pytest.mark.parametrize(
    ("lamhat", "ratio", "value"),
    [  # horizon = 2
        (1, "0.01", 0.096786), (1, "0.1", 0.121805), (1, "0.3", 0.200437), (1, "0.5", 0.341974), (1, "0.9", 2.12309),
        (0.1, "0.1", 0.00709170), (0.1, "0.9", 0.404393), (0.01, "0.5", 4.88449e-3), (0.01, "0.9", 4.37701e-2),
    ],
)  # fmt: skip
def test_a_table_over_noise_and_ratio(lamhat, ratio, value):
    assert theory.divergence_limit(alpha=ratio, a=lamhat * -math.expm1(-4)) == pytest.approx(value, rel=4e-6)


def test_much_noise_makes_more_data_worse():
    # a = 4.908: 0.5707 at alpha = 0.226, 0.5610 at 0.357; a = 8: 0.7093 at 0.15, 0.6267 at 0.30
    for a, few, many, values in ((4.908, "0.357", "0.226", (0.5610, 0.5707)), (8, "0.30", "0.15", (0.6267, 0.7093))):
        found = [theory.divergence_limit(alpha=ratio, a=a) for ratio in (few, many)]
        assert found == pytest.approx(values, abs=5e-5)
        assert found[0] < found[1]


def test_branches_meet_with_their_slopes_and_not_with_their_curvatures():
    a, step = 0.83, 1e-4
    at = 1 / (1 + a)
    below, there, above = (theory.divergence_limit(alpha=at + shift, a=a) for shift in (-step, 0.0, step))
    further_below, further = (theory.divergence_limit(alpha=at + shift, a=a) for shift in (-2 * step, 2 * step))
    assert (further - there) / (2 * step) == pytest.approx((there - further_below) / (2 * step), rel=2e-3)
    left, right = (further_below - 2 * below + there) / step**2, (there - 2 * above + further) / step**2
    # d^2/d alpha^2 of -l/2, by 1/(1 - alpha) in `inside`, whose slope is -1/alpha there
    assert right - left == pytest.approx(-1 / (2 * at**2 * (1 - at)), rel=0.01)
    assert theory.divergence_limit_above(alpha=at + step, a=a) == pytest.approx(above, rel=1e-13)


def test_the_determinant_is_the_mean_over_the_eigenvalues_outside_the_unit_circle():
    alpha, a = 0.6, 2.1
    radius = lambda share: a * alpha * share / (1 - alpha * share)  # noqa: E731
    wanted, _ = quad(lambda share: max(0.0, math.log(radius(share))), 1e-12, 1, points=[1 / (alpha * (1 + a))])
    within = float(theory.WITHIN.subs({theory.alpha: alpha, theory.a: a}))
    assert theory.divergence_limit(alpha=alpha, a=a) == pytest.approx(within - wanted / 2, rel=1e-9)


def test_little_noise_makes_it_the_second_order():
    exact, second = (f(alpha="0.3", a="1e-5") for f in (theory.divergence_limit, divergence_variance_limit))
    assert exact == pytest.approx(second, rel=1e-4)


def test_one_dimension_is_an_integral_over_a_ratio_of_normal_and_chi():
    n, b = 9, 0.7
    freedom = n - 1
    norm = math.gamma((freedom + 1) / 2) / (math.sqrt(freedom * math.pi) * math.gamma(freedom / 2))

    def integrand(t):
        m = t / math.sqrt(freedom)  # Student's t
        return norm * (1 + t * t / freedom) ** (-(freedom + 1) / 2) * 2 * math.log(abs(1 + math.sqrt(b) * m))

    zero = -math.sqrt(freedom / b)
    pieces = [(-np.inf, zero - 1), (zero - 1, zero), (zero, zero + 1), (zero + 1, 0), (0, np.inf)]
    wanted = sum(quad(integrand, *piece, limit=200)[0] for piece in pieces)
    assert mean_log_determinant(n, 1, b) == pytest.approx(wanted, rel=1e-7)


@pytest.mark.parametrize(("n", "d", "b"), [(12, 2, 0.83), (13, 2, 0.83), (25, 8, 0.83), (25, 8, 3.0), (14, 6, 9.0)])
def test_the_exact_mean_of_the_log_determinant_is_that_of_draws(n, d, b):
    made = generator(seed=4, block=0)
    m = numerics.residual(20_000, n=n, d=d, generator=made)[2].mul_(math.sqrt(b))
    m.diagonal(dim1=1, dim2=2).add_(1)
    drawn = 2 * torch.linalg.slogdet(m).logabsdet
    assert abs(float(drawn.mean()) - mean_log_determinant(n, d, b)) < 5 * float(drawn.std()) / math.sqrt(len(drawn))


def test_a_square_normal_matrix_alone_has_digammas():
    from scipy.special import digamma

    b = 1e7  # 1 + root(b) M, M = W^-1/2 G, is root(b) M
    j = np.arange(5)
    wanted = 5 * math.log(b) + (digamma((5 - j) / 2) - digamma((16 - j) / 2)).sum()
    assert mean_log_determinant(17, 5, b) == pytest.approx(wanted, abs=1e-2)


def test_no_noise_is_a_determinant_of_one():
    assert mean_log_determinant(31, 4, 1e-3) == pytest.approx(-1e-3 * 4 / 25, rel=0.02)  # -b E tr M^2


@pytest.mark.parametrize(("alpha", "a"), [("0.25", "0.9"), ("0.4", "0.5"), ("0.5", "5"), ("0.6", "2")])
def test_the_next_order_of_both_branches_is_that_of_the_exact_mean(alpha, a):
    form = theory.divergence_limit
    rest = []
    for d in (24, 48):
        exact = simulate(
            numerics.divergence_limit, parameters={"n": round(d / float(alpha)), "d": d, "a": float(a)}, replicas=1
        ).mean
        rest.append((exact - form(alpha=alpha, a=a)) / form.finite_size(alpha=alpha, a=a, d=d) - 1)
    assert abs(rest[1]) < 0.06
    assert abs(rest[1]) < 0.62 * abs(rest[0])


def test_a_given_model_has_the_divergence_of_its_covariance():
    # KL(rho_G | rho) = 0.099475170204229678231, of which the mean has 0.040484567901234567901
    theta = torch.tensor([[[2.3, -0.7], [0.4, 1.9]]], dtype=torch.float64)
    found = float(numerics.divergence(theta.mT, 0.13 / 0.81)[0])
    assert found == pytest.approx(0.099475170204229678231 - 0.040484567901234567901, rel=1e-13)


def test_drawn_data_and_bartlett_factors_have_the_exact_mean_and_one_law():
    at = {"n": 40, "d": 6, "a": 1.7}
    exact = simulate(numerics.divergence_limit, parameters=at, replicas=1).mean
    for run in (numerics.divergence_limit_data, numerics.divergence_limit_reduced):
        found = simulate(run, parameters=at, replicas=4000)
        assert abs(found.mean - exact) < 5 * found.standard_error
    made = generator(seed=1, block=0)
    drawn = numerics.divergence_limit_data(**at, replicas=4000, generator=made)
    m = numerics.residual(4000, n=40, d=6, generator=made)[2].mul_(math.sqrt(1.7))
    m.diagonal(dim1=1, dim2=2).add_(1)
    reduced = numerics.divergence(m, 1 / 2.7) / 6
    both = torch.cat((drawn, reduced)).sort().values
    first, second = (torch.searchsorted(part.sort().values, both, right=True) / 4000 for part in (drawn, reduced))
    assert float((first - second).abs().max()) < math.sqrt(math.log(2 / 1e-6) / 4000)


def test_impossible_parameters_are_refused_in_one_line():
    with pytest.raises(DomainError, match=r"divergence_limit: alpha = 1 is outside 0 < alpha < 1"):
        theory.divergence_limit(alpha=1, a=1)
    with pytest.raises(
        DomainError, match=r"divergence_limit_above: alpha = 0.37, a = 0.83 is outside alpha\*\(a \+ 1\) > 1"
    ):
        theory.divergence_limit_above(alpha="0.37", a="0.83")
    with pytest.raises(ParameterError, match=r"n = 5, d = 5, b = 1 is outside n > d >= 1, b > 0"):
        mean_log_determinant(5, 5, 1.0)
    with pytest.raises(ParameterError, match=r"b = 0\.00100 is too small for d = 4; draw data instead"):
        mean_log_determinant(30, 4, 1e-3)
    with pytest.raises(ParameterError, match="needs n >= "):
        simulate(numerics.divergence_limit_data, parameters={"n": 12, "d": 6, "a": 1.0}, replicas=1)


def test_the_second_order_that_is_printed_as_a_lower_bound_lies_on_both_sides():
    # per dimension, lamhat = 1 and horizon = 2: second order .061386 and 54.745 beside .096786 and 2.12309
    (compared,) = theory.divergence_limit.comparisons()
    assert (compared.published.equation, compared.differs) == ("(3.5)", True)
    for ratio, second, exact in (("0.01", 0.061386, 0.096786), ("0.9", 54.745, 2.12309)):
        at = {"alpha": ratio, "a": -math.expm1(-4)}
        found = float(as_array(compared.published.formula, theory.divergence_limit.at(at)))
        assert found == pytest.approx(second, rel=1e-5)
        assert theory.divergence_limit(**at) == pytest.approx(exact, rel=1e-5)
