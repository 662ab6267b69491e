"""Assemble a layer of all tiles in the map's CRS."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rasterio

from landloom.accuracy import agreement_map
from landloom.core import nomenclature
from landloom.core.digests import digest
from landloom.core.files import write_text
from landloom.geo import grids, rasters
from landloom.jobs import job
from landloom.maps import mosaic
from landloom.maps.layers import AGREEMENT, MOSAICS

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def decorate(dataset: Any) -> None:
    """Give the map the names and colours of its classes, or of the kinds of agreement."""
    of_agreement = snakemake.params.layer == AGREEMENT.name
    legend = agreement_map.LEGEND if of_agreement else nomenclature.read(snakemake.input.nomenclature[0])
    rasters.describe_classes(dataset, legend)


def models_of(layers: list[str]) -> dict[str, str]:
    """Return the tag of the models of a map: those of its tiles."""
    known = set()
    for path in layers:
        with rasterio.open(path) as dataset:
            known.add(dataset.tags().get(rasters.MODELS_TAG))
    return {rasters.MODELS_TAG: digest(sorted(known))} if known != {None} else {}


def main() -> None:
    """Connect the rule to :func:`landloom.maps.mosaic.write`."""
    names = snakemake.params.tiles
    tile_grids = dict(zip(names, map(grids.of_raster, snakemake.input.regions), strict=True))
    layers = {
        tile: mosaic.TileLayer(Path(raster), Path(regions))
        for tile, raster, regions in zip(names, snakemake.input.layers, snakemake.input.regions, strict=True)
    }
    layer = MOSAICS[snakemake.params.layer]
    counts = mosaic.write(
        layers,
        mosaic.map_grid(tile_grids, snakemake.params.map["crs"], snakemake.params.map["resolution_m"]),
        Path(snakemake.output.mosaic),
        rasters.provenance(snakemake.params.config, snakemake.params.code) | models_of(snakemake.input.layers),
        decorate if layer.legend else (lambda _: None),
        layer.overviews,
    )
    if "counts" in snakemake.output.keys():  # noqa: SIM118 - a list whose parts have names
        write_text(snakemake.output.counts, json.dumps(counts) + "\n")


if __name__ == "__main__":
    with job.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
