"""Checks of the files of an annual image before long jobs: whether they are whole, alike, and what they say."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rasterio.enums import Interleaving, MaskFlags

from landloom.annual import decoding
from landloom.annual.files import AnnualFile
from landloom.annual.places import Places
from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.geo.block_offsets import end_of_blocks
from landloom.geo.grids import Window
from landloom.sensors.acquisition import Acquisition, RasterBand
from landloom.sensors.annual.settings import AnnualSettings

LENGTHS = 0.9, 1.1
"""Between these is the length of vectors of length 1 after rounding to 8 bits."""

_SAMPLE_PX = 64

MOST_SIDE = 8
"""Pixels of a file, along each side, that a pixel of the tile may have: all are read."""

MOST_BLOCK_BYTES = 2**29
"""Largest block of a file, which is read as a whole."""


def check(file: AnnualFile, settings: AnnualSettings) -> None:
    """Raise if a file cannot be one of an annual image.

    Parameters
    ----------
    file : AnnualFile
    settings : AnnualSettings

    Raises
    ------
    InputError
        If it is truncated, has another number of bands, another type or a mask, or lacks what its scales need.
    """
    dataset, name = file.dataset, file.source.values.name
    expected = settings.number_of_bands
    if expected is not None and dataset.count != expected:
        key = "count" if settings.count else f"values: {settings.values}"
        raise InputError(f"{name}: has {dataset.count} bands, but {expected} by `{key}`; is it of another model?")
    types = set(dataset.dtypes)
    if len(types) > 1:
        raise InputError(f"{name}: has bands of several types ({', '.join(sorted(types))})")
    decoding.check_type(settings.values, types.pop(), file.source.scales is not None, name)
    if any(MaskFlags.per_dataset in flags for flags in dataset.mask_flag_enums):
        raise InputError(
            f"{name}: hides pixels by a mask or an alpha band, which are not read here; write a nodata value into "
            "its bands (gdalwarp -dstnodata)"
        )
    _check_blocks(file)
    _check_scales(file)
    for source in file.source.sources:
        _check_whole(source)


def check_fineness(places: Places, name: str) -> None:
    """Raise if pixels of a file are far finer than those of the tile.

    Raises
    ------
    InputError
    """
    if places.side > MOST_SIDE:
        raise InputError(
            f"{name}: has {places.side} pixels along each side of one of the tile, more than {MOST_SIDE}; is its "
            "place right? Else average it first (gdalwarp -r average -tr)"
        )


def _check_blocks(file: AnnualFile) -> None:
    dataset = file.dataset
    joined = dataset.count if dataset.interleaving == Interleaving.pixel else 1
    rows, columns = dataset.block_shapes[0]
    size = rows * columns * joined * np.dtype(dataset.dtypes[0]).itemsize
    if size > MOST_BLOCK_BYTES:
        raise InputError(
            f"{file.source.values.name}: is stored in blocks of {rows} x {columns} pixels ({size // 10**6} MB), each "
            "read as a whole; write it in smaller ones (gdal_translate -co TILED=YES -co INTERLEAVE=BAND)"
        )


def _check_scales(file: AnnualFile) -> None:
    scales = file.scales
    if scales is None or file.source.scales is None:
        return
    name = file.source.scales.name
    if scales.count != 1 or not scales.dtypes[0].startswith("float"):
        raise InputError(f"{name}: has {scales.count} bands of {scales.dtypes[0]}, but scales are one band of floats")
    same = np.allclose(tuple(scales.transform), tuple(file.dataset.transform), rtol=0, atol=1e-6)
    if scales.shape != file.dataset.shape or not same:
        raise InputError(f"{name}: lies on other pixels than {file.source.values.name}, whose scales it holds")


def _check_whole(band: RasterBand) -> None:
    if band.is_remote or not band.path.lower().endswith((".tif", ".tiff")):
        return
    size, end = Path(band.path).stat().st_size, end_of_blocks(band.path)
    if end > size:
        raise InputError(f"{band.path}: is truncated ({size} bytes, data up to {end})")


def check_lengths(file: AnnualFile) -> None:
    """Raise if vectors that shall have length 1 have another; those in the middle of a file are looked at.

    Raises
    ------
    InputError
    """
    dataset = file.dataset
    rows, columns = min(_SAMPLE_PX, dataset.height), min(_SAMPLE_PX, dataset.width)
    middle = Window((dataset.height - rows) // 2, (dataset.width - columns) // 2, rows, columns)
    values, there = file.decoded(file.read(range(1, dataset.count + 1), middle), slice(None))
    if not there.any():
        return
    length = float(np.median(np.sqrt(np.square(values[:, there], dtype=np.float64).sum(axis=0))))
    if not LENGTHS[0] <= length <= LENGTHS[1]:
        raise InputError(
            f"{file.source.values.name}: vectors of its pixels have the length {length:.3g}, not 1; is `values` "
            "right, or are they none (`unit_vectors: false`)?"
        )


def with_numbers(acquisition: Acquisition, files: Sequence[AnnualFile], settings: AnnualSettings) -> Acquisition:
    """Return an image whose bands have the places that its files describe.

    Parameters
    ----------
    acquisition : Acquisition
    files : sequence of AnnualFile
        Of the image.
    settings : AnnualSettings

    Raises
    ------
    InputError
        If a file has not all bands, or two have them in different places.
    """
    found = {file.source.values.name: _numbers(file.dataset, file, acquisition, settings) for file in files}
    first, *others = found
    odd = next((name for name in others if found[name] != found[first]), None)
    if odd:
        raise InputError(f"{odd}: describes its bands in another order than {first}")
    bands = tuple(
        (name, replace(band, number=number))
        for (name, band), number in zip(acquisition.bands, found[first], strict=True)
    )
    return replace(acquisition, bands=bands)


def _numbers(dataset: Any, file: AnnualFile, acquisition: Acquisition, settings: AnnualSettings) -> list[int]:
    described = [str(text or "") for text in dataset.descriptions]
    names, name = [band for band, _ in acquisition.bands], file.source.values.name
    if not set(names) & set(described):
        usual = settings.coding.names(dataset.count)
        unknown = [band for band in names if band not in usual]
        if unknown:
            told = f"describes its bands as {shortened(described)}" if any(described) else "describes no band"
            raise InputError(
                f"{name}: {told}; {unknown[0]} of `bands` is not among them, nor among {shortened(usual)}"
            )
        return [usual.index(band) + 1 for band in names]
    lacking = [band for band in names if band not in described]
    if lacking:
        raise InputError(f"{name}: has no band that is described as {lacking[0]}; it has {shortened(described)}")
    twice = [band for band in names if described.count(band) > 1]
    if twice:
        raise InputError(f"{name}: describes two bands as {twice[0]}")
    return [described.index(band) + 1 for band in names]
