"""The error of a kernel density and the bandwidth where it is least."""

import math

import mpmath
import pytest
import torch
from scipy import integrate

from crosscheck.claims.kernel_density import bandwidth as claims
from crosscheck.engine import run
from crosscheck.reference_points import Field, explained
from crosscheck.verdict import Outcome
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.kernel_density import bandwidth as simulated
from theory.derivation import Evidence
from theory.domain import DomainError
from theory.systems.kernel_density import bandwidth as derived

CLAIMS = (claims.mise, claims.optimal_bandwidth, claims.optimal_bandwidth_limit, claims.silverman_bandwidth)
AT = {"n": 23, "d": 7, "sigma": "0.8"}


def test_reference_values_hold_to_the_printed_digits():
    assert mpmath.nstr(derived.optimal_bandwidth.digits(20, **AT), 20) == "0.69113387040538042764"
    assert mpmath.nstr(derived.silverman_bandwidth.digits(20, **AT), 20) == "0.55883031170842385435"
    assert derived.optimal_bandwidth(n=100, d=100, sigma=1) == pytest.approx(1.296952718669, abs=5e-13)
    assert derived.optimal_bandwidth_limit(n=100, d=100, sigma=1) == pytest.approx(1.296952718561, abs=5e-13)


def test_the_error_of_two_kernels_in_one_dimension_is_that_of_a_quadrature():
    sigma, bandwidth = 0.8, 0.5

    def normal(x: float, s: float) -> float:
        return math.exp(-((x / s) ** 2) / 2) / (math.sqrt(2 * math.pi) * s)

    def error(x: float) -> float:
        mean = normal(x, math.hypot(sigma, bandwidth))
        square = integrate.quad(lambda a: normal(x - a, bandwidth) ** 2 * normal(a, sigma), -8, 8)[0]
        return (square - mean**2) / 2 + (mean - normal(x, sigma)) ** 2

    expected = integrate.quad(error, -8, 8)[0]
    assert derived.mise(n=2, d=1, sigma=sigma, bandwidth=bandwidth) == pytest.approx(expected, rel=1e-7)


def test_the_root_is_the_minimum_of_the_error():
    best = derived.optimal_bandwidth(**AT)
    least = derived.mise(**AT, bandwidth=best)
    assert all(derived.mise(**AT, bandwidth=best * by) > least for by in (0.97, 0.999, 1.001, 1.03))


def test_the_root_scales_with_sigma_but_the_mixing_time_does_not():
    printed = derived.optimal_bandwidth.published[0].formula
    other = [derived.optimal_bandwidth(n=23, d=7, sigma=sigma) / sigma for sigma in (0.5, 2)]
    assert other[0] == pytest.approx(other[1], rel=1e-14)
    mixing = [claims.optimal_bandwidth.theory_at({"d": 7, "sigma": s}, 23, printed) / s for s in (0.5, 2)]  # type: ignore[dict-item]
    assert abs(mixing[0] / mixing[1] - 1) > 0.1


def test_the_root_holds_where_n_is_huge_and_in_balls():
    assert derived.optimal_bandwidth(n=10**300, d=1000, sigma=1) == pytest.approx(
        derived.optimal_bandwidth_limit(n=10**300, d=1000, sigma=1), rel=1e-6
    )
    assert abs(float(derived.optimal_bandwidth.ball(80, **AT).mid()) - derived.optimal_bandwidth(**AT)) < 1e-15


@pytest.mark.parametrize("route", [simulated.mise, simulated.mise_at_points])
def test_two_ways_to_simulate_the_error_agree_with_the_grid(route):
    at = {"n": 5, "d": 2, "sigma": 1.3, "bandwidth": 0.6}
    found = simulate(route, parameters=at, replicas=20000, seed=1)
    exact = simulate(simulated.mise_on_a_grid, parameters=at, replicas=1).mean
    assert abs(found.mean - exact) < 5 * found.standard_error
    assert found.standard_error < 0.01 * exact


def test_kernels_much_wider_or_narrower_than_the_data_need_no_other_grid():
    for at in ({"bandwidth": 0.05}, {"bandwidth": 4.0}):
        values = {"n": 9, "d": 3, "sigma": 1.0, **at}
        exact = simulate(simulated.mise_on_a_grid, parameters=values, replicas=1).mean
        assert exact == pytest.approx(derived.mise(**values), rel=1e-9)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.theory.observable)
def test_the_claims_agree_and_reject_their_rivals(claim):
    verdict = run([claim]).verdicts[0]
    assert verdict.outcome is Outcome.AGREES, verdict.reason


@pytest.mark.slow
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.theory.observable)
def test_derivations_are_checked_and_reasons_computed_again(claim):
    assert claim.theory.derivation.evidence >= Evidence.SAMPLED
    found = explained(Field.of(claim), claim.points)
    assert [chosen.because for chosen in found] == [reference.because for reference in claim.reference_points]


def test_printed_formulas_that_differ_are_errata():
    assert [c.differs for c in derived.silverman_bandwidth.comparisons()] == [False]
    assert not derived.mise.published


@pytest.mark.parametrize(
    ("form", "at", "message"),
    [
        (derived.mise, {"n": 5, "d": 2, "sigma": 1, "bandwidth": 0}, "bandwidth = 0 is outside bandwidth > 0"),
        (derived.mise, {"n": 1, "d": 2, "sigma": 1, "bandwidth": 1}, "n = 1 is outside an integer, n >= 2"),
        (derived.optimal_bandwidth, {"n": 5, "d": 2, "sigma": -1}, "sigma = -1 is outside sigma > 0"),
        (derived.silverman_bandwidth, {"n": 5, "d": 0, "sigma": 1}, "d = 0 is outside an integer, d >= 1"),
    ],
)
def test_bad_input_gets_one_line(form, at, message):
    with pytest.raises(DomainError) as raised:
        form(**at)
    assert message in str(raised.value)


def test_too_many_pairs_are_refused():
    with pytest.raises(ParameterError, match="n <= 4096"):
        simulated.mise(n=5000, d=1, sigma=1, bandwidth=1, replicas=1, generator=torch.Generator())
