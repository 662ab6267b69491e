import contextlib
import copy
import json
from datetime import date

import numpy as np
import pytest
import rasterio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from landloom.configuration import configuration
from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors import archive_listing
from landloom.sensors import registry as sensors
from landloom.sensors.inventory import Inventory
from landloom.sensors.stac import tiles as stac_places
from landloom.survey import integrity, survey
from unit.sensors.stac_material import GRID, TILE, asset, item, stac, write_assets, write_items

PERIOD = (date(2018, 1, 1), date(2018, 12, 31))


def found(wanted, tile=TILE, period=PERIOD):
    return sensors.find(wanted, tile, *period)


def observation(wanted, tile=TILE):
    (product,) = found(wanted, tile)
    return sensors.describe(wanted, "s2", tile, product)


def bands(wanted):
    return dict(observation(wanted).bands)


@pytest.mark.parametrize("form", ["item", "collection", "list", "folder"])
def test_items_are_found_in_every_form(tmp_path, form):
    items = [item("A", "2018-06-01"), item("B", "2018-07-01"), item("C", "2019-01-01")]
    (tmp_path / "x/y").mkdir(parents=True)
    if form == "folder":
        for one in items:
            (tmp_path / f"x/y/{one['id']}.json").write_text(json.dumps(one))
        (tmp_path / "catalog.json").write_text('{"type": "Catalog", "id": "c"}')
        (tmp_path / "x/other.json").write_text('{"a": [1]}')
        archive = tmp_path
    else:
        content = {"item": items[0], "collection": {"type": "FeatureCollection", "features": items}, "list": items}
        archive = tmp_path / "items.json"
        archive.write_text(json.dumps(content[form]))
    names = [(product.date.isoformat(), product.name) for product in found(stac(archive))]
    assert names == [("2018-06-01", "A"), ("2018-07-01", "B")][: 1 if form == "item" else 2]


@pytest.mark.parametrize(
    ("properties", "tile"),
    [
        ({"grid:code": "MGRS-31TCJ"}, "T31TCJ"),
        ({"grid:code": "MGRS-31TCJ"}, "31TCJ"),
        ({"mgrs:utm_zone": 1, "mgrs:latitude_band": "W", "mgrs:grid_square": "CS"}, "T01WCS"),
        ({"s2:mgrs_tile": "31TCJ"}, "T31TCJ"),
        ({"s2:tile_id": "S2A_OPER_MSI_L2A_TL_2APS_20230626T022157_A041826_T01WCS_N05.09"}, "T01WCS"),
        ({"landsat:wrs_path": "8", "landsat:wrs_row": "059"}, "008059"),
        ({"grid:code": "WRS2-198030"}, "198030"),
    ],
)
def test_items_tell_their_tile(tmp_path, properties, tile):
    archive = write_items(tmp_path / "i.json", item(**({"grid:code": None} | properties)))
    assert len(found(stac(archive), tile)) == 1
    assert found(stac(archive), "T32ULU") == []


def test_tile_by_property_pattern_and_box(tmp_path):
    archive = write_items(tmp_path / "i.json", item("x-north_1", **{"my:cell": "north"}))
    assert len(found(stac(archive, tile_property="my:cell"), "north")) == 1
    assert len(found(stac(archive, tile_pattern=r"x-(?P<tile>\w+)_"), "north")) == 1
    assert found(stac(archive, tile_pattern=r"y-(?P<tile>\w+)_"), "north") == []
    boxes = {"a": [0.9, 44.9, 1.2, 45.2], "b": [1.0, 44, 1.2, 45]}
    assert [len(found(stac(archive, boxes=boxes), tile)) for tile in "abc"] == [1, 0, 0]
    assert observation(stac(archive, boxes=boxes), "a").cut == "scene"


def test_overlap_against_shapely():
    from shapely import box
    from shapely.geometry import shape

    random = np.random.default_rng(3)
    for _ in range(200):
        angles = np.sort(random.uniform(0, 2 * np.pi, 7))
        radii = random.uniform(0.2, 2, 7)
        ring = [[float(r * np.cos(a)), float(r * np.sin(a))] for a, r in zip(angles, radii, strict=True)]
        geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        if not shape(geometry).is_valid:
            continue
        west, south = random.uniform(-2, 1, 2)
        bounds = [west, south, west + random.uniform(0.1, 2), south + random.uniform(0.1, 2)]
        assert stac_places.overlap({"geometry": geometry}, bounds) == pytest.approx(
            shape(geometry).intersection(box(*bounds)).area, abs=1e-9
        )


def test_an_item_across_the_antimeridian():
    one = {"geometry": None, "bbox": [179, 0, -179, 1]}
    assert stac_places.overlap(one, [-180, 0, -179.5, 1]) == pytest.approx(0.5)
    assert stac_places.overlap(one, [0, 0, 10, 1]) == 0


def test_the_newest_processing_is_read(tmp_path):
    strip = "S2A_OPER_MSI_L2A_DS_X_2020_S20180601T105{}31_N02.08"
    halves = [item(f"half{n}", **{"s2:datastrip_id": strip.format(n), "s2:generation_time": "1"}) for n in (1, 2)]
    again = item("half1-again", **{"s2:datastrip_id": strip.format(1), "s2:generation_time": "2"})
    archive = write_items(tmp_path / "i.json", *halves, again)
    assert [one.name for one in found(stac(archive))] == ["half1-again", "half2"]
    new = item("new", **{"s2:processing_baseline": "05.00"})
    archive = write_items(tmp_path / "i.json", *halves, again, new)
    assert [one.name for one in found(stac(archive))] == ["new"]
    updated = item("z-old"), item("a-new", updated="2021-01-01T00:00:00Z")
    assert [one.name for one in found(stac(write_items(tmp_path / "i.json", *updated)))] == ["a-new"]


def of_sen2cor(baseline, discriminator):
    return f"S2A_MSIL2A_20180601T105031_N{baseline}_R051_T31TCJ_{discriminator}"


@pytest.mark.parametrize("by", ["id", "s2:product_uri"])
def test_halves_that_names_alone_tell(tmp_path, by):
    """A tile cut by the end of a datastrip comes as two products with discriminators of their own."""
    names = [of_sen2cor("0208", f"2018060{day}T000000") for day in (2, 3)]
    items = [item(name) if by == "id" else item(f"i{name[-15:]}", **{by: f"{name}.SAFE"}) for name in names]
    again = item(f"{items[0]['id']}-again", updated="2021-01-01T00:00:00Z", **{"s2:product_uri": f"{names[0]}.SAFE"})
    archive = write_items(tmp_path / "i.json", *items, again)
    assert [one.name for one in found(stac(archive))] == [again["id"], items[1]["id"]]


def test_a_half_that_was_not_processed_again_is_kept(tmp_path):
    """Its datastrip tells which half an item is, whatever processed it; the strip's start may differ by a moment."""
    strip = "S2A_OPER_MSI_L2A_DS_X_2020_S20180601T10{}_N02.08"

    def half(name, start, baseline):
        return item(name, **{"s2:datastrip_id": strip.format(start), "s2:processing_baseline": baseline})

    old = [half("old1", "5030", "02.08"), half("old2", "5330", "02.08")]
    new = [half("new1", "5032", "05.00"), half("new2", "5330", "05.00")]
    for items, expected in (([*old, new[0]], ["new1", "old2"]), ([*old, *new], ["new1", "new2"])):
        archive = write_items(tmp_path / "i.json", *items)
        assert [one.name for one in found(stac(archive))] == expected
    silent = item("silent", **{"s2:processing_baseline": "05.00"})
    archive = write_items(tmp_path / "i.json", *old, silent)
    assert [one.name for one in found(stac(archive))] == ["silent"]


def test_items_without_a_platform_are_all_kept(tmp_path):
    archive = write_items(tmp_path / "i.json", item("A", platform=None), item("B", platform=None))
    assert [one.name for one in found(stac(archive))] == ["A", "B"]


SCALINGS = [
    ({}, {}, (1.0, 0.0)),
    ({"s2:processing_baseline": "05.09"}, {"offset": -0.1}, (1.0, -1000.0)),
    ({"s2:processing_baseline": "05.09", "earthsearch:boa_offset_applied": True}, {"offset": -0.1}, (1.0, 0.0)),
    ({"s2:processing_baseline": "05.09", "earthsearch:boa_offset_applied": False}, {"offset": -0.1}, (1.0, -1000.0)),
    ({"s2:processing_baseline": "05.09"}, {"offset": None, "scale": None}, (1.0, -1000.0)),  # Planetary Computer
    ({"s2:processing_baseline": "03.01"}, {"offset": None, "scale": None}, (1.0, 0.0)),
    (
        {"s2:processing_baseline": None, "platform": "sentinel-2c", "processing:version": "05.11"},
        {"offset": None, "scale": None},
        (1.0, -1000.0),
    ),
    (
        {
            "s2:processing_baseline": None,
            "s2:product_uri": "S2A_MSIL2A_20230625T234621_N0509_R073_T01WCS_20230626T022157.SAFE",
        },
        {"offset": None, "scale": None},
        (1.0, -1000.0),
    ),
    (
        {"platform": "landsat-8", "s2:processing_baseline": None},
        {"scale": 0.0000275, "offset": -0.2},
        (0.275, -2000.0),
    ),
]


@pytest.mark.parametrize(("properties", "raster", "scaling"), SCALINGS)
def test_scaling(tmp_path, properties, raster, scaling):
    one = item(**properties)
    one["assets"]["red"] = asset("red.tif", "red", **raster)
    band = bands(stac(write_items(tmp_path / "i.json", one)))["B4"]
    assert (band.gain, band.shift, band.nodata) == (pytest.approx(scaling[0]), pytest.approx(scaling[1]), (0,))
    own = stac(tmp_path / "i.json", bands={"B4": {"asset": "red", "offset": 0.5}}, scale=0.01, nodata=-1)
    band = bands(own)["B4"]
    assert (band.gain, band.shift, band.nodata) == (100.0, 5000.0, (-1, 0))


def test_sentinel2_of_an_unknown_baseline_needs_an_offset(tmp_path):
    one = item(**{"s2:processing_baseline": None, "platform": "sentinel-2b"})
    one["assets"]["red"] = asset("red.tif", "red", scale=None, offset=None)
    archive = write_items(tmp_path / "i.json", one)
    with pytest.raises(InputError, match="has neither offset nor processing baseline"):
        bands(stac(archive))
    assert bands(stac(archive, offset=-0.1))["B4"].shift == pytest.approx(-1000)


def test_scaling_of_stac_1_1(tmp_path):
    one = item()
    one["assets"]["stack"] = {
        "href": "s.tif",
        "raster:offset": 0.5,
        "bands": [{"name": "x"}, {"eo:common_name": "green", "raster:scale": 0.001, "nodata": "nan"}],
    }
    band = bands(stac(write_items(tmp_path / "i.json", one), bands={"B3": "green"}))["B3"]
    assert (band.number, band.gain, band.shift) == (2, 10.0, 5000.0)
    assert np.isnan(band.nodata).tolist() == [True]


LANDSAT = {"platform": "landsat-8", "s2:processing_baseline": None}
KELVIN = {"unit": "kelvin", "scale": 0.00341802, "offset": 149.0}


def with_thermal(folder, place, told):
    """Write an item whose file of temperatures has its unit where STAC 1.0 or 1.1 have it."""
    one = item(**LANDSAT)
    raster = {"raster:bands": [told], "bands": [told]}
    own = {f"raster:{key}" if place == "raster:asset" else key: value for key, value in told.items()}
    one["assets"]["lwir11"] = {"href": "t.tif", **({place: raster[place]} if place in raster else own)}
    return write_items(folder / "i.json", one)


@pytest.mark.parametrize("place", ["raster:bands", "bands", "asset", "raster:asset"])
def test_what_is_no_reflectance_needs_a_scaling_of_its_own(tmp_path, place):
    """Temperatures would all be the largest number that is stored."""
    archive, wanted = with_thermal(tmp_path, place, KELVIN), {"asset": "lwir11"}
    for one in (wanted, wanted | {"scale": 0.00000341802}, wanted | {"offset": 0.149}):
        with pytest.raises(InputError, match=r"asset lwir11 is in kelvin, .* give a `scale` and `offset` of the"):
            bands(stac(archive, bands={"thermal": one}))
    band = bands(stac(archive, bands={"thermal": wanted | {"scale": 0.00000341802, "offset": 0.149}}))["thermal"]
    assert (band.gain, band.shift) == (pytest.approx(0.0341802), pytest.approx(1490))
    assert 2730 < 44000 * band.gain + band.shift < 3100


@pytest.mark.parametrize(
    ("collection", "key", "name"),
    [
        ("landsat-c2l2-st", "lwir11", "B10"),
        ("landsat-c2-l2", "ST_B10.TIF", None),
        ("landsat-c2-l2", "thermal", "lwir"),
        ("landsat-c2-l2", "emis", None),
        ("sentinel-2-l2a", "AOT", None),
        ("sentinel-2-l2a", "visual-jp2", None),
        ("HLSL30_2.0", "B10", None),
        ("hls2-s30", "SZA", None),
    ],
)
def test_the_scaling_of_reflectances_is_that_of_no_other_quantity(tmp_path, collection, key, name):
    """Kelvins read as reflectances would be wrong without a word."""
    one = item(**(LANDSAT if "landsat" in collection else {}))
    one["collection"] = collection
    one["assets"][key] = {"href": "t.tif"} | ({"eo:bands": [{"name": name}]} if name else {})
    archive = write_items(tmp_path / "i.json", one)
    with pytest.raises(InputError, match=f"has no scale of asset {key}; give `scale`"):
        bands(stac(archive, bands={"t": key}))
    band = bands(stac(archive, bands={"t": key}, scale=0.001, offset=0.1))["t"]
    assert (band.gain, band.shift) == (10.0, 1000.0)


@pytest.mark.parametrize(
    ("collection", "key"), [("landsat-c2-l2", "SR_B4"), ("HLSS30_2.0", "B11"), ("hls2-l30", "B04")]
)
def test_reflectances_have_the_scaling_of_their_family(tmp_path, collection, key):
    one = item(**(LANDSAT if "landsat" in collection else {}))
    one["collection"], one["assets"][key] = collection, {"href": "t.tif"}
    band = bands(stac(write_items(tmp_path / "i.json", one), bands={"t": key}))["t"]
    assert (band.gain, band.shift) == ((0.275, -2000.0) if "landsat" in collection else (1.0, 0.0))


@pytest.mark.parametrize("unit", ["1", "none", "Reflectance", "", None])
def test_units_of_reflectances(tmp_path, unit):
    told = {"unit": unit, "scale": 0.0001, "offset": 0.0}
    archive = with_thermal(tmp_path, "bands", told)
    assert bands(stac(archive, bands={"b": "lwir11"}))["b"].gain == 1.0


def test_a_band_of_its_own_comes_before_one_in_a_picture(tmp_path):
    one = item()
    one["assets"] = {
        "visual": {"href": "v.tif", "eo:bands": [{"common_name": "red"}, {"common_name": "green"}]},
        "B04": asset("B04.tif", "red"),
        "B05": asset("B05.tif", "rededge"),
        "B06": asset("B06.tif", "rededge"),
        "SCL": {"href": "SCL.tif"},
    }
    archive = write_items(tmp_path / "i.json", one)
    assert bands(stac(archive, bands={"B4": "red"}))["B4"].path == str(tmp_path / "B04.tif")
    with pytest.raises(InputError, match=r"has several assets of band `rededge`; name one of \['B05', 'B06'\]"):
        observation(stac(archive, bands={"B5": "rededge"}))
    with pytest.raises(InputError, match=r"item S2A_31TCJ_20180601_0_L2A: has no asset or band `blue`; name one of"):
        observation(stac(archive, bands={"B2": "blue"}))


def test_masks(tmp_path):
    (mask,) = observation(stac(write_items(tmp_path / "i.json", item()))).masks
    assert mask.invalid_values == (0, 1, 3, 8, 9, 10)
    assert observation(stac(tmp_path / "i.json")).masks_cover_nodata
    own = {"asset": "red", "valid_values": [1], "invalid_bits": [2]}
    (mask,) = observation(stac(tmp_path / "i.json", mask=own)).masks
    assert (mask.valid_values, mask.invalid_bits) == ((1,), 4)
    assert observation(stac(tmp_path / "i.json", mask="none")).masks == ()
    one = item()
    one["assets"]["QA_PIXEL"] = one["assets"].pop("scl")
    (mask,) = observation(stac(write_items(tmp_path / "i.json", one))).masks
    assert mask.invalid_bits == 0b11111
    del one["assets"]["QA_PIXEL"]
    with pytest.raises(InputError, match=r"has no asset scl, qa_pixel or Fmask .*; name the cloud mask"):
        observation(stac(write_items(tmp_path / "i.json", one)))
    # Fmask has bits in HLS alone: its values 0 to 5 in others would make all that is valid invalid.
    one["assets"]["Fmask"] = {"href": "f.tif"}
    with pytest.raises(InputError, match=r"has no asset scl, qa_pixel or Fmask .*; name the cloud mask"):
        observation(stac(write_items(tmp_path / "i.json", one)))
    one["collection"] = "HLSS30_2.0"
    (mask,) = observation(stac(write_items(tmp_path / "i.json", one))).masks
    assert (mask.invalid_bits, mask.invalid_values) == (0b1111, (255,))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "is not JSON"),
        ("[" * 100000, "is not JSON"),
        ("\udcff", "is not JSON"),
        ('{"a": ' + "1" * 5000 + "}", "is not JSON"),
        ("{}", "holds no STAC item"),
        ('{"type": "FeatureCollection"}', "without a list of `features`"),
        (json.dumps(item() | {"id": 7}), "an item's `id` is 7"),
        (json.dumps(item() | {"id": "a\nb"}), "an item's `id` is"),
        (json.dumps(item() | {"assets": [1]}), "`assets` is not a table"),
        (json.dumps(item() | {"properties": None}), "has no `properties`"),
        (json.dumps(item(datetime=None)), "neither `datetime` nor `start_datetime`"),
        (json.dumps(item(datetime="2018-13-01T00:00:00Z")), "is not a date and time"),
        (json.dumps([item(), item(platform="x")]), "have the id"),
    ],
)
def test_items_that_cannot_be_used_are_named(tmp_path, content, problem):
    path = tmp_path / "items.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=problem) as caught:
        found(stac(path))
    assert "items.json" in str(caught.value)


@pytest.mark.parametrize(
    ("asset", "problem"),
    [
        ({"href": "ftp://host/x.tif"}, "only paths, http"),
        ({"href": "/vsicurl/http://host/x.tif"}, "only paths, http"),
        ({"href": "file://host/x.tif"}, "only paths, http"),
        ({"href": "http:///x.tif"}, "only paths, http"),
        ({"href": ""}, "no `href` that can be used"),
        ({}, "no `href` that can be used"),
        ({"href": "x.tif", "raster:bands": [{"scale": "much"}]}, "`scale` of asset red is 'much'"),
        ({"href": "x.tif", "raster:bands": [{"scale": 1e99}]}, "not a plausible scaling"),
        ({"href": "x.tif", "raster:bands": [{"scale": float("nan")}]}, "not a plausible scaling"),
    ],
)
def test_assets_that_cannot_be_used_are_named(tmp_path, asset, problem):
    one = item()
    one["assets"]["red"] = asset
    with pytest.raises(InputError, match=problem):
        observation(stac(write_items(tmp_path / "i.json", one)))


@pytest.mark.parametrize(
    "href",
    [
        "/./vsicurl/http://host/x.tif",
        "/./vsisubfile/0_10,/etc/hostname",
        "/./vsicached?file=/etc/hostname",
        "//vsicurl/http://host/x.tif",
        "/VSICURL/http://host/x.tif",
        "/vsizip//vsicurl/http://host/x.zip",
        "file:///vsicurl/http://host/x.tif",
        "file:///%2e/vsicurl/http://host/x.tif",
        "file:///%2Fvsicurl/http://host/x.tif",
        f"{'../' * 40}vsicurl/http://host/x.tif",
    ],
)
def test_no_spelling_leads_to_a_virtual_file_system(tmp_path, href):
    """Joining paths shortens them, and GDAL then saw `/vsicurl/`: a description there had it read local files."""
    one = item()
    one["assets"]["red"]["href"] = href
    with pytest.raises(InputError, match="only paths, http"):
        observation(stac(write_items(tmp_path / "i.json", one)))


def test_items_of_a_search_name_no_file_of_this_machine(tmp_path):
    one = item() | {"landloom:address": "http://host/items/x.json"}
    one["assets"]["red"]["href"] = "/etc/B04.tif"
    one["assets"]["nir"]["href"] = "../B08.tif"
    found_bands = bands(stac(write_items(tmp_path / "i.json", one)))
    assert [band.path for band in found_bands.values()] == [
        "/vsicurl/http://host/etc/B04.tif",
        "/vsicurl/http://host/B08.tif",
    ]
    one["assets"]["red"]["href"] = "file:///etc/B04.tif"
    with pytest.raises(InputError, match="only paths"):
        observation(stac(write_items(tmp_path / "i.json", one)))


def test_alternate_addresses(tmp_path):
    one = item()
    one["assets"]["red"] |= {"href": "https://h/x.tif", "alternate": {"s3": {"href": "s3://bucket/x.tif"}}}
    assert bands(stac(write_items(tmp_path / "i.json", one)))["B4"].path == "/vsicurl/https://h/x.tif"
    assert bands(stac(tmp_path / "i.json", alternate="s3"))["B4"].path == "/vsis3/bucket/x.tif"


def test_listing_notices_items_and_their_files(tmp_path):
    one, other = item("A"), item("B", "2018-07-01")
    archive = write_items(tmp_path / "i.json", one, other)
    (tmp_path / "A").mkdir()
    (tmp_path / "A/B04.tif").write_text("1")

    def listing():
        return archive_listing.listing({"s": stac(archive)}, TILE, *PERIOD, Inventory([TILE]))

    before = listing()
    write_items(archive, other, one)
    assert listing() == before
    (tmp_path / "A/B04.tif").write_text("12")
    after = listing()
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)
    other["assets"]["red"]["raster:bands"][0]["offset"] = -0.1
    write_items(archive, other, one)
    assert listing()[1] != before[1]


def test_orbits(tmp_path):
    for properties, orbit in (
        ({"sat:relative_orbit": 51}, 51),
        ({"s2:product_uri": "S2A_MSIL2A_20200219T112111_N0214_R037_T29RKH_20200219T123947.SAFE"}, 37),
        ({"landsat:wrs_path": "198", "landsat:wrs_row": "030"}, 198),
    ):
        archive = write_items(tmp_path / "i.json", item(**properties))
        (product,) = found(stac(archive))
        assert sensors.why_unwanted(stac(archive, orbits=[orbit]), product) == ""
        assert "orbits" in sensors.why_unwanted(stac(archive, orbits=[orbit + 1]), product)
    (product,) = found(stac(write_items(tmp_path / "i.json", item())))
    with pytest.raises(InputError, match="has no orbit"):
        sensors.why_unwanted(stac(archive, orbits=[1]), product)


def test_letters():
    names = sensors.common_names(stac("x", bands={"a": "red", "b": "nir08", "c": "SCL", "d": {"asset": "nir"}}))
    assert names == {"a": "R", "b": "N2", "d": "N"}
    assert sensors.common_names(stac("x", bands={"b": "nir08"}, common_names={"b": "X"})) == {"b": "X"}
    assert sensors.common_names(stac("x", bands={"b": "nir08"})) == {"b": "N"}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"archive": ""}, "give either `archive`"),
        ({"search": {"url": "http://h/", "collections": ["c"], "query": {"x": "{tile}"}}}, "give either `archive`"),
        ({"archive": "", "search": {"url": "http://h/", "collections": ["c"]}}, "would find the whole world"),
        ({"archive": "", "search": {"url": "file:///x", "collections": ["c"]}}, "must be an address that begins"),
        ({"boxes": {"T": [1, 2, 0, 3]}}, "west, south, east, north"),
        ({"boxes": {"T": [0, 2, 1, 3]}, "tile_property": "x"}, "give one of"),
        ({"tile_pattern": "("}, "is not a regular expression"),
        ({"tile_pattern": "x"}, "must hold a group"),
        ({"sign": {"type": "token_url"}}, "give the `url`"),
        ({"mask": {"asset": "x"}}, "the mask has no effect"),
        ({"common_names": {"x": "R"}}, "which `bands` lacks"),
    ],
)
def test_settings_that_cannot_be_right(changes, problem):
    with pytest.raises(ValueError, match=problem):
        stac("x", **changes)


def test_preflight_names_what_is_not_there(tmp_path):
    from landloom.configuration import preflight

    content = {
        "years": {2018: None},
        "tiles": ["A", "B"],
        "sensors": {"s": stac(tmp_path / "no.json", boxes={"A": [0, 0, 1, 1]}).model_dump(exclude_none=True)},
        "nomenclature": "x.csv",
        "reference": {"file": "r.gpkg", "field": "c"},
    }
    problems = preflight.problems(configuration.parse(content))
    assert f"sensors.s.archive: no such file or folder: {tmp_path}/no.json" in problems
    assert "sensors.s.boxes: ['B'] must have a box, as other tiles have" in problems


def test_pixels_are_those_of_the_files(tmp_path):
    one = item(**{"s2:processing_baseline": "05.00"})
    one["assets"]["red"]["raster:bands"][0]["offset"] = -0.1
    write_assets(tmp_path, one)
    wanted = stac(write_items(tmp_path / "i.json", one))
    acquisition = observation(wanted)
    integrity.check(acquisition, integrity.inspect(acquisition, GRID), GRID)
    window = Window(100, 90, 60, 70)
    values, valid = np.empty((2, window.pixels), np.int16), np.empty(window.pixels, bool)
    AcquisitionReader(acquisition, GRID, "bilinear").read(window, None, values, valid)
    import rasterio

    with rasterio.open(tmp_path / one["id"] / "B04.tif") as dataset:
        red = dataset.read(1)[window.slices].astype(int).ravel()
    with rasterio.open(tmp_path / one["id"] / "SCL.tif") as dataset:
        scl = dataset.read(1)[window.slices].ravel()
    np.testing.assert_array_equal(valid, np.isin(scl, [4, 5]))
    np.testing.assert_array_equal(values[0][valid], (red - 1000)[valid])


def test_a_real_item_of_earth_search(shared_data):
    (path,) = shared_data.glob("riotilerpds_fixtures/tests/fixtures/sentinel-cogs/*/29/R/KH/2020/2/*/*.json")
    wanted = stac(path, bands={"B4": "red", "B8": "nir"})
    (product,) = found(wanted, "T29RKH", (date(2020, 1, 1), date(2020, 12, 31)))
    assert (product.date, product.name) == (date(2020, 2, 19), "S2A_29RKH_20200219_0_L2A")
    acquisition = sensors.describe(wanted, "s2", "T29RKH", product)
    assert acquisition.bands[0][1].name == (
        "https://sentinel-cogs.s3.us-west-2.amazonaws.com/sentinel-s2-l2a-cogs/29/R/KH/2020/2/"
        "S2A_29RKH_20200219_0_L2A/B04.tif"
    )
    assert acquisition.bands[0][1].gain == 1.0
    assert acquisition.masks[0].source.name.endswith("SCL.tif")
    assert sensors.why_unwanted(stac(path, orbits=[37]), product) == ""


@pytest.mark.parametrize(("tile", "shift"), [("T07HFE", 0.0), ("T01WCS", -1000.0)])
def test_real_items_of_stactools(shared_data, tile, shift):
    (path,) = shared_data.glob(f"stactools_sentinel2/tests/data-files/*_{tile}_*/expected_output.json")
    wanted = stac(path, bands={"B4": "red", "B8A": "nir08"})
    (product,) = found(wanted, tile, (date(2019, 1, 1), date(2023, 12, 31)))
    acquisition = sensors.describe(wanted, "s2", tile, product)
    assert [round(band.shift) for _, band in acquisition.bands] == [shift, shift]
    assert "_B04_10m." in acquisition.bands[0][1].path


ODD_TEXT = ["", "x", "http://[", "http://h/\x00", "file:///%00", "\ud800", "nan", "2018-06-01", "1" * 5000]
ODD_LISTS = [[], [[]], [{}], [7], [None, None, None, None], ["red"], [["a", 1]]]
ODD = st.sampled_from([None, True, -1, 0, 1e308, float("nan"), 10**400, {}, {"x": 7}, *ODD_TEXT, *ODD_LISTS])


def places_in(part, path=()):
    """Give the path of every part of a document."""
    children = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places_in(child, (*path, key))


@settings(max_examples=80, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.data())
def test_nothing_but_input_errors(tmp_path, data):
    one = item(**{"sat:relative_orbit": 51}) | {"landloom:address": "http://h/x.json"}
    one["assets"]["red"] |= {"alternate": {"s3": {"href": "s3://b/x.tif"}}, "bands": [{"nodata": 0}], "file:size": 1}
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(sorted(places_in(one), key=str)))
        part = one
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = copy.deepcopy(data.draw(ODD))
    archive = tmp_path / "i.json"
    archive.write_text(json.dumps(one))
    ways = [{"orbits": [51]}, {"boxes": {TILE: [0.5, 44, 2, 45]}, "mask": "none"}, {"alternate": "s3"}]
    one_way = stac(archive, **data.draw(st.sampled_from(ways)))
    with contextlib.suppress(InputError):
        for product in found(one_way):
            sensors.why_unwanted(one_way, product)
            acquisition = sensors.describe(one_way, "s", TILE, product)
            assert all(np.isfinite([band.gain, band.shift]).all() for _, band in acquisition.bands)
            assert all("\n" not in part.name for part in acquisition.unverified)


def test_boxes_and_items_across_the_180th_meridian():
    """Items split as GeoJSON wants, or drawn from 179 to -179 as some catalogues do, or with a box alone."""
    east = [[[-180, -17], [-179, -17], [-179, -16], [-180, -16], [-180, -17]]]
    west = [[[179, -17], [180, -17], [180, -16], [179, -16], [179, -17]]]
    girdle = [[[179, -17], [-179, -17], [-179, -16], [179, -16], [179, -17]]]
    beyond = [[[179, -17], [181, -17], [181, -16], [179, -16], [179, -17]]]
    items = [
        {"geometry": {"type": "MultiPolygon", "coordinates": [east, west]}},
        {"geometry": {"type": "Polygon", "coordinates": girdle}},
        {"geometry": {"type": "Polygon", "coordinates": beyond}},
        {"geometry": None, "bbox": [179, -17, -179, -16]},
    ]
    for one in items:
        for box_of_tile in ([179.5, -16.5, -179.5, -16.2], [179.2, -16.5, 179.4, -16.2], [-179.4, -17, -179.2, -16]):
            assert stac_places.overlap(one, box_of_tile) > 0
        for box_of_tile in ([10, -16.5, 11, -16.2], [-178, -17, -177, -16], [170, -17, -179.9, -18]):
            assert stac_places.overlap(one, box_of_tile) == 0
    world = {"geometry": {"type": "Polygon", "coordinates": [[[-180, -90], [180, -90], [180, 90], [-180, 90]]]}}
    assert stac_places.overlap(world, [10, 20, 11, 21]) == pytest.approx(1)
    assert stac_places.overlap(world, [179, 20, -179, 21]) == pytest.approx(2)
    assert stac("i.json", boxes={"T": [179, -17, -179, -16]}).boxes


# What items, files and the section tell together


@pytest.mark.parametrize(
    ("section", "in_item", "expected"),
    [
        ({}, None, (0,)),
        ({}, -10000, (-10000,)),
        ({"nodata": -999}, None, (-999,)),
        ({"nodata": -999}, -10000, (-999, -10000)),
        ({"nodata": -10000}, -10000, (-10000,)),
    ],
)
def test_nodata_of_section_and_item_hold_together(tmp_path, section, in_item, expected):
    one = item()
    one["assets"]["red"] = asset("red.tif", "red", nodata=in_item)
    assert bands(stac(write_items(tmp_path / "i.json", one), **section))["B4"].nodata == expected


def surveyed_files(folder, file_nodata, declared=(1.0, 0.0), told=None, **section):
    """Survey an item of Sentinel-2 whose file has numbers of another processor, and -10000 in the first 20 rows."""
    grid = Grid("EPSG:32631", 300000.0, 4900020.0, 10.0, 10.0, 64, 64)
    numbers = np.random.default_rng(1).integers(200, 4000, (64, 64)).astype(np.int16)
    numbers[:20] = -10000
    with rasterio.open(
        folder / "red.tif", "w", driver="GTiff", dtype="int16", count=1, nodata=file_nodata, **grid.profile()
    ) as dataset:
        dataset.write(numbers, 1)
        dataset.scales, dataset.offsets = (declared[0],), (declared[1],)
    one = item()
    one["assets"]["red"] = {"href": "red.tif", **(told or {})}
    settings = stac(write_items(folder / "i.json", one), bands={"B4": "red"}, mask="none", **section)
    (used,), (record,), _ = survey.survey({"s2": settings}, TILE, PERIOD, grid, "stop", 1)
    values, valid = np.empty((1, 64 * 64), np.int16), np.empty(64 * 64, bool)
    AcquisitionReader(used, grid, "bilinear").read(next(grid.windows(64)), None, values, valid)
    return numbers.ravel(), values[0], valid, record


def test_a_file_tells_nodata_that_its_item_does_not(tmp_path):
    """As those of MAJA do: the family's 0 must not take its place."""
    numbers, values, valid, record = surveyed_files(tmp_path, -10000, offset=0)
    np.testing.assert_array_equal(valid, numbers != -10000)
    np.testing.assert_array_equal(values[valid], numbers[valid])
    assert record.valid_fraction == valid.mean() < 0.7


@pytest.mark.parametrize(
    ("declared", "told", "section", "expected"),
    [
        ((0.0001, -0.1), {"raster:bands": [{"scale": 0.0001, "offset": -0.2}]}, {}, -2000),
        ((0.0001, -0.1), None, {"offset": -0.1}, -1000),
        ((0.0001, -0.1), None, {"offset": 0, "file_scaling": "ignore"}, 0),
        ((0.0001, -0.1), None, {"offset": 0}, None),
        ((0.001, 0.0), None, {}, None),
    ],
)
def test_an_item_comes_before_its_files_which_must_agree_else(tmp_path, declared, told, section, expected):
    if expected is None:
        with pytest.raises(InputError, match=r"declares the scale .* `file_scaling: ignore`"):
            surveyed_files(tmp_path, -10000, declared, told, **section)
        return
    numbers, values, valid, _ = surveyed_files(tmp_path, -10000, declared, told, **section)
    np.testing.assert_array_equal(values[valid], numbers[valid] + expected)
