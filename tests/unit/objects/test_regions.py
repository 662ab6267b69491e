import numpy as np

from landloom.objects.regions import regions_of

PIXELS = np.array([[5, 3, 0], [2, 2, 9], [4, 4, 0], [0, 0, 1]])


def test_the_region_with_most_pixels_decides():
    np.testing.assert_array_equal(regions_of(PIXELS), [1, 3, 1, 3])


def test_regions_that_come_first_decide():
    np.testing.assert_array_equal(regions_of(PIXELS, [2]), [2, 2, 2, 3])
    np.testing.assert_array_equal(regions_of(PIXELS, [2, 1]), [2, 2, 2, 3])
    np.testing.assert_array_equal(regions_of(PIXELS, [1, 2]), [1, 1, 1, 3])
