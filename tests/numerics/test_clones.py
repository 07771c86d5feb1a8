"""Clones of a backward path: each step against the plain one, the law at every time, and bad input."""

import math
from itertools import pairwise

import pytest
import torch

from numerics import clones
from numerics.clones import TwoModes, advance, advance_pair, drawn, mode, same_mode, signal, signal_grid, time_of_signal
from numerics.diffusion import geometric_grid, linear_exact, variance
from numerics.simulator import ParameterError

MODES = TwoModes(mode(6, 0.8), 0.6)
TIMES = (2.0, 1.7, 1.1, 0.7, 0.5)


def generator(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def log_density(y: torch.Tensor, t: float) -> torch.Tensor:
    width = variance(t, T=1.0) + (0.6 * math.exp(-t)) ** 2
    distances = torch.stack([(y - s * math.exp(-t) * MODES.mode).square().sum(1) for s in (1, -1)])
    return torch.logsumexp(-distances / (2 * width), 0)


def by_heun(y: torch.Tensor, times: tuple[float, ...], random: torch.Generator) -> torch.Tensor:
    """The same steps with tensors of all components: drive, predict, drive again."""
    for t, t_next in pairwise(times):

        def centre(at: torch.Tensor, when: float) -> torch.Tensor:
            weight = torch.tanh(at @ MODES.mode * MODES.field(when))
            return weight.unsqueeze(1) * MODES.mode

        factor, force, size = linear_exact(centre, T=1.0, spread=0.36).coefficients(t, t_next)
        moved = factor * y + size * torch.randn(y.shape, dtype=y.dtype, generator=random)
        first = centre(y, t)
        second = centre(moved + force * first, t_next)
        y = moved + force * (first + second) / 2
    return y


def test_the_score_is_the_gradient_of_the_log_density():
    y = torch.randn(50, 6, dtype=torch.float64, generator=generator()).requires_grad_(True)
    (gradient,) = torch.autograd.grad(log_density(y, 0.4).sum(), y)
    assert torch.allclose(MODES.score(y.detach(), 0.4), gradient, rtol=1e-12, atol=1e-12)


def test_steps_in_place_are_those_of_heun():
    y = torch.randn(40, 6, dtype=torch.float64, generator=generator())
    expected = by_heun(y.clone(), TIMES, generator(2))
    along = advance(y, modes=MODES, times=TIMES, generator=generator(2))
    assert torch.allclose(y, expected, rtol=1e-12, atol=1e-12)
    assert torch.allclose(along, y @ MODES.mode, rtol=1e-12, atol=1e-12)


def test_the_fine_path_of_a_pair_is_the_path_itself_and_the_coarse_one_has_the_law_of_its_grid():
    start = torch.randn(40, 6, dtype=torch.float64, generator=generator())
    alone, fine, coarse = start.clone(), start.clone(), start.clone()
    advance(alone, modes=MODES, times=TIMES, generator=generator(3))
    along, along_coarse = advance_pair(fine, coarse, modes=MODES, times=TIMES, generator=generator(3))
    assert torch.equal(alone, fine)
    assert torch.allclose(along, fine @ MODES.mode)
    assert torch.allclose(along_coarse, coarse @ MODES.mode)
    # Across m the process is linear: any grid is exact, and both see one noise.
    across = torch.eye(6, dtype=torch.float64) - torch.outer(MODES.mode, MODES.mode) / MODES.squared_norm
    assert torch.allclose(fine @ across, coarse @ across, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("stop", [1.0, 0.3])
def test_the_way_back_keeps_the_law_of_the_noised_data(stop):
    y = drawn(40_000, MODES, t=3.0, generator=generator())
    along = advance(y, modes=MODES, times=signal_grid(MODES, 3.0, stop, step=0.1), generator=generator(4))
    expected = drawn(40_000, MODES, t=stop, generator=generator(5)) @ MODES.mode
    shares = torch.linspace(0.02, 0.98, 25, dtype=torch.float64)
    edges = torch.quantile(expected, shares)
    found = (along.unsqueeze(1) <= edges).double().mean(0)
    assert (found - shares).abs().max() < 5 * math.sqrt(0.5 / 40_000)  # two samples, five standard errors
    across = y[:, 0] - along * MODES.mode[0] / MODES.squared_norm
    share = 1 - float(MODES.mode[0] ** 2) / MODES.squared_norm
    assert float(across.var()) == pytest.approx(MODES.noise(stop) * share, rel=0.03)


def test_a_coarser_grid_errs_more():
    start = drawn(20_000, MODES, t=2.5, generator=generator())
    exact = float((drawn(200_000, MODES, t=0.2, generator=generator(6)) @ MODES.mode).abs().mean())

    def error(steps: int) -> float:
        along = advance(start.clone(), modes=MODES, times=geometric_grid(2.5, 0.2, steps), generator=generator(7))
        return abs(float(along.abs().mean()) - exact)

    assert error(32) < 0.015
    assert error(2) > 5 * error(32)


def test_pairs_of_clones_are_counted_by_their_posterior():
    ends = torch.tensor([[9.0, 9.0, 0.0], [9.0, -9.0, 0.0], [9.0, 9.0, 0.0]], dtype=torch.float64)
    sure = TwoModes(torch.ones(1, dtype=torch.float64) * 4, 0.1)
    assert same_mode(ends, modes=sure, t=0.1).tolist() == pytest.approx([1.0, 1 / 3, 0.5])


def test_clones_are_counted_on_one_side_of_the_plane_at_every_time():
    modes = TwoModes(mode(3, 1.2), 0.5)
    asked = {"times": (2.5, 1.0, 0.4), "pairs": 3000, "horizon": 6.0, "stop": 2**-6, "step": 0.25}
    counts = clones.agreeing(modes, **asked, generator=generator())
    assert abs(counts[0] / 3000 - 0.5) < 0.05
    assert counts[0] < counts[1] < counts[2] <= 3000
    chunks = clones.agreeing(modes, **asked, components=300, generator=generator())
    assert all(abs(one - other) < 200 for one, other in zip(counts, chunks, strict=True))


def test_the_grid_has_equal_steps_of_the_signal_and_reaches_both_ends():
    times = signal_grid(MODES, 3.0, 0.5, step=0.2)
    assert (times[0], times[-1]) == (3.0, 0.5)
    assert len(times) % 2 == 1
    steps = [signal(MODES, after) - signal(MODES, before) for before, after in pairwise(times)]
    assert steps == pytest.approx([steps[0]] * len(steps))
    assert 0.1 < steps[0] <= 0.2


def test_a_signal_that_the_data_never_have_belongs_to_the_data_themselves():
    assert time_of_signal(MODES, signal(MODES, 0.8)) == pytest.approx(0.8)
    assert time_of_signal(MODES, 100.0) == 0.0


def test_a_mode_has_the_norm_that_is_asked_for_in_any_dimension():
    for d in (1, 3, 1000):
        assert float(mode(d, 0.7).norm()) == pytest.approx(0.7 * math.sqrt(d))
    assert mode(4, 0.7, dtype=torch.float32).dtype == torch.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mode(0, 0.7), "d = 0 is outside d >= 1"),
        (lambda: mode(4, -0.7), "mu = -0.7 is outside mu > 0"),
        (lambda: TwoModes(mode(4, 1.0), 0.0), "sigma = 0.0 is outside sigma > 0"),
        (lambda: TwoModes(torch.ones(2, 2), 1.0), "needs one axis"),
        (lambda: signal_grid(MODES, 1.0, 2.0, step=0.1), "needs start > stop >= 0"),
        (
            lambda: clones.agreeing(
                MODES, times=(1.0, 2.0), pairs=1, horizon=3.0, stop=0.1, step=0.1, generator=generator()
            ),
            "needs pairs >= 1 and horizon >= falling times > stop >= 0",
        ),
        (lambda: same_mode(torch.ones(1, 3), modes=MODES, t=1.0), "needs two or more"),
        (
            lambda: advance_pair(
                torch.ones(1, 6), torch.ones(1, 6), modes=MODES, times=(1.0, 0.5), generator=generator()
            ),
            "1 steps are given, needs an even number",
        ),
    ],
)
def test_bad_input_is_refused_in_one_line(call, message):
    with pytest.raises(ParameterError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_single_precision_stays_single():
    modes = TwoModes(mode(64, 1.0, dtype=torch.float32), 1.0)
    y = drawn(10, modes, t=2.0, generator=generator())
    assert advance(y, modes=modes, times=geometric_grid(2.0, 0.5, 4), generator=generator()).dtype == torch.float32
    assert clones.signal(modes, 0.5) == pytest.approx(8 * math.exp(-0.5), rel=1e-6)
