"""The last change of the nearest datum: a grid that is finer sees it sooner, and more data earlier."""

import torch

from numerics.last_change import last_changes


def changes(*, alpha_log: float = 0.5, times: int = 64) -> tuple[float, float]:
    found, never = last_changes(
        d=6,
        alpha_log=alpha_log,
        sigma=1.0,
        t=0.25,
        replicas=1500,
        times=times,
        generator=torch.Generator().manual_seed(8),
    )
    return found.mean().item(), never.mean().item()


def test_a_coarse_grid_moves_the_change_up():
    assert changes(times=8)[0] > changes(times=128)[0] + 0.02


def test_more_data_change_earlier():
    assert changes(alpha_log=0.8)[0] < changes(alpha_log=0.4)[0] - 0.05


def test_paths_that_never_change_have_the_last_time_and_are_counted():
    found, never = last_changes(
        d=6, alpha_log=0.4, sigma=1.0, t=0.05, replicas=500, generator=torch.Generator().manual_seed(9)
    )
    assert 0.1 < never.mean().item() < 1
    assert torch.all(found[never > 0] == found.max())
