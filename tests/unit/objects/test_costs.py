from landloom.objects import costs
from landloom.objects.sums import Sums


def test_the_memory_of_sums_is_that_of_their_arrays():
    assert sum(array.itemsize for array in Sums.empty(1, 1).arrays.values()) == costs.SUM_BYTES


def test_memory_grows_with_the_work():
    assert 300 < costs.sums_mb(10980, 300) < 600
    assert 300 < costs.predictions_mb(10980**2, 2, 20) < 500
    assert costs.polygons_mb(100) > 500
