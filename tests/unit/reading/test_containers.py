"""Variables of netCDF, HDF5 and Zarr, images with the south up, and images without a CRS."""

import datetime
import json

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from scipy.io import netcdf_file

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window, of_dataset
from landloom.reading import opening
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors import registry as sensors
from landloom.sensors.acquisition import RasterBand
from landloom.sensors.series_settings import SeriesSettings
from landloom.survey import integrity

ALWAYS = (datetime.date(2000, 1, 1), datetime.date(2030, 1, 1))
DATES = [datetime.date(2018, 4, 1), datetime.date(2018, 6, 1), datetime.date(2018, 8, 1)]
DAYS = [(date - datetime.date(1970, 1, 1)).days for date in DATES]
GRID = Grid("EPSG:32631", 400_000.0, 4_800_000.0, 10.0, 10.0, 4, 5)
WKT = rasterio.crs.CRS.from_epsg(32631).to_wkt()
VALUES = np.arange(60, dtype="int16").reshape(3, 4, 5) + 100
X = 400_000 + 10 * (np.arange(5) + 0.5)
Y = 4_800_000 - 10 * (np.arange(4) + 0.5)


def rows(south_up, values):
    return values[..., ::-1, :] if south_up else values


def make_netcdf(path, south_up):
    with netcdf_file(path, "w") as file:
        for name, content in (("time", np.array(DAYS, "f8")), ("y", Y[::-1] if south_up else Y), ("x", X)):
            file.createDimension(name, len(content))
            axis = file.createVariable(name, "f8", (name,))
            axis[:] = content
            axis.units = "days since 1970-01-01" if name == "time" else "m"
            if name != "time":
                axis.standard_name = f"projection_{name}_coordinate"
        for number, name in enumerate(("red", "nir")):
            band = file.createVariable(name, "i2", ("time", "y", "x"))
            band[:] = rows(south_up, VALUES + 1000 * number)
            band.grid_mapping = "crs"
        crs = file.createVariable("crs", "i4", ())
        crs.spatial_ref, crs.grid_mapping_name = WKT, "transverse_mercator"


def make_zarr(path, south_up):
    def array(name, values, dimensions, **attributes):
        (path / name).mkdir(parents=True)
        shape = {"shape": values.shape, "chunks": values.shape, "dtype": values.dtype.str}
        form = {"zarr_format": 2, "compressor": None, "fill_value": None, "order": "C", "filters": None}
        (path / name / ".zarray").write_text(json.dumps(shape | form))
        (path / name / ".zattrs").write_text(json.dumps({"_ARRAY_DIMENSIONS": dimensions, **attributes}))
        (path / name / ".".join("0" * values.ndim)).write_bytes(np.ascontiguousarray(values).tobytes())

    array("time", np.array(DAYS, "<i8"), ["time"], units="days since 1970-01-01")
    array("y", Y[::-1] if south_up else Y, ["y"])
    array("x", X, ["x"])
    for number, name in enumerate(("red", "nir")):
        array(name, rows(south_up, VALUES + 1000 * number), ["time", "y", "x"], _CRS={"wkt": WKT})
    (path / ".zgroup").write_text('{"zarr_format": 2}')


def section(folder, file, **given):
    bands = {"red": {"number": 1, "variable": "red"}, "nir": {"number": 1, "variable": "nir"}}
    return SeriesSettings(
        **{"type": "series", "archive": str(folder), "file": file, "bands": bands, "dates": DATES} | given
    )


def read(settings):
    """Return what the survey accepts and the reader reads: dates, bands, rows, columns."""
    found = []
    for one in sensors.find(settings, "T", *ALWAYS):
        acquisition = sensors.describe(settings, "s", "T", one)
        integrity.check(acquisition, integrity.inspect(acquisition, GRID), GRID)
        values, valid = np.empty((len(settings.bands), 20), np.int16), np.empty(20, bool)
        AcquisitionReader(acquisition, GRID, "nearest").read(Window(0, 0, 4, 5), None, values, valid)
        found.append(values.reshape(-1, 4, 5))
    return np.array(found)


@pytest.mark.parametrize("south_up", [False, True])
@pytest.mark.parametrize("kind", ["netcdf", "zarr"])
def test_variables_with_either_row_first(tmp_path, kind, south_up):
    make = make_netcdf if kind == "netcdf" else make_zarr
    make(tmp_path / f"s.{kind}", south_up)
    found = read(section(tmp_path, f"s.{kind}"))
    np.testing.assert_array_equal(found, np.stack([VALUES, VALUES + 1000], axis=1))
    same = section(tmp_path, f"s.{kind}", variable="{band}", bands={"nir": 1})
    np.testing.assert_array_equal(read(same)[:, 0], VALUES + 1000)
    by_itself = section(tmp_path, f"s.{kind}", dates="time_axis")
    assert [one.date for one in sensors.find(by_itself, "T", *ALWAYS)] == DATES
    np.testing.assert_array_equal(read(by_itself), found)
    wrong = [DATES[0], DATES[2], DATES[1]]
    with pytest.raises(InputError, match="band 3 is read as of 2018-06-01, but is of 2018-08-01 by"):
        read(section(tmp_path, f"s.{kind}", dates=wrong))


def test_a_file_of_one_date_by_its_name_that_holds_several(tmp_path):
    """Only its first day would be read."""
    make_netcdf(tmp_path / "20180401.nc", False)
    with pytest.raises(InputError, match="holds several days by its time axis, and one date by its name"):
        read(section(tmp_path, "{date}.nc", dates=None))


def test_files_of_an_acquisition_are_those_in_a_zarr_folder(tmp_path):
    make_zarr(tmp_path / "s.zarr", False)
    settings = section(tmp_path, "s.zarr")
    one = sensors.describe(settings, "s", "T", sensors.find(settings, "T", *ALWAYS)[0])
    assert f"{tmp_path}/s.zarr/nir/0.0.0" in one.files
    assert len(one.files) == 16


def write(path, values, south_up=False, **profile):
    affine = rasterio.Affine(10, 0, 400_000, 0, -10, 4_800_000)
    if south_up:
        affine = rasterio.Affine(10, 0, 400_000, 0, 10, 4_800_000 - 40)
    given = {"driver": "GTiff", "crs": "EPSG:32631", "transform": affine, "dtype": "int16"} | profile
    with rasterio.open(path, "w", height=4, width=5, count=len(values), **given) as file:
        file.write(rows(south_up, values))


@pytest.mark.parametrize("name", ["a.nc", "a.h5"])
def test_a_variable_of_hdf5(tmp_path, name):
    """NetCDF 4 is HDF5; GDAL's driver of netCDF knows the georeferencing of both."""
    write(tmp_path / "a.tif", VALUES)
    rasterio.shutil.copy(tmp_path / "a.tif", tmp_path / "c.nc", driver="netCDF", format="NC4")
    (tmp_path / "c.nc").rename(tmp_path / name)
    band = RasterBand(str(tmp_path / name), variable="Band2")
    with opening.opened(band) as dataset:
        assert of_dataset(dataset) == GRID
        np.testing.assert_array_equal(dataset.read(1), VALUES[1])
    with pytest.raises(InputError, match=r"has no variable `Band9` .*it has \['Band1', 'Band2'"):
        opening.opened(RasterBand(band.path, variable="Band9"))
    with pytest.raises(InputError, match="name one with `variable`"):
        opening.opened(RasterBand(band.path))


def test_an_image_with_the_south_up_and_gaps(tmp_path):
    gappy = VALUES.copy()
    gappy[1, 2:, 1] = -9999
    write(tmp_path / "s.tif", gappy, south_up=True, nodata=-9999)
    with opening.opened(RasterBand(str(tmp_path / "s.tif"))) as dataset:
        assert of_dataset(dataset) == GRID
        assert dataset.nodatavals == (-9999.0,) * 3
        np.testing.assert_array_equal(dataset.read(), gappy)


def test_gaps_that_turning_would_lose_are_refused(tmp_path):
    write(tmp_path / "masked.tif", VALUES, south_up=True)
    with rasterio.open(tmp_path / "masked.tif", "r+") as file:
        file.write_mask(np.where(VALUES[0] > 105, 255, 0).astype("uint8"))
    with pytest.raises(InputError, match="has a mask band, but no CRS or its first row in the south"):
        opening.opened(RasterBand(str(tmp_path / "masked.tif")))
    upright = VALUES[:, ::-1]
    write(tmp_path / "upright.tif", upright)
    with rasterio.open(tmp_path / "upright.tif", "r+") as file:
        file.write_mask(np.full((4, 5), 255, "uint8"))
    opening.opened(RasterBand(str(tmp_path / "upright.tif"))).close()


def test_a_crs_for_images_that_have_none(tmp_path):
    write(tmp_path / "20180401.tif", VALUES[:1], crs=None)
    given = {"file": "{date}.tif", "dates": None, "bands": {"red": 1}}
    np.testing.assert_array_equal(read(section(tmp_path, crs="EPSG:32631", **given))[0, 0], VALUES[0])
    with pytest.raises(InputError, match=r"has no coordinate reference system .*`crs`"):
        read(section(tmp_path, **given))
    write(tmp_path / "20180401.tif", VALUES[:1])
    assert read(section(tmp_path, crs=WKT, **given)).shape == (1, 1, 4, 5)
    assert sensors.problems("s", section(tmp_path, crs="EPSG:31", **given), ["T"]) == [
        "sensors.s.crs: `EPSG:31` is not a coordinate reference system; write e.g. EPSG:32631"
    ]
    assert sensors.problems("s", section(tmp_path, crs=WKT, **given), ["T"]) == []
    with pytest.raises(InputError, match="has the CRS EPSG:32631, not `crs: EPSG:32632`"):
        read(section(tmp_path, crs="EPSG:32632", **given))


def test_a_file_without_a_time_axis_needs_dates(tmp_path):
    write(tmp_path / "s.tif", VALUES)
    with pytest.raises(InputError, match=r"has no time axis .*list them in `dates`"):
        sensors.find(section(tmp_path, "s.tif", dates="time_axis", bands={"red": 1}), "T", *ALWAYS)
    assert sensors.find(section(tmp_path, "none.tif", dates="time_axis", bands={"red": 1}), "T", *ALWAYS) == []


def test_other_formats(tmp_path):
    (tmp_path / "a.hdf").write_bytes(b"\x0e\x03\x13\x01" + b"\0" * 100)
    for variable in ("", "red"):
        with pytest.raises(InputError, match=r"is HDF4, .*gdal_translate"):
            opening.opened(RasterBand(str(tmp_path / "a.hdf"), variable=variable))
    write(tmp_path / "a.tif", VALUES)
    with pytest.raises(InputError, match="is no netCDF, HDF5 or Zarr"):
        opening.opened(RasterBand(str(tmp_path / "a.tif"), variable="red"))
    with pytest.raises(InputError, match="quotation mark"):
        opening.opened(RasterBand(str(tmp_path / 'a".nc'), variable="red"))
