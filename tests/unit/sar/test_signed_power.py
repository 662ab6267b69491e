import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from landloom.sar.signed_power import NONE, to_power, to_stored

POWERS = st.floats(-119, 119, width=32)


def stored(*values):
    return to_stored(np.array([values], np.float32))[0].tolist()


def test_numbers_by_hand():
    assert stored(1.0, -1.0, 0.0, 0.25, -0.001, np.nan, 1e9, -1e9, np.inf) == [
        *(3000, -3000, 0, 1500, -95, NONE),
        *(32767, -32767, 32767),
    ]
    found = to_power(np.array([3000, -1500, 0, NONE], np.int16))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.array([1, -0.25, 0, np.nan], np.float32))


def test_a_step_at_minus_30_db_is_a_tenth_of_a_decibel():
    number = stored(1e-3)[0]
    powers = to_power(np.array([number, number + 1], np.int16))
    assert abs(10 * np.log10(powers[1] / powers[0]) - 0.09) < 0.01


@given(POWERS)
def test_powers_come_back(power):
    back = float(to_power(to_stored(np.array([[power]], np.float32)))[0, 0])
    assert abs(back - power) <= (2 * np.sqrt(abs(power)) * 0.5 + 0.25 / 3000) / 3000 + 1e-5 * abs(power)


@given(st.integers(-32768, 32767))
def test_stored_numbers_come_back(number):
    assert to_stored(to_power(np.array([[number]], np.int16)))[0, 0] == number
