"""Tables as parquet files."""

from pathlib import Path

import pandas as pd

from landloom.files import whole


def write(table: pd.DataFrame, path: Path | str) -> None:
    """Write a table as parquet, whole."""
    with whole(path) as temporary:
        table.to_parquet(temporary, index=False)
