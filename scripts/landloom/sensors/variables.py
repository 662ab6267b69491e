"""GDAL's names of the variables of netCDF, HDF5 and Zarr files."""

from pathlib import Path

from landloom.core.errors import InputError
from landloom.sensors.acquisition import RasterBand

_NETCDF3, _HDF5, _HDF4 = b"CDF", b"\x89HDF", b"\x0e\x03\x13\x01"
"""First bytes of files; netCDF 4 files are HDF5 files."""


def gdal_paths(band: RasterBand) -> list[str]:
    """Return the GDAL paths that may open a variable of a file, best first.

    Raises
    ------
    InputError
        If the file holds no variables, or is HDF4.
    """
    path, variable = Path(band.path), band.variable.strip("/")
    if '"' in band.path or '"' in variable:
        raise InputError(f"{band.name}: GDAL opens no variable of a file whose name holds a quotation mark")
    if path.is_dir():
        return [f'ZARR:"{path}":/{variable}']
    head = _head(band)
    if head.startswith(_NETCDF3):
        return [f'NETCDF:"{path}":{variable}']
    if head == _HDF5:
        return [f'NETCDF:"{path}":{variable}', f'HDF5:"{path}"://{variable}']
    refuse_hdf4(band)
    raise InputError(f"{band.name}: is no netCDF, HDF5 or Zarr, which hold variables; leave `variable` out")


def _head(band: RasterBand) -> bytes:
    try:
        with Path(band.path).open("rb") as file:
            return file.read(4)
    except OSError:
        return b""


def refuse_hdf4(band: RasterBand) -> None:
    """Raise InputError, with the conversion to do, if a file is HDF4."""
    if not band.path.startswith("/vsi") and _head(band) == _HDF4:
        raise InputError(
            f"{band.name}: is HDF4, which rasterio's GDAL does not read; convert each variable with a GDAL that does "
            "(of conda-forge or QGIS): gdal_translate 'HDF4_EOS:EOS_GRID:\"FILE.hdf\":GRID:VARIABLE' FILE.tif"
        )
