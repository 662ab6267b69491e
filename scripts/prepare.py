"""Prepare the images of a tile: copies on its grid that samples and maps read in place of the products."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.geo import grids
from landloom.jobs import compilation, job
from landloom.prepared import forms, ground_files, preparation, prepared_table
from landloom.prepared.preparation import Wanted
from landloom.reading import resampling
from landloom.sensors import registry
from landloom.sensors.sentinel1 import dem_folder, nearby
from landloom.survey import acquisition_table, descriptions, shift_table, source_files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.prepared.preparation.prepare`."""
    compilation.prepare(resampling.use_kernels)
    threads = job.limit_threads(snakemake.threads)
    given, params = snakemake.input, snakemake.params
    grid, table = grids.load(given.grid), Path(given.table)
    acquisitions = descriptions.read(table.with_name(descriptions.FILE), list(params.folders))
    if given.shifts:
        acquisitions = shift_table.moved(acquisitions, shift_table.read(given.shifts))
    contents = {(one.sensor, one.product): one.content for one in acquisition_table.read(table)}
    tile, checksums = snakemake.wildcards.tile, Path(".cache", "checksums", snakemake.wildcards.year)
    sections = registry.sections_of(params.sections)
    heights = {name: dem_folder.listing(Path(sections[name].ground_folder(tile))) for name in params.ground}
    makers = {
        name: forms.FORMS.load(one.images).maker(one, tile, grid, checksums / f"{tile}_{name}_ground.json", threads)
        for name, one in sections.items()
        if acquisitions[name]
    }
    for note in dict.fromkeys(note for maker in makers.values() for note in maker.notes):
        print(note, file=sys.stderr)
    images = [
        preparation.wanted(
            one,
            contents[sensor, one.product],
            params.resampling[sensor],
            grid,
            params.code,
            params.folders[sensor],
            makers[sensor],
        )
        for sensor, found in acquisitions.items()
        for one in found
    ]
    listed, made = preparation.prepare(images, grid, threads, checksums / f"{tile}_prepared.json")
    size = sum(one.bytes for one in listed)
    print(f"{made} images made, {len(listed) - made} were there; {size / 1e6:.0f} MB in all", file=sys.stderr)
    remove_others(images)
    if "ground" in snakemake.output.keys():  # noqa: SIM118 - a list whose parts have names
        source_files.write(ground_files.of_makers(makers), snakemake.output.ground)
        known = ground_files.known(makers, params.ground, heights)
        nearby.keep(known, dem_folder.memory(tile, snakemake.wildcards.year))
    prepared_table.write(listed, snakemake.output.prepared)


def remove_others(images: Sequence[Wanted]) -> None:
    """Remove images that nothing is read from, but for those of folders that others may use, too."""
    params = snakemake.params
    own = [folder for sensor, folder in params.folders.items() if sensor not in params.shared]
    removed = sum(preparation.remove_others(Path(folder), images) for folder in own)
    if removed:
        print(f"{removed} images removed that nothing is read from any more", file=sys.stderr)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
