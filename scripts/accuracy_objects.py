"""Score the objects of all runs that the reference labels and that test."""

from typing import TYPE_CHECKING

import pandas as pd

from landloom.accuracy import object_scores
from landloom.core import nomenclature, parquet
from landloom.core.files import write_text
from landloom.core.tables import frame_text
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.accuracy.object_scores`."""
    params, given = snakemake.params, snakemake.input
    candidates = parquet.read(given.candidates)
    codes = nomenclature.read(params.nomenclature).codes
    found = [
        object_scores.scores(object_scores.compare(candidates, labels_of(run), run), codes, run)
        for run in range(len(params.runs))
    ]
    joined = pd.concat(found, ignore_index=True)
    write_text(snakemake.output.scores, frame_text(joined))


def labels_of(run: int) -> dict[str, pd.DataFrame]:
    """Return the labels of the objects of each tile in a run; tables come run by run."""
    tiles = snakemake.params.tiles
    paths = list(snakemake.input.labels)[run * len(tiles) : (run + 1) * len(tiles)]
    columns = ["object", "code", "pixels"]
    return {tile: parquet.read_columns(path, columns).to_pandas() for tile, path in zip(tiles, paths, strict=True)}


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
