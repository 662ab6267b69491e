"""Draw the training pixels of all runs over all tiles."""

import sys
from typing import TYPE_CHECKING

import pandas as pd

from landloom.core import nomenclature, parquet
from landloom.core.files import write_text
from landloom.core.tables import frame_text
from landloom.jobs import job
from landloom.samples import allocation as allocations
from landloom.samples import csv_files, selection, selection_settings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.samples.selection.draw`."""
    params = snakemake.params
    columns = [*selection.DRAWN_BY, *(f"run{run}" for run in range(params.runs))]
    candidates = candidates_of(list(snakemake.input.candidates), columns)
    classes = nomenclature.read(params.nomenclature)
    plans = {
        number: plan(selection_settings.DrawSettings(**params.draws[region]), classes)
        for number, region in enumerate(params.regions, 1)
    }
    draws, counts = selection.draw(candidates, plans, classes.codes, params.runs, params.seed)
    draws.write(snakemake.output.draws, snakemake.output.ranks)
    counts.insert(1, "region", [params.regions[number - 1] for number in counts.pop("number")])
    tell(counts, classes.label_by_code())
    write_text(snakemake.output.counts, frame_text(counts))


def candidates_of(paths: list[str], columns: list[str]) -> dict[str, pd.DataFrame]:
    """Return the candidates of each tile: of a table for each, or of objects, of one for all."""
    if not snakemake.params.objects:
        found = [parquet.read_columns(path, columns).to_pandas() for path in paths]
        return dict(zip(snakemake.params.tiles, found, strict=True))
    whole = parquet.read_columns(paths[0], [*columns, "tile"]).to_pandas()
    return {tile: whole.loc[whole.tile == tile, columns].reset_index(drop=True) for tile in snakemake.params.tiles}


def plan(settings: selection_settings.DrawSettings, classes: nomenclature.Nomenclature) -> allocations.DrawPlan:
    """Return how pixels are drawn in a region."""
    if settings.numbers is None:
        return allocations.DrawPlan(settings)
    return allocations.DrawPlan(settings, csv_files.read_numbers(settings.numbers, classes.code_by_label()))


def tell(counts: pd.DataFrame, labels: dict[int, str]) -> None:
    """Print what is amiss with the samples of a class."""
    for row in counts[counts.note != ""].itertuples():
        print(f"warning: region {row.region}, run {row.run}, class {labels[row.code]}: {row.note}", file=sys.stderr)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
