"""Compute confusion matrices and scores of all runs."""

from typing import TYPE_CHECKING

import pandas as pd

from landloom import accuracy, jobs, nomenclature, tables
from landloom.files import write_text

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def comparison_of(paths: list[str], run: str) -> pd.DataFrame:
    """Join the comparisons of all tiles in one run."""
    return pd.concat([tables.read(path) for path in paths if f"/run{run}/" in path], ignore_index=True)


def main() -> None:
    """Connect the rule to :mod:`landloom.accuracy`."""
    codes = nomenclature.read(snakemake.params.nomenclature).codes
    outputs = iter(snakemake.output.confusions)
    scores = []
    for run in snakemake.params.runs:
        pixels = comparison_of(snakemake.input.comparisons, run)
        for unit, table in (("pixels", pixels), ("polygons", accuracy.polygon_majorities(pixels))):
            matrix = accuracy.confusion(table, codes)
            scores.append(accuracy.run_scores(matrix, int(run), unit))
            write_text(next(outputs), matrix.to_csv(lineterminator="\n"))
    joined = pd.concat(scores, ignore_index=True)
    write_text(snakemake.output.scores, joined.to_csv(index=False, lineterminator="\n"))
    write_text(snakemake.output.summary, accuracy.over_runs(joined).to_csv(index=False, lineterminator="\n"))


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
