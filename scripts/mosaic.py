"""Assemble a layer of all tiles in the map's CRS."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landloom.accuracy import agreement_map
from landloom.core import nomenclature
from landloom.core.digests import digest
from landloom.core.files import of_tiles
from landloom.geo import grids, rasters
from landloom.geo.opening import raster_doors
from landloom.jobs import job
from landloom.maps import map_grid, mosaic, mosaic_counts, places
from landloom.maps.layers import AGREEMENT, MOSAICS
from landloom.maps.mosaic_counts import MosaicCounts

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def decorate(dataset: Any) -> None:
    """Give the map the unit of a target, and names and colours of classes or of kinds of agreement."""
    layer = MOSAICS[snakemake.params.layer]
    if snakemake.params.get("unit"):
        dataset.units = [snakemake.params.unit]
    if not layer.legend:
        return
    of_agreement = snakemake.params.layer == AGREEMENT.name
    legend = agreement_map.LEGEND if of_agreement else nomenclature.read(snakemake.input.nomenclature[0])
    rasters.describe_classes(dataset, legend)


def models_of(layers: list[str]) -> dict[str, str]:
    """Return the tag of the models of a map: those of its tiles."""
    known = set()
    for path in layers:
        with raster_doors.product(path) as dataset:
            known.add(dataset.tags().get(rasters.MODELS_TAG))
    return {rasters.MODELS_TAG: digest(sorted(known))} if known != {None} else {}


def main() -> None:
    """Connect the rule to :func:`landloom.maps.mosaic.write`."""
    names = snakemake.params.tiles
    regions = of_tiles(snakemake.params.regions, names)
    tile_grids = dict(zip(names, map(grids.of_raster, regions), strict=True))
    files = zip(snakemake.input.layers, regions, strict=True)
    layers = {tile: mosaic.TileLayer(*map(Path, paths)) for tile, paths in zip(names, files, strict=True)}
    layer, path = MOSAICS[snakemake.params.layer], Path(snakemake.output.mosaic)
    grid = map_grid.map_grid(tile_grids, map_grid.Wanted(**snakemake.params.map))
    print(map_grid.described(tile_grids, grid), file=sys.stderr)
    counts = mosaic.write(
        layers,
        grid,
        path,
        rasters.provenance(snakemake.params.config, snakemake.params.code) | models_of(snakemake.input.layers),
        decorate,
        layer.overviews,
    )
    if "counts" in snakemake.output.keys():  # noqa: SIM118 - a list whose parts have names
        mosaic_counts.write(MosaicCounts(counts, places.compare(layers, path)), snakemake.output.counts)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
