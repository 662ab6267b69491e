"""The family ``sentinel1_grd``: from products of an archive to acquisitions of a tile.

An acquisition is one pass of one satellite: the slices of it that show the tile. Images have no grid: they are
brought onto that of the tile before they are read (:mod:`landloom.prepared.radar`).
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from landloom.core.digests import digest
from landloom.core.files import is_file_or_folder
from landloom.sensors.acquisition import Acquisition, Product, RasterBand
from landloom.sensors.inventory import Inventory
from landloom.sensors.sentinel1 import acquisitions, archive, names
from landloom.sensors.sentinel1.acquisitions import SlicedAcquisition
from landloom.sensors.sentinel1.archive import Slice
from landloom.sensors.sentinel1.manifest import FILE as MANIFEST
from landloom.sensors.sentinel1.settings import Sentinel1GrdSettings
from landloom.sensors.stac.rings import Point

SECTION = Sentinel1GrdSettings

NEW_NOISE = (2, 90)
"""Version of the processor since which noise is known along the azimuth, too."""


def find(
    settings: Sentinel1GrdSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return the acquisitions of a period, as products of their slices, and the slices that are processed anew.

    Without ``boxes``, all of the archive: surveys leave out what does not show their tile.
    """
    folder = Path(settings.archive)
    box = settings.boxes.get(tile)
    if settings.boxes and box is None:
        return []
    slices = inventory.once((folder, "sentinel1"), lambda: archive.slices(folder, _memory(inventory, folder)))
    if box is None:
        found = inventory.once((folder, "sentinel1", "products"), lambda: _products(slices))
    else:
        found = _products([one for one in slices if one.shows(*box)])
    return [one for one in found if start <= one.date <= end]


def _memory(inventory: Inventory, folder: Path) -> Path | None:
    """Return the file in which what manifests say is kept."""
    return inventory.memory / f"sentinel1_{digest(str(folder.absolute()))}.json" if inventory.memory else None


def _products(slices: Sequence[Slice]) -> list[Product]:
    """Return the acquisitions of slices, sorted, and the slices that are processed anew."""
    joined = acquisitions.joined(slices)
    owner = {one.name.text: whole.name for whole in joined for one in whole.slices}
    found = [_product(one) for one in joined]
    older = acquisitions.superseded(slices)
    found += [
        _product(SlicedAcquisition((one,)), newer=owner[older[one.name.text]])
        for one in slices
        if one.name.text in older
    ]
    return sorted(found)


def _product(one: SlicedAcquisition, newer: str = "") -> Product:
    paths = tuple(part.path for part in one.slices)
    return Product(one.date, one.name, paths[0], paths, newer=newer)


def _slices(paths: Sequence[str]) -> SlicedAcquisition:
    """Return the slices of some paths, in their order."""
    found: list[Slice] = []
    for path in paths:
        match = names.NAME.fullmatch(Path(path).name)
        assert match  # found by this name
        found.append(archive.slice_of(names.of_product(match, path), Path(path)))
    return SlicedAcquisition(tuple(found))


def orbit(product: Product) -> int:
    """Return the relative orbit of a product."""
    return _slices(product.files[:1]).relative_orbit


def why_unwanted(settings: Sentinel1GrdSettings, product: Product) -> str:
    """Return why the section leaves a product out: its direction, or polarisations that it lacks; empty if not."""
    return acquisitions.why_unwanted(_slices(product.files), settings.direction, [], settings.bands)


def over(product: Product, box: tuple[float, float, float, float]) -> Product | None:
    """Return a product with the slices that may show ground of a box in degrees; None if none does."""
    if product.newer:
        return product if acquisitions.over(_slices(product.files), box) else None
    shown = acquisitions.over(_slices(product.files), box)
    return _product(shown) if shown else None


def common_names(settings: Sentinel1GrdSettings) -> dict[str, str]:
    """Return no letter: standard indices of radar are of linear power, and bands are decibels."""
    return {}


def describe(settings: Sentinel1GrdSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of a product: measurements, annotation, calibration, noise and manifests of its slices.

    The bands are the measurements of the first slice; :func:`slices_of` finds the others.
    """
    whole = _slices(product.files)
    bands = tuple((band, RasterBand(_measurement(whole.slices[0], band))) for band in settings.bands)
    used = tuple(path for one in whole.slices for path in _files(one, settings.bands))
    view = f"{whole.direction} {whole.relative_orbit}"
    return Acquisition(
        sensor,
        tile,
        product.date,
        product.name,
        bands,
        (),
        masks_cover_nodata=False,
        metadata=used,
        cut="swath",
        view=view,
    )


def _measurement(one: Slice, band: str) -> str:
    return archive.measurement(archive.members(one), band)


def _files(one: Slice, bands: Sequence[str]) -> list[str]:
    """Return the GDAL paths of the files of a slice that are read, its manifest first."""
    files = archive.members(one)
    texts = [name for band in bands for name in archive.text_files(files, band)]
    manifest = files.one(rf"(?:^|/){MANIFEST}$", MANIFEST)
    return [manifest, *map(files.gdal_path, texts), *(archive.measurement(files, band) for band in bands)]


def slices_of(acquisition: Acquisition) -> tuple[Slice, ...]:
    """Return the slices of a described acquisition, in time order.

    Raises
    ------
    InputError
        If one is not there any more.
    """
    manifests = [path for path in acquisition.metadata if path.endswith(f"/{MANIFEST}")]
    packed = [path.removeprefix("/vsizip/{").partition("}")[0] for path in manifests]
    return _slices([path.removesuffix(f"/{MANIFEST}") for path in packed]).slices


def footprints(acquisition: Acquisition) -> list[tuple[Point, ...]]:
    """Return the corners of each slice, as longitude and latitude in degrees."""
    return [one.manifest.footprint for one in slices_of(acquisition)]


@dataclass(frozen=True)
class Checked:
    """What annotation of an acquisition says that matters beside others.

    Attributes
    ----------
    processors : tuple of (int, int)
        Versions of the processor of its slices.
    lacks_noise : bool
        Whether thermal noise is in the image, and unknown: all vectors of an image are 0.
    """

    processors: tuple[tuple[int, int], ...]
    lacks_noise: bool


def check(acquisition: Acquisition) -> Checked:
    """Return what annotation of an acquisition says; no pixel is read.

    Raises
    ------
    InputError
        If it cannot be used.
    """
    from landloom.sensors.sentinel1 import images

    slices = slices_of(acquisition)
    found = [images.load(one, band) for one in slices for band, _ in acquisition.bands]
    lacks_noise = any(one.noise.is_zero and not one.annotation.noise_is_removed for one in found)
    return Checked(SlicedAcquisition(slices).processors, lacks_noise)


def notes(settings: Sentinel1GrdSettings, checked: Sequence[Checked]) -> list[str]:
    """Return what is to be said of the acquisitions of a tile together."""
    found = []
    versions = sorted({version for one in checked for version in one.processors})
    if versions and versions[0] < NEW_NOISE <= versions[-1]:
        told = ", ".join(f"{major}.{minor:02}" for major, minor in versions)
        found.append(
            f"images of versions {told} of the processor are in one series; before 2.90 (March 2018) their noise is "
            "known less well and their borders are cut, so that dark ground may differ"
        )
    lacking = sum(one.lacks_noise for one in checked)
    if lacking and settings.noise:
        found.append(
            f"thermal noise of {lacking} of {len(checked)} images is 0 in their annotation (as of version 2.36): "
            "nothing is taken off, and dark ground is too bright in them; leave them out, or set `noise: false`"
        )
    return found


def problems(settings: Sentinel1GrdSettings, tiles: Sequence[str]) -> list[str]:
    """Return messages for an elevation model or geoid that is not there, and for tiles without a box."""
    models = dict.fromkeys(settings.dem.replace("{tile}", tile) for tile in tiles)
    found = [
        f"dem: no such file or folder: {path}; wanted is a raster of heights, or a folder of tiles"
        for path in models
        if not is_file_or_folder(path)
    ]
    if settings.geoid and not is_file_or_folder(settings.geoid):
        found.append(f"heights: {settings.geoid} is neither `ellipsoid` nor the raster of a geoid")
    lacking = [tile for tile in tiles if settings.boxes and tile not in settings.boxes]
    return found + ([f"boxes: lacks {', '.join(lacking[:5])}"] if lacking else [])
