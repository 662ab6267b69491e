"""The learning rate: up, then down."""

import numpy as np
import pytest

from landloom.models.networks.schedule import of_step


@pytest.mark.parametrize("steps", [1, 2, 7, 100])
def test_one_cycle(steps):
    rates, momenta = map(np.array, zip(*(of_step(step, steps, 0.01) for step in range(steps)), strict=True))
    assert 0.0095 < rates.max() <= 0.01  # where a few steps leave out the top
    top = rates.argmax()
    assert (np.diff(rates[: top + 1]) > 0).all()
    assert (np.diff(rates[top:]) < 0).all()
    assert momenta.argmin() == top
    assert (momenta >= 0.85 - 1e-12).all()
    assert (momenta <= 0.95 + 1e-12).all()


def test_it_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    weights = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.AdamW([weights])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=40, pct_start=0.2)
    for step in range(40):
        (group,) = optimizer.param_groups
        assert of_step(step, 40, 0.01) == pytest.approx((group["lr"], group["betas"][0]), rel=1e-9)
        optimizer.step()
        if step < 39:
            schedule.step()
