"""Delta by logarithms, beside (3.7) as printed in sixty digits and in double precision; conventions; bad input."""

import math
from dataclasses import replace
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import torch

from crosscheck.claim import Route
from crosscheck.claims.kernel_density import generalisation as claims
from crosscheck.engine import run
from crosscheck.verdict import Outcome
from numerics.generalisation import Bandwidths, Conventions, Covariance, SelfTerms, bandwidths, log_pairs, log_sides
from numerics.simulator import ParameterError, simulator
from numerics.systems.kernel_density import generalisation as simulated
from theory.domain import DomainError
from theory.systems.kernel_density import generalisation as derived

HORIZON, LAM = 0.7, 0.3


def generator(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def samples(*counts: int, d: int, seed: int = 1) -> list[torch.Tensor]:
    drawing = generator(seed)
    return [torch.randn(count, d, generator=drawing, dtype=torch.float64) for count in counts]


def printed(y, z, original, conventions: Conventions, digits: int = 60) -> Any:
    """Delta of (3.7), every term summed, in units of (4 pi sigma^2)^(-d/2)."""
    with mp.workdps(digits):
        rows = [[mp.mpf(float(value)) for value in row] for row in y]
        noise = [[mp.mpf(float(value)) for value in row] for row in z]
        others = [[mp.mpf(float(value)) for value in row] for row in original]
        n, d = len(rows), len(rows[0])
        decay, added = mp.exp(-mp.mpf(HORIZON)), mp.mpf(LAM) * (1 - mp.exp(-2 * mp.mpf(HORIZON)))
        x = [
            [decay * a + mp.sqrt(added) * b for a, b in zip(*pair, strict=True)]
            for pair in zip(rows, noise, strict=True)
        ]
        mean_x, mean_y = ([mp.fsum(c) / n for c in zip(*of, strict=True)] for of in (x, rows))
        from_x = mp.matrix([[a - b for a, b in zip(row, mean_x, strict=True)] for row in x])
        from_y = mp.matrix([[a - b for a, b in zip(row, mean_y, strict=True)] for row in rows])
        theta = (mp.inverse(from_x.T * from_x) * from_x.T * from_y).T
        centre = mp.matrix(mean_y) - theta * mp.matrix(mean_x) + theta * (decay * mp.matrix(mean_y))
        variance = decay**2 * mp.fsum(value**2 for value in from_y) / (n * d) + added
        right = conventions.covariance is Covariance.GENERATED
        generated = variance * (theta * theta.T if right else theta.T * theta)
        widths = bandwidths(conventions.bandwidths, n=n, m=len(others), d=d, sigma=1.0)
        exact = [mp.mpf(k) ** (-mp.mpf(1) / d) for k in (n, len(others))]
        if conventions.bandwidths is Bandwidths.COMMON:
            exact[0] = exact[1]
        if conventions.bandwidths is Bandwidths.MIXING:
            exact = [mp.sqrt(mp.log(1 + 1 / (mp.mpf(k) ** (mp.mpf(2) / d) - 1))) for k in (n, len(others))]
        assert [float(width) for width in exact] == pytest.approx(widths, rel=1e-14)

        def distance(samples, width):
            wide = generated + width**2 * mp.eye(d)
            inverse, norm = mp.inverse(wide), mp.sqrt(mp.det(2 * mp.pi * wide))
            away = [mp.matrix([a - b for a, b in zip(row, centre, strict=True)]) for row in samples]
            cross = mp.fsum(mp.exp(-(v.T * inverse * v)[0] / 2) for v in away) / (len(samples) * norm)
            pairs = mp.fsum(
                mp.exp(-mp.fsum((a - b) ** 2 for a, b in zip(one, other, strict=True)) / (4 * width**2))
                for i, one in enumerate(samples) for other in samples[:i]
            )  # fmt: skip
            kernels = (len(samples) + 2 * pairs) / (len(samples) ** 2 * mp.sqrt((4 * mp.pi * width**2) ** d))
            return 1 / mp.sqrt(mp.det(4 * mp.pi * generated)) - 2 * cross + kernels

        return (distance(rows, exact[0]) - distance(others, exact[1])) * mp.sqrt((4 * mp.pi) ** d)


def by_logarithms(y, z, original, conventions: Conventions) -> tuple[float, float]:
    sides = log_sides(y[None, None], z[None, None], original[None, None], horizon=HORIZON, lam=LAM, sigma=1.0,
                      conventions=conventions)  # fmt: skip
    above, below = (float(side) for side in sides)
    return above, below


def difference(above: float, below: float) -> Any:
    return mp.exp(mp.mpf(above)) - mp.exp(mp.mpf(below))


@pytest.mark.parametrize("covariance", list(Covariance))
@pytest.mark.parametrize("widths", list(Bandwidths))
def test_the_logarithms_are_the_printed_sums_in_every_convention(widths, covariance):
    conventions = Conventions(widths, covariance)
    y, z, original = samples(7, 7, 12, d=3)
    above, below = by_logarithms(y, z, original, conventions)
    exact = printed(y, z, original, conventions)
    assert float(difference(above, below)) == pytest.approx(float(exact), rel=1e-9)


def test_the_logarithms_are_the_printed_sums_in_many_dimensions():
    y, z, original = samples(40, 40, 60, d=30)
    conventions = Conventions()
    above, below = by_logarithms(y, z, original, conventions)
    exact = printed(y, z, original, conventions)
    assert float(difference(above, below)) == pytest.approx(float(exact), rel=1e-8)


@pytest.mark.slow
def test_the_same_in_a_hundred_dimensions():
    y, z, original = samples(110, 110, 130, d=100)
    above, below = by_logarithms(y, z, original, Conventions())
    exact = printed(y, z, original, Conventions(), digits=80)
    assert float(difference(above, below)) == pytest.approx(float(exact), rel=1e-6)
    assert abs(exact) < 1e-6


def test_two_ways_agree_set_by_set_where_double_precision_holds():
    at = {"horizon": HORIZON, "lam": LAM, "replicas": 300}
    found = [
        route(n=6, d=2, N_original=11, generator=generator(4), **at)
        for route in (simulated.generalisation_probability, simulated.generalisation_probability_printed)
    ]
    assert found[0].tolist() == found[1].tolist()
    assert 0.05 < float(found[0].mean()) < 0.5


def test_pairs_are_those_of_plain_sums_across_tiles():
    samples = torch.randn(2, 700, 5, generator=generator(), dtype=torch.float64)
    width = 0.4
    found = log_pairs(samples, sigma=1.3, bandwidth=width)
    for rows, value in zip(samples, found, strict=True):
        apart = torch.cdist(rows, rows).square().numpy()[np.triu_indices(700, 1)]
        plain = math.log(2 * np.exp(-apart / (4 * width**2)).sum() / 700**2 * (1.3 / width) ** 5)
        assert float(value) == pytest.approx(plain, rel=1e-12)
    assert float(log_pairs(samples[:1, :1], sigma=1, bandwidth=1)) == -math.inf


def test_pairs_of_distant_samples_do_not_underflow():
    samples = 60 * torch.randn(1, 40, 30, generator=generator(), dtype=torch.float64)
    nearest = float(torch.pdist(samples[0]).square().min())
    found = float(log_pairs(samples, sigma=1, bandwidth=1))
    assert found == pytest.approx(-nearest / 4 + math.log(2) - 2 * math.log(40), abs=3)


def test_single_precision_invents_a_difference_in_a_hundred_dimensions():
    y, z, original = (rows[None, None] for rows in samples(120, 120, 400, d=100))
    found = {}
    for terms in SelfTerms:
        conventions = Conventions(self_terms=terms)
        above, below = log_sides(y, z, original, horizon=2, lam=math.exp(-4), sigma=1.0, conventions=conventions)
        found[terms] = abs(float(above.exp() - below.exp()))
    assert found[SelfTerms.CANCELLED] < 1e-9
    assert found[SelfTerms.SINGLE] > 1e-7


def test_fewer_samples_than_dimensions_have_a_sign():
    found = simulated.generalisation_probability(
        n=3, d=8, N_original=20, horizon=2, lam=math.exp(-4), replicas=20, generator=generator()
    )
    assert set(found.tolist()) <= {0.0, 1.0}


def test_with_as_many_samples_as_originals_an_even_chance_is_approached():
    chances = [
        float(
            simulated.generalisation_probability(
                n=n, d=2, N_original=n, horizon=2, lam=math.exp(-4), replicas=1000, generator=generator()
            ).mean()
        )
        for n in (10, 120)
    ]
    assert chances[0] < 0.3 < 0.34 < chances[1] < 0.55


def test_the_claim_agrees_set_by_set():
    verdict = run([claims.generalisation_probability]).verdicts[0]
    assert verdict.outcome is Outcome.AGREES, verdict.reason
    assert [(leg.route, leg.points[0].successes) for leg in verdict.legs] == [("side by side", 0)]
    assert all(test.rejected for test in verdict.self_tests)


@pytest.mark.slow
def test_the_claim_agrees():
    verdict = run([claims.generalisation_probability], tier="standard").verdicts[0]
    assert verdict.outcome is Outcome.AGREES, verdict.reason
    assert [leg.route for leg in verdict.legs] == ["side by side", "logarithms"]


def disagreeing(conventions: Conventions):
    """Whether logarithms by other conventions give another sign than (3.7) by those of the caption."""

    @simulator(size="n", route="wrong", values="indicator", footprint=lambda **_: 512)
    def wrong(
        *, n: int, d: int, N_original: int, horizon: float, lam: float, replicas: int, generator: torch.Generator
    ) -> torch.Tensor:
        y, z, original = (simulated.drawn(replicas, count, d, generator) for count in (n, n, N_original))
        found = simulated.shares(y, z, original, horizon=horizon, lam=lam, conventions=conventions)
        return (found != simulated.printed_signs(y, z, original, horizon=horizon, lam=lam)).double()

    return wrong


@pytest.mark.parametrize(
    "conventions",
    [
        Conventions(Bandwidths.COMMON),
        Conventions(Bandwidths.MIXING),
        Conventions(covariance=Covariance.TRANSPOSED),
    ],
)
def test_another_convention_is_refuted_set_by_set(conventions):
    one = claims.generalisation_probability
    wrong = replace(one, routes=(Route(source=disagreeing(conventions), paired=True), one.routes[1]))
    assert run([wrong]).verdicts[0].outcome is Outcome.DISAGREES


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"N_original": 5, "n": 6}, "N_original = 5 is outside N_original >= n"),
        ({"d": 13, "n": 20, "N_original": 30}, "d = 13 is outside d <= 12"),
        ({"d": 6}, "n = 6, d = 6 is outside n > d"),
    ],
)
def test_bad_input_gets_one_line(changed, message):
    at = {"n": 6, "d": 2, "N_original": 11, "horizon": 1.0, "lam": 0.1} | changed
    with pytest.raises(ParameterError) as raised:
        simulated.generalisation_probability_printed(**at, replicas=1, generator=generator())
    assert message in str(raised.value)


def test_fewer_originals_than_samples_are_outside_the_domain():
    with pytest.raises(DomainError, match="N_original"):
        derived.generalisation_probability(n=6, d=2, N_original=5, horizon=1, lam=0.1)
