"""Compute confusion matrices and scores of the fused map, and scores of those that it was made of."""

from typing import TYPE_CHECKING

import pandas as pd

from landloom.accuracy import confusion
from landloom.core import nomenclature, parquet
from landloom.core.files import write_text
from landloom.core.tables import frame_text
from landloom.fusion import accuracy as fusion_accuracy
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.fusion.accuracy`."""
    codes = nomenclature.read(snakemake.params.nomenclature).codes
    joined = pd.concat(map(parquet.read, snakemake.input.comparisons), ignore_index=True)
    fused = joined[joined["map"] == fusion_accuracy.FUSED]
    tested = (fused, confusion.polygon_majorities(fused))
    for table, path in zip(tested, snakemake.output.confusions, strict=True):
        write_text(path, frame_text(confusion.confusion(table, codes), index=True))
    scores = fusion_accuracy.scores(joined, codes)
    write_text(snakemake.output.scores, frame_text(scores))


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
