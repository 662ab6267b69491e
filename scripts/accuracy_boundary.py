"""Tell the accuracy of the maps with and without boundary fusion, and their steps along borders."""

from typing import TYPE_CHECKING

import pandas as pd

from landloom.accuracy import border_steps
from landloom.core import nomenclature, parquet
from landloom.core.files import write_text
from landloom.core.tables import frame_text
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def joined(paths: list[str]) -> pd.DataFrame:
    """Join the tables of all tiles and runs, with the number of the run."""
    tiles = len(snakemake.params.tiles)
    runs = [run for run in snakemake.params.runs for _ in range(tiles)]
    return pd.concat([parquet.read(path).assign(run=int(run)) for run, path in zip(runs, paths, strict=True)])


def main() -> None:
    """Connect the rule to :mod:`landloom.accuracy.border_steps`."""
    codes = nomenclature.read(snakemake.params.nomenclature).codes
    regions = dict(enumerate(snakemake.params.regions, 1))
    steps = border_steps.steps_of_runs(joined(snakemake.input.strips), regions)
    scores = border_steps.scores_of_runs(joined(snakemake.input.comparisons), codes)
    write_text(snakemake.output.steps, frame_text(steps))
    write_text(snakemake.output.scores, frame_text(scores))


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
