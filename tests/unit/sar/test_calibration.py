import numba
import numpy as np
import pytest

from landloom.sar.calibration import NO_NOISE, Blocks, Noise, Place, Table, calibrate, resample


def table(rng, lines=(0, 30, 67, 100), low=300.0, high=700.0):
    inner = [rng.permutation(np.arange(1, 119))[:6] for _ in lines]
    pixels = np.array([np.sort(np.r_[0, one, 119]) for one in inner], float)
    return Table(np.array(lines, float), pixels, rng.uniform(low, high, pixels.shape))


def value(table, line, pixel):
    """Linear in pixel of the two vectors around, then linear in line."""
    rows = [np.interp(pixel, *pair) for pair in zip(table.pixels, table.values, strict=True)]
    return np.interp(line, table.lines, rows)


def naive(numbers, place, gains, noise):
    out = np.full(numbers.shape, np.nan)
    for i, j in np.argwhere(numbers > 0):
        line, pixel = place.line + i, place.pixel + j
        factor = 1.0
        for (first, last, left, right), lines, factors in zip(*noise.along, strict=True):
            if first <= line <= last and left <= pixel <= right:
                factor = np.interp(line, lines, factors)
        number = float(numbers[i, j])
        out[i, j] = (number**2 - value(noise.across, line, pixel) * factor) / value(gains, line, pixel) ** 2
    return out


@pytest.fixture
def case():
    rng = np.random.default_rng(4)
    numbers = rng.integers(0, 300, (80, 90)).astype(np.uint16)
    numbers[5:9, 10:40] = 0
    blocks = Blocks(
        np.array([[0, 59, 0, 49], [0, 110, 50, 119], [60, 110, 0, 49]]),
        np.array([[0.0, 20, 59], [0.0, 50, 110], [60.0, 110, 111]]),
        np.array([[1.0, 1.1, 1.02], [1.14, 1.0, 1.0], [1.05, 1.2, 1.2]]),
    )
    return numbers, Place(25, 20), table(rng), Noise(table(rng, (3, 50, 110), 100.0, 9000.0), blocks)


def test_numbers_become_power(case):
    numbers, *_ = case
    found = calibrate(*case)
    np.testing.assert_allclose(found, naive(*case), rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(np.isnan(found), numbers == 0)
    assert (found < 0).any()


@pytest.mark.parametrize("threads", [1, 2])
def test_windows_and_threads_agree_with_the_whole(case, threads):
    numbers, place, gains, noise = case
    before = numba.get_num_threads()
    numba.set_num_threads(min(threads, before))
    part = calibrate(numbers[40:77, 33:80], Place(place.line + 40, place.pixel + 33), gains, noise)
    numba.set_num_threads(before)
    np.testing.assert_array_equal(part, calibrate(*case)[40:77, 33:80])


def test_half_way_between_vectors_is_their_mean():
    pixels, values = np.array([[0.0, 40.0]] * 2), np.array([[660.0, 640.0], [680.0, 660.0]])
    gains = Table(np.array([0.0, 10.0]), pixels, values)
    found = calibrate(np.full((1, 1), 1000, np.uint16), Place(5, 20), gains, NO_NOISE)
    assert found[0, 0] == pytest.approx(1e6 / 660**2)


def test_an_image_is_read_between_its_values():
    rng = np.random.default_rng(5)
    image = rng.normal(size=(30, 40)).astype(np.float32)
    image[4, 5] = np.nan
    lines, pixels = rng.uniform(98, 132, (50, 60)), rng.uniform(195, 242, (50, 60))
    lines[0, :3] = np.nan
    found = resample(image, Place(100, 200), lines, pixels)
    expected = np.full(lines.shape, np.nan)
    for place in np.ndindex(lines.shape):
        y, x = lines[place] - 100, pixels[place] - 200
        if 0 <= y < 29 and 0 <= x < 39:
            a, b = int(y), int(x)
            weights = np.outer([1 - y + a, y - a], [1 - x + b, x - b])
            expected[place] = (weights * image[a : a + 2, b : b + 2]).sum()
    np.testing.assert_allclose(found, expected, atol=1e-6)
    part = resample(image[3:20, 2:33], Place(103, 202), lines, pixels)
    there = ~np.isnan(part)
    assert there.any()
    np.testing.assert_array_equal(part[there], found[there])
