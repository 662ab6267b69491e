"""Tables that were damaged on the disk are noticed."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from landloom.core import parquet
from landloom.core.errors import InputError
from landloom.core.stored_values import SAMPLES_AT_ONCE

RNG = np.random.default_rng(1)
TABLE = pd.DataFrame({name: RNG.integers(0, 9000, 4000).astype(np.int16) for name in "abcdef"})


@pytest.mark.parametrize("number", range(40))
def test_flipped_bit_is_an_error_or_without_effect(number: int, tmp_path: Path):
    parquet.write(TABLE, tmp_path / "a.parquet")
    content = bytearray((tmp_path / "a.parquet").read_bytes())
    content[int(np.random.default_rng(number).integers(len(content)))] ^= 1 << number % 8
    (tmp_path / "a.parquet").write_bytes(content)
    with suppress(InputError):
        pd.testing.assert_frame_equal(parquet.read(tmp_path / "a.parquet"), TABLE)


@pytest.mark.parametrize("size", [0, 3, 20_000, -1])
def test_truncated(size: int, tmp_path: Path):
    parquet.write(TABLE, tmp_path / "a.parquet")
    (tmp_path / "a.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:size])
    for read in (parquet.read, parquet.names):
        with pytest.raises(InputError, match=r"a\.parquet: is broken \("):
            read(tmp_path / "a.parquet")


def test_columns_and_rows(tmp_path: Path):
    parquet.write(TABLE, tmp_path / "a.parquet")
    found = parquet.read_columns(tmp_path / "a.parquet", ["b"], [("a", "<", 100)])
    assert found["b"].to_pylist() == TABLE.b[TABLE.a < 100].tolist()
    assert parquet.names(tmp_path / "a.parquet") == list("abcdef")


def test_groups_of_rows_are_the_same_rows(tmp_path: Path):
    TABLE.to_parquet(tmp_path / "a.parquet", row_group_size=700)
    wanted = [("a", "<", 4000), ("b", "in", TABLE.b[:900].tolist())]
    groups = list(parquet.read_groups(tmp_path / "a.parquet", ["c", "a"], wanted))
    assert len(groups) == 6
    found = pd.concat([one.to_pandas() for one in groups], ignore_index=True)
    expected = parquet.read_columns(tmp_path / "a.parquet", ["c", "a"], wanted).to_pandas()
    pd.testing.assert_frame_equal(found, expected)
    (tmp_path / "a.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-9])
    with pytest.raises(InputError, match=r"a\.parquet: is broken \("):
        list(parquet.read_groups(tmp_path / "a.parquet", ["c"], wanted))


@pytest.mark.parametrize("rows", [0, 5, SAMPLES_AT_ONCE, SAMPLES_AT_ONCE + 1])
def test_features_are_columns_beside_a_table(rows, tmp_path: Path):
    table = pd.DataFrame({"row": np.arange(rows, dtype=np.int32), "tile": ["T"] * rows, "run0": [True] * rows})
    features = RNG.integers(-10000, 9000, (rows, 3)).astype(np.int16)
    parquet.write_with_features(table, ["x", "y", "z"], features, tmp_path / "a.parquet")
    found = parquet.read(tmp_path / "a.parquet")
    expected = pd.concat([table, pd.DataFrame(features, columns=["x", "y", "z"])], axis=1)
    pd.testing.assert_frame_equal(found, expected, check_dtype=rows > 0)
    assert found.z.dtype == np.int16
