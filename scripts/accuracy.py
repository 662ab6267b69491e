"""Compare the maps of all tiles and runs with the test polygons; compute confusion matrices and scores."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from landloom.accuracy import confidence_counts, confusion
from landloom.core import nomenclature, parquet
from landloom.core.files import write_text
from landloom.core.nomenclature import Nomenclature
from landloom.core.tables import frame_text
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


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


def compared() -> dict[str, pd.DataFrame]:
    """Return the comparison of each run, and write it."""
    maps = by_run(snakemake.input.classifications)
    found = confusion.compare_tiles(snakemake.input.candidates, maps, snakemake.threads)
    for path, comparison in zip(snakemake.output.comparisons, found.values(), strict=True):
        parquet.write(comparison, path)
    return found


def by_run(paths: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return the files of the tiles of each run; they come run by run."""
    of_run = len(snakemake.params.tiles)
    return {run: paths[number * of_run :][:of_run] for number, run in enumerate(snakemake.params.runs)}


def count_confidences() -> None:
    """Write how confident the map of each run is of right and of wrong test pixels."""
    given = snakemake.input
    labels, confidences = by_run(given.classifications), by_run(given.confidences)
    maps = {run: (labels[run], confidences[run]) for run in labels}
    found = confidence_counts.of_tiles(given.candidates, maps, snakemake.threads)
    for path, table in zip(snakemake.output.confidences, found.values(), strict=True):
        write_text(path, frame_text(table))


def main() -> None:
    """Connect the rule to :mod:`landloom.accuracy.confusion`."""
    classes = nomenclature.read(snakemake.params.nomenclature)
    outputs = iter(snakemake.output.confusions)
    scores = []
    for run, comparison in compared().items():
        for level, unit, table, codes in counted(comparison, classes):
            write_text(next(outputs), frame_text(confusion.confusion(table, codes), index=True))
            # Without groups, their scores would be those of the classes once more.
            if level == confusion.CLASS or classes.group_by_code():
                scores.append(confusion.run_scores(table, codes, int(run), unit, level))
    joined = pd.concat(scores, ignore_index=True)
    write_text(snakemake.output.scores, frame_text(joined))
    write_text(snakemake.output.summary, frame_text(confusion.over_runs(joined)))
    write_text(snakemake.output.groups, classes.group_table())
    count_confidences()


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
