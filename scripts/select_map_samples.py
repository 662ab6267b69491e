"""Settle which pixels that an earlier map is sure of are drawn, over all tiles."""

import sys
from typing import TYPE_CHECKING

from landloom.core import nomenclature, parquet
from landloom.core.files import write_text
from landloom.core.tables import frame_text, read_frame
from landloom.jobs import job
from landloom.samples import earlier_map, selection

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.samples.earlier_map.settle`."""
    params = snakemake.params
    labels = nomenclature.read(params.nomenclature).label_by_code()
    codes = [code for code, label in labels.items() if label in set(map(str, params.labels))]
    drawn = read_frame(snakemake.input.counts)
    numbers = earlier_map.wanted_numbers(drawn, params.regions, codes, params.number)
    candidates = dict(zip(params.tiles, map(parquet.read, snakemake.input.candidates), strict=True))
    limits, counts = earlier_map.settle(candidates, numbers, params.seed)
    selection.Draws(limits, selection.NO_RANKS).write(snakemake.output.draws, snakemake.output.ranks)
    counts.insert(1, "region", [params.regions[number - 1] for number in counts.pop("number")])
    write_text(snakemake.output.counts, frame_text(counts))
    for row in counts[counts.samples < counts.wanted].itertuples():
        found = f"{row.samples} of the {row.wanted} samples wanted"
        print(f"warning: region {row.region}, run {row.run}, class {labels[row.code]}: {found}", file=sys.stderr)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
