"""One name for one CRS, however it is spelled, and never one name for two."""

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from rasterio.io import MemoryFile

from landloom.core.errors import InputError
from landloom.geo import grids
from landloom.geo.crs_names import crs_name, false_origin_shift
from landloom.geo.grids import Grid
from landloom.sensors.acquisition import Acquisition, RasterBand
from landloom.survey import integrity, tile_grids

GCTP = (
    'PROJCS["UTM Zone {zone}, {half} Hemisphere",GEOGCS["Unknown datum based upon the WGS 84 ellipsoid",'
    'DATUM["Not_specified_based_on_WGS_84_spheroid",SPHEROID["WGS 84",6378137,{flattening}]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],'
    'PARAMETER["central_meridian",{meridian}],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],'
    'PARAMETER["false_northing",{northing}],UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]'
)
"""As HLS and MODIS files have it."""


AFFINE = rasterio.Affine(231.65, 0, 0, 0, -231.65, 5e6)


def gctp(zone, south=False, flattening=298.257223563):
    northing, half = (10_000_000, "Southern") if south else (0, "Northern")
    return GCTP.format(zone=zone, half=half, northing=northing, meridian=6 * zone - 183, flattening=flattening)


@settings(max_examples=4, deadline=None)
@given(st.integers(1, 60), st.booleans())
def test_every_spelling_of_a_utm_zone_is_its_code(zone, south):
    code = 32700 + zone if south else 32600 + zone
    crs = CRS.from_epsg(code)
    half = "+south " if south else ""
    spellings = [
        gctp(zone, south),
        *(crs.to_wkt(version) for version in ("WKT1_GDAL", "WKT1_ESRI", "WKT2_2015", "WKT2_2019")),
        crs.to_json(),
        f"+proj=utm +zone={zone} {half}+datum=WGS84",
        f"+proj=utm +zone={zone} {half}+ellps=WGS84 +towgs84=0,0,0,0,0,0,0 +units=m",
        f"EPSG:{code}+5773",
    ]
    names = [crs_name(one) for one in spellings]
    names += [crs_name(rasterio.crs.CRS.from_user_input(one).to_wkt()) for one in spellings]
    assert set(names) == {f"EPSG:{code}"}


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("OGC:CRS84", 4326),
        ("EPSG:4979", 4326),
        ("EPSG:9518", 4326),
        ("ESRI:102100", 3857),
        ("+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +units=m", 3035),
        ("+proj=utm +zone=32 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m", 25832),
    ],
)
def test_other_systems_by_their_codes(spelling, code):
    assert crs_name(spelling) == f"EPSG:{code}"


def test_systems_without_a_code_have_one_spelling():
    sphere = "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 {} +units=m"
    modis = [sphere.format("+R=6371007.181"), sphere.format("+a=6371007.181 +b=6371007.181")]
    named = CRS(modis[0]).to_wkt("WKT1_GDAL").replace("unknown", "MODIS Sinusoidal", 1)
    names = {crs_name(one) for one in [*modis, named]}
    assert len(names) == 1
    assert crs_name(sphere.format("+R=6371008")) not in names
    (name,) = names
    assert crs_name(name) == name
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", width=2, height=2, count=1, dtype="uint8", crs=name, transform=AFFINE):
            pass
        with memory.open() as raster:
            assert grids.of_dataset(raster).crs == name


DIFFERENT = [
    "EPSG:32631",
    "EPSG:32731",
    "EPSG:25831",
    "EPSG:23031",
    gctp(31, flattening=298.257222101),
    gctp(31).replace("0.9996", "0.9999"),
    "+proj=utm +zone=31 +ellps=intl +towgs84=-87,-98,-121 +units=m",
    # A code that contradicts the numbers.
    CRS("EPSG:32631").to_wkt("WKT1_GDAL").replace('"central_meridian",3]', '"central_meridian",4]'),
    "EPSG:4326",
    "EPSG:4258",
    "EPSG:3857",
]


@pytest.mark.parametrize(
    "odd",
    [
        "+proj=ob_tran +o_proj=longlat +o_lon_p=-162 +o_lat_p=39.25 +lon_0=180 +R=6371229 +type=crs",
        'LOCAL_CS["site",LOCAL_DATUM["site",0],UNIT["metre",1],AXIS["x",EAST],AXIS["y",NORTH]]',
    ],
)
def test_rotated_and_local_systems_keep_their_text(odd):
    assert "EPSG:" not in crs_name(odd)
    assert false_origin_shift(crs_name(odd), "EPSG:32631") is None


def test_systems_that_differ_in_truth_have_different_names():
    assert len({crs_name(one) for one in DIFFERENT}) == len(DIFFERENT)


@settings(max_examples=6, deadline=None)
@given(st.integers(1, 60), st.floats(-2.5, 2.5), st.floats(-79, -1))
def test_halves_of_a_zone_differ_by_their_northing_alone(zone, east, latitude):
    north, south = f"EPSG:{32600 + zone}", f"EPSG:{32700 + zone}"
    assert false_origin_shift(north, south) == (0, 10_000_000)
    assert false_origin_shift(south, north) == (0, -10_000_000)
    place = (6 * zone - 183 + east, latitude)
    x, y = Transformer.from_crs("EPSG:4326", north, always_xy=True).transform(*place)
    again = Transformer.from_crs("EPSG:4326", south, always_xy=True).transform(*place)
    np.testing.assert_allclose((x, y + 10_000_000), again, atol=1e-6)
    grid = Grid(north, x, y, 30.0, 30.0, 4, 4)
    assert grid.expressed_in(south) == Grid(south, x, y + 10_000_000, 30.0, 30.0, 4, 4)


def test_other_systems_are_not_moved_onto_each_other():
    names = [crs_name(one) for one in DIFFERENT if "298.257222101" not in one]
    halves = {"EPSG:32631", "EPSG:32731"}
    for one in names:
        for other in names:
            assert (false_origin_shift(one, other) is not None) == (one == other or {one, other} == halves)
    assert false_origin_shift("EPSG:31467", "EPSG:5677") == (0, 0)  # the order of axes alone


def write(path, crs, top, value):
    with rasterio.open(
        path, "w", driver="GTiff", width=6, height=5, count=1, dtype="int16", nodata=-9999, crs=crs,
        transform=rasterio.Affine(30, 0, 300_000, 0, -30, top),
    ) as file:  # fmt: skip
        file.write(np.full((5, 6), value, "int16"), 1)
    return RasterBand(str(path))


def test_products_of_a_tile_join_whatever_spells_their_zone(tmp_path):
    """HLS of a southern tile: in the northern half with negative northings, with and without a code; southern."""
    spelled = [("EPSG:32722", 7_000_020), ("EPSG:32622", -2_999_980), (gctp(22), -2_999_980)]
    acquisitions = [
        Acquisition("s", "T", None, str(n), (("red", write(tmp_path / f"{n}.tif", crs, top, n)),), (), cut="tile")
        for n, (crs, top) in enumerate(spelled)
    ]
    grid = tile_grids.tile_grid(acquisitions)
    assert grid == Grid("EPSG:32722", 300_000.0, 7_000_020.0, 30.0, 30.0, 5, 6)
    found = {one: integrity.inspect(one, grid) for one in acquisitions}
    for one in acquisitions:
        integrity.check(one, found[one], grid)
    finest = {one: inspection.finest for one, inspection in found.items()}
    tile_grids.check_unchanged("T", dict(reversed(finest.items())), grid, tile_grids.FINEST)
    moved = Acquisition(
        "s", "T", None, "9", (("red", write(tmp_path / "9.tif", "EPSG:32622", -2_999_950, 9)),), (), cut="tile"
    )
    with pytest.raises(InputError, match="is it of another tile"):
        integrity.check(moved, integrity.inspect(moved, grid), grid)
