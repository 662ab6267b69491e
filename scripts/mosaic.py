"""Assemble a layer of all tiles in the map's CRS."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from landloom import grids, jobs, mosaic, nomenclature, rasters
from landloom.files import write_text

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.mosaic.write`."""
    classes = nomenclature.read(snakemake.input.nomenclature)
    names = snakemake.params.tiles
    tile_grids = dict(zip(names, map(grids.of_raster, snakemake.input.regions), strict=True))
    layers = {
        tile: mosaic.TileLayer(Path(raster), Path(regions))
        for tile, raster, regions in zip(names, snakemake.input.layers, snakemake.input.regions, strict=True)
    }
    is_map = snakemake.params.layer == "classification"
    counts = mosaic.write(
        layers,
        mosaic.map_grid(tile_grids, snakemake.params.map["crs"], snakemake.params.map["resolution_m"]),
        Path(snakemake.output.mosaic),
        rasters.provenance(snakemake.params.config, snakemake.params.code),
        (lambda dataset: rasters.describe_classes(dataset, classes)) if is_map else (lambda _: None),
        "nearest" if is_map else "average",
    )
    write_text(snakemake.output.counts, json.dumps(counts) + "\n")


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
