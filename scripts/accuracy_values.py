"""Compare the maps of a target with the test polygons; compute scores of the maps and of folds of the samples."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from landloom.accuracy import permutation_importance, value_comparison, value_folds, value_scores
from landloom.accuracy.fold_schemes import SCHEMES
from landloom.core import nomenclature, parquet
from landloom.core.files import write_text
from landloom.core.tables import frame_text
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def compared() -> dict[str, pd.DataFrame]:
    """Return the comparison of the map of each run, and of the fused one as ``held``, and write those of the runs."""
    given, params = snakemake.input, snakemake.params
    of_run = len(params.tiles)
    starts = range(0, len(given["values"]), of_run)
    both = [tuple(given[name][start : start + of_run] for name in ("values", "half_widths")) for start in starts]
    maps = dict(zip([*(f"test{run}" for run in params.runs), *params.fused], both, strict=True))
    found = value_comparison.compare_tiles(given.candidates, maps, snakemake.threads)
    for path, comparison in zip(snakemake.output.comparisons, found.values(), strict=True):
        parquet.write(comparison, path)
    return found


def of_folds() -> Iterator[tuple[int, str, pd.DataFrame]]:
    """Yield run, scheme and estimates of the samples; the files come run by run, in the order of the regions."""
    regions = len(snakemake.params.regions)
    tables = [parquet.read(path) for path in snakemake.input.predictions]
    for position, run in enumerate(snakemake.params.cross_validated_runs if tables else ()):
        of_run = tables[position * regions : (position + 1) * regions]
        for scheme in SCHEMES:
            yield int(run), scheme, value_folds.of_scheme(of_run, scheme)


def main() -> None:
    """Connect the rule to :mod:`landloom.accuracy.value_scores`."""
    bins = {one.code: one.name for one in nomenclature.read(snakemake.input.bins).classes}
    names = dict(enumerate(snakemake.params.regions, 1)), bins
    scores = []
    for name, comparison in compared().items():
        run, tested_by = (-1, "fused") if name == "held" else (int(name[4:]), value_scores.MAP)
        scores.append(value_scores.rows(comparison, run, tested_by, *names))
    scores += [value_scores.rows(found, run, scheme, *names) for run, scheme, found in of_folds()]
    joined = pd.concat(scores, ignore_index=True)
    write_text(snakemake.output.scores, frame_text(joined))
    write_text(snakemake.output.summary, frame_text(value_scores.over_runs(joined)))
    if path := snakemake.output.get("importance"):
        tables = permutation_importance.read_tables(snakemake.input.importances, snakemake.params.regions, 1)
        write_text(path, permutation_importance.as_csv(permutation_importance.gathered(tables)))


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
