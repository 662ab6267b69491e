import numpy as np
import pandas as pd
import pytest

from landloom.core.errors import InputError
from landloom.models.file_arrays import Store
from landloom.training_set.training_set import gather, portions, training_set


@pytest.fixture
def tables(tmp_path):
    """Two tiles; the second has no sample of region 1."""
    one = pd.DataFrame(
        {"tile": "A", "row": [1, 2, 3, 4], "column": 0, "code": [5, 7, 5, 7], "polygon": [8, 9, 8, 9]}
        | {"number": [1, 1, 2, 1], "run0": [True, True, True, False], "run1": [True, True, True, True]}
        | {name: np.array([1, 2, 3, 4], np.int16) * factor for name, factor in (("b", 1), ("a", 10))}
    )
    other = one.assign(number=2, tile="B")
    paths = [tmp_path / "A.parquet", tmp_path / "B.parquet"]
    one.to_parquet(paths[0])
    other.to_parquet(paths[1])
    return paths


def test_samples_of_a_region_and_run(tables):
    samples = training_set(tables[::-1], 1, 0)
    assert samples.names == ("b", "a")
    assert samples.features.dtype == np.int16
    assert samples.features.tolist() == [[1, 10], [2, 20]]
    assert samples.codes.tolist() == [5, 7]
    assert samples.polygons.tolist() == [8, 9]
    assert len(training_set(tables, 2, 1).codes) == 5


def test_features_may_lie_in_a_file(tables, tmp_path):
    pd.read_parquet(tables[0]).to_parquet(tables[0], row_group_size=1)
    found = portions(tables, 1, 1)
    found[0] = found[0].restricted(np.array([True, False, True]))
    for room in (0, 2):
        stored = gather(found, room, Store(tmp_path / "samples", 0))
        assert isinstance(stored.features, np.memmap)
        assert stored.features.tolist() == gather(found, room).features.tolist()
        assert stored.features[:2].tolist() == [[1, 10], [4, 40]]


def test_no_sample_or_one_class(tables):
    with pytest.raises(InputError, match="no training sample"):
        training_set(tables, 3, 0)
    with pytest.raises(InputError, match="no training sample"):
        training_set([], 1, 0)
    pd.read_parquet(tables[0]).assign(code=5).to_parquet(tables[0])
    with pytest.raises(InputError, match="one class"):
        training_set(tables[:1], 1, 0)


@pytest.mark.parametrize("room", [0, 3])
def test_ids_of_blocks_of_an_earlier_map_are_kept(tables, room):
    ids = -(2**56) + np.arange(4)
    pd.read_parquet(tables[0]).assign(polygon=ids).to_parquet(tables[0])
    samples = gather(portions(tables[:1], 1, 0), room)
    assert samples.polygons.dtype == np.int64
    assert samples.polygons.tolist() == [*ids[:2].tolist(), *[0] * room]
