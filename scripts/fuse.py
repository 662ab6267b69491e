"""Fuse the maps of a tile."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from landloom.accuracy import class_counts
from landloom.core import nomenclature, parquet
from landloom.fusion import accuracy as fusion_accuracy
from landloom.fusion import combination
from landloom.fusion.settings import FusionSettings
from landloom.geo import rasters
from landloom.jobs import compilation, job
from landloom.maps import fused, tally
from landloom.maps.fused import MapFiles

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def maps_of(settings: FusionSettings) -> list[MapFiles]:
    """Return the maps: those of the runs come first, and have a confidence; others may have none."""
    confidences = iter(snakemake.input.confidences)
    has_confidence = [other.confidence is not None for other in settings.maps]
    runs = [True] * (len(snakemake.input.maps) - len(has_confidence))
    pairs = zip(snakemake.input.maps, runs + has_confidence, strict=True)
    return [MapFiles(path, next(confidences) if there else None) for path, there in pairs]


def main() -> None:
    """Connect the rule to :func:`landloom.maps.fused.write_tile`."""
    compilation.prepare(combination.use_kernels, tally.use_kernels)
    job.limit_threads(snakemake.threads)
    settings = FusionSettings(**snakemake.params.fusion)
    classes = nomenclature.read(snakemake.params.nomenclature)
    maps = maps_of(settings)
    beliefs = np.ones((len(maps), len(classes.codes)))
    if settings.method == "dempster_shafer":
        comparison = pd.concat(map(parquet.read, snakemake.input.comparisons), ignore_index=True)
        beliefs = fusion_accuracy.beliefs(comparison, len(maps), classes.codes, settings.mass)
    found = fused.write_tile(
        maps,
        fused.Rule(beliefs, settings.ties),
        classes,
        snakemake.input.regions,
        MapFiles(snakemake.output.classification, snakemake.output.confidence),
        rasters.provenance(snakemake.params.config, snakemake.params.code),
    )
    class_counts.write(found, snakemake.output.counts)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
