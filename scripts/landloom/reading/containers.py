"""Files that hold variables (netCDF, HDF5, Zarr), and images that a file gives without a CRS or with the south up."""

import re
from typing import Any

import rasterio
from rasterio.enums import Resampling
from rasterio.transform import Affine
from rasterio.vrt import WarpedVRT

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.geo.crs_names import crs_name
from landloom.sensors import variables
from landloom.sensors.acquisition import RasterBand


def opened_on_disk(band: RasterBand) -> Any:
    """Open a file on disk, or its variable, as a north-up image with a CRS.

    Raises
    ------
    rasterio.errors.RasterioError
        If it cannot be opened.
    InputError
        If it has no such variable, or is of a format that is not read.
    """
    dataset = _opened_variable(band) if band.variable else _opened_file(band)
    return _upright(dataset, band)


def _opened_file(band: RasterBand) -> Any:
    try:
        dataset = rasterio.open(band.path)
    except rasterio.errors.RasterioError:
        variables.refuse_hdf4(band)
        raise
    if not dataset.count and dataset.subdatasets:
        names = sorted({re.split(r"[:/]", name)[-1] for name in dataset.subdatasets})
        dataset.close()
        raise InputError(f"{band.name}: holds the variables {shortened(names)}; name one with `variable`")
    return dataset


def _opened_variable(band: RasterBand) -> Any:
    """Open a variable by the first driver that has it; that of netCDF knows more of georeferencing than HDF5's."""
    for path in variables.gdal_paths(band):
        try:
            return rasterio.open(path)
        except rasterio.errors.RasterioError:
            continue
    raise InputError(f"{band.name}: has no variable `{band.variable}` that can be read{_those_of(band)}")


def _those_of(band: RasterBand) -> str:
    """Return the variables that a file has, for a message; empty if it cannot be told."""
    try:
        with rasterio.open(band.path) as dataset:
            names = sorted({re.split(r"[:/]", name)[-1] for name in dataset.subdatasets})
    except rasterio.errors.RasterioError:
        return ""
    return f"; it has {shortened(names)}" if names else ""


def _upright(dataset: Any, band: RasterBand) -> Any:
    """Return a dataset with the CRS of the configuration if it has none, and its first row in the north."""
    crs = dataset.crs
    if band.crs and crs and crs_name(crs.to_wkt()) != crs_name(band.crs):
        dataset.close()
        raise InputError(f"{band.name}: has the CRS {shortened(crs_name(crs.to_wkt()))}, not `crs: {band.crs}`")
    transform = dataset.transform
    south_up = transform.e > 0
    placed = bool(crs or band.crs) and not transform.is_identity and not (transform.b or transform.d)
    if not placed or (crs and not south_up):
        return dataset  # the check of its grid says what it lacks
    gaps = {str(value): value for value in dataset.nodatavals}
    if len(gaps) > 1:
        dataset.close()
        raise InputError(f"{band.name}: has bands of several nodata values, and no CRS or the south up; convert it")
    top = transform.f + transform.e * dataset.height if south_up else transform.f
    north_up = Affine(transform.a, 0.0, transform.c, 0.0, -abs(transform.e), top)
    known, (gap,) = crs or rasterio.crs.CRS.from_user_input(band.crs), gaps.values()
    # Every pixel keeps its number: the target's pixels are the source's.
    return WarpedVRT(
        dataset,
        src_crs=known,
        crs=known,
        transform=north_up,
        width=dataset.width,
        height=dataset.height,
        resampling=Resampling.nearest,
        src_nodata=gap,
        nodata=gap,
        UNIFIED_SRC_NODATA="NO",
    )
