"""Integrals over levels against data, quadrature and one another; what they refuse."""

import math

import numpy as np
import pytest
from scipy import integrate, special, stats

from numerics import random_energy
from numerics.simulator import ParameterError

SMALL = {"d": 8, "log_n": math.log(30), "t": 0.4, "sigma": 1.2}


def drawn(*, d: int, log_n: float, t: float, sigma: float, draws: int) -> dict[str, np.ndarray]:
    """By the definition: data, a noised datum, all energies."""
    generator = np.random.default_rng(5)
    n, noise = round(math.exp(log_n)), 1 - math.exp(-2 * t)
    data = sigma * generator.standard_normal((draws, n, d))
    z = generator.standard_normal((draws, d))
    x = data[:, 0] * math.exp(-t) + math.sqrt(noise) * z
    energy = np.square(x[:, None] - data * math.exp(-t)).sum(axis=2) / (2 * noise)
    others = special.logsumexp(-energy[:, 1:], axis=1)
    shares = np.exp(-energy[:, 1:] - others[:, None])
    own = energy[:, 0]
    return {
        "excess": np.logaddexp(0, others + own) / d,
        "log_sum": others,
        "shares": np.square(shares).sum(axis=1),
    }


def test_the_integrals_equal_means_over_drawn_data():
    found = drawn(**SMALL, draws=6000)
    expected = {
        "excess": random_energy.excess_entropy(**SMALL),
        "log_sum": random_energy.mean_log_sum(**SMALL),
        "shares": random_energy.mean_squared_shares(**SMALL),
    }
    for name, values in found.items():
        assert abs(values.mean() - expected[name]) < 4.5 * values.std() / math.sqrt(len(values)), name


def test_two_data_have_the_excess_entropy_of_one_normal_log_ratio():
    """log(Z_2/Z_1) given the data is normal of mean -D and variance 2 D, D = |a_1 - a_2|^2 exp(-2t)/(2 Delta)."""
    d, t, sigma = 10, 0.5, 0.4
    scale = 2 * sigma**2 / math.expm1(2 * t) / 2

    def given(chi: float) -> float:
        mean = scale * chi
        inner, _ = integrate.quad(
            lambda z: np.logaddexp(0, -mean + math.sqrt(2 * mean) * z) * stats.norm.pdf(z), -10, 10, epsabs=1e-12
        )
        return inner * stats.chi2.pdf(chi, d)

    expected, _ = integrate.quad(given, 0, 90, epsabs=1e-10)
    found = random_energy.excess_entropy(d=d, log_n=math.log(2), t=t, sigma=sigma)
    assert found == pytest.approx(expected / d, rel=1e-6)


def test_the_energy_of_another_datum_is_a_noncentral_chi_square():
    energy, square, contrast = np.array([3.0, 5.0, 9.0]), np.array([10.0, 12.0, 15.0]), 0.8
    found = random_energy.log_density(energy, d=12, contrast=contrast, square=square)
    away = square * (1 + contrast) / contrast
    assert found == pytest.approx(
        stats.ncx2.logpdf(2 * energy / contrast, 12, away) + math.log(2 / contrast), rel=1e-12
    )


def test_the_expansion_of_bessel_functions_meets_the_function_itself():
    z = np.array([5.0, 50.0, 200.0])
    assert random_energy.log_bessel(60.0, z) == pytest.approx(np.log(special.ive(60.0, z)), abs=1e-9)


@pytest.mark.parametrize(("t", "d"), [(0.3, 20), (0.6, 20), (1.5, 40)])
def test_a_finer_grid_changes_nothing(monkeypatch, t, d):
    at = {"d": d, "log_n": 0.4 * d, "t": t, "sigma": 1.0}
    coarse = [
        random_energy.excess_entropy(**at),
        random_energy.mean_log_sum(**at),
        random_energy.mean_squared_shares(**at),
    ]
    monkeypatch.setattr(random_energy, "STEP", 0.2)
    monkeypatch.setattr(random_energy, "NODES", np.arange(-8.5, 8.51, 0.5))
    fine = [
        random_energy.excess_entropy(**at),
        random_energy.mean_log_sum(**at),
        random_energy.mean_squared_shares(**at),
    ]
    assert coarse == pytest.approx(fine, rel=1e-8)


def test_any_number_of_data_has_an_excess_entropy_between_none_and_all():
    for log_n in (0.7, 20.0, 2000.0):
        found = random_energy.excess_entropy(d=4000, log_n=log_n, t=0.5, sigma=1.0)
        assert -1e-12 < found < log_n / 4000


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"log_n": 0.0}, "n >= 2"), ({"t": 0.0}, "t > 0"), ({"sigma": -1.0}, "sigma > 0"), ({"d": 0}, "d >= 1")],
)
def test_what_is_no_model_is_refused(wrong, message):
    with pytest.raises(ParameterError, match=message):
        random_energy.excess_entropy(**{**SMALL, **wrong})
