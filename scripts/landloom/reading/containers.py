"""Files that hold variables (netCDF, HDF5, Zarr), and images that a file gives without a CRS or with the south up."""

import re
from typing import Any

import rasterio
from rasterio.enums import MaskFlags, Resampling
from rasterio.transform import Affine
from rasterio.vrt import WarpedVRT

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.geo.crs_names import crs_name
from landloom.geo.opening import raster_doors
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
        dataset = raster_doors.opened(band.path)
    except rasterio.errors.RasterioError:
        variables.refuse_hdf4(band)
        raise
    if not dataset.count and dataset.subdatasets:
        names = _variables_in(dataset)
        dataset.close()
        raise InputError(f"{band.name}: holds the variables {shortened(names)}; name one with `variable`")
    return dataset


def _opened_variable(band: RasterBand) -> Any:
    """Open a variable by the first driver that has it; that of netCDF knows more of georeferencing than HDF5's."""
    for path in variables.gdal_paths(band):
        try:
            return raster_doors.opened(path)
        except rasterio.errors.RasterioError:
            continue
    raise InputError(f"{band.name}: has no variable `{band.variable}` that can be read{_those_of(band)}")


def _those_of(band: RasterBand) -> str:
    """Return the variables that a file has, for a message; empty if it cannot be told."""
    try:
        with raster_doors.opened(band.path) as dataset:
            names = _variables_in(dataset)
    except rasterio.errors.RasterioError:
        return ""
    return f"; it has {shortened(names)}" if names else ""


def _variables_in(dataset: Any) -> list[str]:
    return sorted({re.split(r"[:/]", name)[-1] for name in dataset.subdatasets})


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
    gap = _gap_of_all(dataset, band)
    top = transform.f + transform.e * dataset.height if south_up else transform.f
    north_up = Affine(transform.a, 0.0, transform.c, 0.0, -abs(transform.e), top)
    known = crs or rasterio.crs.CRS.from_user_input(band.crs)
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


def _gap_of_all(dataset: Any, band: RasterBand) -> float | None:
    """Return the nodata value of all bands of an image that is turned, or gets a CRS.

    Raises
    ------
    InputError
        If bands have different ones, or a mask band: GDAL would forget where values are missing.
    """
    gaps = {str(value): value for value in dataset.nodatavals}
    masked = any(MaskFlags.per_dataset in flags for flags in dataset.mask_flag_enums)
    if len(gaps) > 1 or masked:
        what = "a mask band" if masked else "bands of different nodata values"
        dataset.close()
        raise InputError(
            f"{band.name}: has {what}, but no CRS or its first row in the south; convert it (gdalwarp, gdal_edit)"
        )
    gap: float | None = next(iter(gaps.values()))
    return gap
