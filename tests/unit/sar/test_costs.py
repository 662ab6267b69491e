import pytest

from landloom.sar.costs import WIDEST_M, times_finer


@pytest.mark.parametrize("pixel_m", [0.5, 10.0, 12.0, 15.0, 20.0, 30.0, 36.0, 1000.0])
def test_finer_pixels_are_no_wider_than_facets_may_be_and_no_more_than_need_be(pixel_m):
    times = times_finer(pixel_m)
    assert pixel_m / times <= WIDEST_M * 1.001
    assert times == 1 or pixel_m / (times - 1) > WIDEST_M
