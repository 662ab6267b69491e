"""Tables as parquet files, whose pages have checksums: a damaged number would not be noticed otherwise."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from landloom.core.files import broken, whole
from landloom.core.stored_values import SAMPLES_AT_ONCE

if TYPE_CHECKING:  # which jobs that read columns as arrays do without
    import pandas as pd


def write(table: "pd.DataFrame", path: Path | str) -> None:
    """Write a table as parquet, atomically."""
    with whole(path) as temporary:
        table.to_parquet(temporary, index=False, write_page_checksum=True)


def write_with_features(table: "pd.DataFrame", names: Sequence[str], features: np.ndarray, path: Path | str) -> None:
    """Write a table with an additional column for each feature, in batches of rows, since there may be millions.

    Parameters
    ----------
    table : DataFrame
        Without index.
    names : sequence of str
    features : ndarray, shape (rows, features)
    """
    with whole(path) as temporary:
        schema = _rows(table, names, features, 0).schema
        with pq.ParquetWriter(temporary, schema, write_page_checksum=True) as writer:
            for start in range(0, max(len(table), 1), SAMPLES_AT_ONCE):
                writer.write_table(_rows(table, names, features, start), SAMPLES_AT_ONCE)


def _rows(table: "pd.DataFrame", names: Sequence[str], features: np.ndarray, start: int) -> pa.Table:
    part = slice(start, start + SAMPLES_AT_ONCE)
    rows = pa.Table.from_pandas(table[part], preserve_index=False).replace_schema_metadata()
    columns = np.ascontiguousarray(features[part].T)
    for name, column in zip(names, columns, strict=True):
        rows = rows.append_column(name, pa.array(column))
    return rows


def read_columns(
    path: Path | str, columns: Sequence[str] | None = None, wanted: Sequence[tuple[str, str, Any]] | None = None
) -> pa.Table:
    """Read selected columns and rows, all by default.

    Raises
    ------
    InputError
        If the file is broken.
    """
    try:
        return pq.read_table(
            path,
            columns=list(columns) if columns is not None else None,
            filters=list(wanted) if wanted is not None else None,
            page_checksum_verification=True,
        )
    except (OSError, ValueError) as error:  # Arrow's own errors are of these kinds
        raise broken(path, error) from None


def read_groups(
    path: Path | str, columns: Sequence[str], wanted: Sequence[tuple[str, str, Any]]
) -> Iterator[pa.Table]:
    """Yield selected columns and rows of one group of rows after the other, as they lie in the file; none is empty.

    Raises
    ------
    InputError
        If the file is broken.
    """
    filtered = pq.filters_to_expression(list(wanted))
    deciding = list(dict.fromkeys(name for name, _, _ in wanted))
    needed = list(dict.fromkeys([*columns, *deciding]))
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for group in range(file.num_row_groups):
                if len(file.read_row_group(group, deciding).filter(filtered)):
                    yield file.read_row_group(group, needed).filter(filtered).select(list(columns))
    except (OSError, ValueError) as error:  # Arrow's own errors are of these kinds
        raise broken(path, error) from None


def read(path: Path | str) -> "pd.DataFrame":
    """Read a whole table.

    Raises
    ------
    InputError
        If the file is broken.
    """
    return read_columns(path).to_pandas()


def names(path: Path | str) -> list[str]:
    """Return the names of a table's columns.

    Raises
    ------
    InputError
        If the file is broken.
    """
    try:
        return list(pq.read_schema(path).names)
    except (OSError, ValueError) as error:
        raise broken(path, error) from None
