"""Learning rate and momentum of each step: one cycle (Smith and Topin 2019, Super-convergence)."""

import math

RISING = 0.2
"""Share of the steps until the highest rate."""

FIRST, LAST = 1 / 25, 1 / 250_000
"""Rate of the first and of the last step, of the highest."""

MOMENTA = 0.95, 0.85
"""Of AdamW's first moment: with the lowest rate, and with the highest."""


def of_step(step: int, steps: int, highest: float) -> tuple[float, float]:
    """Return the learning rate and the momentum of a step.

    Parameters
    ----------
    step : int
        From 0.
    steps : int
        Of the whole training, as if nothing ended it early.
    highest : float
        Learning rate.
    """
    top = max(RISING * steps - 1, 0.0)
    if step <= top:
        return _between(FIRST, 1.0, step / top if top else 1.0, highest, MOMENTA)
    return _between(1.0, LAST, (step - top) / max(steps - 1 - top, 1), highest, MOMENTA[::-1])


def _between(
    start: float, end: float, done: float, highest: float, momenta: tuple[float, float]
) -> tuple[float, float]:
    """Return what half a wave of the cosine gives between two rates, and the same between two momenta."""
    way = (1 - math.cos(math.pi * min(done, 1.0))) / 2
    return highest * (start + (end - start) * way), momenta[0] + (momenta[1] - momenta[0]) * way
