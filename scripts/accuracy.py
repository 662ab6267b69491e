"""Compute confusion matrices and scores of all runs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from landloom.accuracy import confusion
from landloom.core import nomenclature, parquet
from landloom.core.files import write_text
from landloom.core.nomenclature import Nomenclature
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def comparison_of(paths: list[str], run: str) -> pd.DataFrame:
    """Join the comparisons of all tiles in one run."""
    return pd.concat([parquet.read(path) for path in paths if f"/run{run}/" in path], ignore_index=True)


def counted(
    comparison: pd.DataFrame, classes: Nomenclature
) -> Iterator[tuple[str, str, pd.DataFrame, tuple[int, ...]]]:
    """Yield level, unit, comparison and codes of a run, in the order of the rule's outputs."""
    grouped = confusion.aggregated(comparison, classes.code_of_group())
    for level, pixels, codes in (
        (confusion.CLASS, comparison, classes.codes),
        (confusion.GROUP, grouped, classes.groups().codes),
    ):
        for unit, table in (("pixels", pixels), ("polygons", confusion.polygon_majorities(pixels))):
            yield level, unit, table, tuple(codes)


def main() -> None:
    """Connect the rule to :mod:`landloom.accuracy.confusion`."""
    classes = nomenclature.read(snakemake.params.nomenclature)
    outputs = iter(snakemake.output.confusions)
    scores = []
    for run in snakemake.params.runs:
        for level, unit, table, codes in counted(comparison_of(snakemake.input.comparisons, run), classes):
            write_text(next(outputs), confusion.confusion(table, codes).to_csv(lineterminator="\n"))
            # Without groups, their scores would be those of the classes once more.
            if level == confusion.CLASS or classes.group_by_code():
                scores.append(confusion.run_scores(table, codes, int(run), unit, level))
    joined = pd.concat(scores, ignore_index=True)
    write_text(snakemake.output.scores, joined.to_csv(index=False, lineterminator="\n"))
    write_text(snakemake.output.summary, confusion.over_runs(joined).to_csv(index=False, lineterminator="\n"))
    write_text(snakemake.output.groups, classes.group_table())


if __name__ == "__main__":
    with job.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
