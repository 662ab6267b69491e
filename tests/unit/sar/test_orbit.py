import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.sar.orbit import fit_orbit, states
from unit.sar import making


def test_the_polynomial_follows_a_circle():
    times = np.linspace(-15, 15, 61)
    found = states(making.scene().orbit, times)
    positions, velocities = making.states(times)
    assert np.abs(found[:, :3] - positions).max() < 1e-4
    assert np.abs(found[:, 3:6] - velocities).max() < 1e-4


def test_accelerations_and_jerks_are_derivatives():
    step = 0.01
    before, now, after = (states(making.scene().orbit, np.array([4.0 + side * step])) for side in (-1, 0, 1))
    change = (after - before)[0] / (2 * step)
    np.testing.assert_allclose(change[:9], now[0, 3:], rtol=1e-4, atol=1e-6)


def test_noisy_velocities_weigh_little():
    times = np.arange(-80.0, 81.0, 10.0)
    positions, velocities = making.states(times)
    velocities = velocities + np.random.default_rng(1).normal(0, 0.01, velocities.shape)
    found = states(fit_orbit(times, positions, velocities, -13.0, 13.0), np.linspace(-13, 13, 9))
    assert np.abs(found[:, :3] - making.states(np.linspace(-13, 13, 9))[0]).max() < 0.1


def test_few_vectors_are_refused():
    times = np.array([-80.0, -20.0, 10.0, 40.0, 70.0])
    with pytest.raises(InputError, match=r"3 state vectors are around a scene of 26\.0 s"):
        fit_orbit(times, *making.states(times), -13.0, 13.0)
