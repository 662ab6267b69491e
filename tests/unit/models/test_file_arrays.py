"""Arrays in a file: the same numbers, and no more memory than what is read at a time."""

from pathlib import Path

import numpy as np

from landloom.models.file_arrays import Store, let_go


def test_a_large_array_lies_in_a_file_and_a_small_one_in_memory(tmp_path):
    path = tmp_path / "folder/array"
    small = Store(path, 24).empty((3, 4), np.int16)
    assert not isinstance(small, np.memmap)
    assert not path.exists()
    large = Store(path, 23).empty((3, 4), np.int16)
    for array in (small, large):
        array[:] = np.arange(12).reshape(3, 4)
        let_go(array)
        assert array.tolist() == np.arange(12).reshape(3, 4).tolist()
    assert path.stat().st_size == 24


def resident_kb():
    (line,) = (line for line in Path("/proc/self/smaps_rollup").read_text().splitlines() if line.startswith("Rss"))
    return int(line.split()[1])


def test_what_is_let_go_of_takes_no_memory(tmp_path):
    array = Store(tmp_path / "array", 0).empty((20_000, 1000), np.int16)
    for start in range(0, len(array), 1000):
        array[start : start + 1000] = start
        let_go(array)
    before = resident_kb()
    array.sum()
    assert resident_kb() - before > 30_000
    let_go(array)
    assert resident_kb() - before < 10_000
