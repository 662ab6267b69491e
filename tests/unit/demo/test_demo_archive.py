"""The demonstration archive as a whole, small."""

import csv
import hashlib
from pathlib import Path
from xml.etree import ElementTree

import geopandas
import numpy as np
import pytest
import rasterio
from rasterio.features import geometry_mask
from rasterio.warp import Resampling, reproject
from scipy.ndimage import maximum_filter, minimum_filter

from landloom.demo.archive import make_demo

SIZE_PX = 144
YEAR = 2018
TILES = {"T30TYP": 32630, "T31TBJ": 32631}
BANDS = {10: ("B2", "B3", "B4", "B8"), 20: ("B5", "B6", "B7", "B8A", "B11", "B12")}
CROPS = {"winter": 1, "maize": 2}


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder, seed=3, years=(YEAR,), size_px=SIZE_PX)
    return folder


def read(path: Path) -> np.ndarray:
    with rasterio.open(path) as raster:
        return raster.read(1)


def products(demo: Path, tile: str) -> list[Path]:
    return sorted((demo / "archive" / tile).iterdir(), key=lambda path: path.name.split("_")[1])


def band(product: Path, name: str, kind: str = "FRE") -> np.ndarray:
    return read(product / f"{product.name}_{kind}_{name}.tif")


def mask(product: Path, name: str) -> np.ndarray:
    return read(product / "MASKS" / f"{product.name}_{name}.tif")


def all_products(demo: Path) -> list[Path]:
    return [product for tile in TILES for product in products(demo, tile)]


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def reference_with_regions(demo: Path) -> geopandas.GeoDataFrame:
    reference = geopandas.read_file(demo / str(YEAR) / "reference.gpkg", layer="reference")
    regions = geopandas.read_file(demo / "regions.gpkg", layer="regions")
    points = reference.set_geometry(reference.geometry.representative_point())
    return reference.assign(region=points.sjoin(regions, predicate="within")["region"])


def mean_ndvi(demo: Path, tile: str, selected: np.ndarray) -> dict[int, float]:
    """Mean NDVI of clear selected pixels by day of the year."""
    days: dict[int, float] = {}
    for product in products(demo, tile):
        clear = selected & ((mask(product, "CLM_R1") | mask(product, "SAT_R1") | mask(product, "EDG_R1")) == 0)
        if clear.sum() >= 40:
            red, infrared = band(product, "B4")[clear].astype(float), band(product, "B8")[clear].astype(float)
            month, day = int(product.name[15:17]), int(product.name[17:19])
            days[30 * (month - 1) + day] = float(((infrared - red) / (infrared + red)).mean())
    return days


def mediterranean(demo: Path, tile: str) -> np.ndarray:
    regions = geopandas.read_file(demo / "regions.gpkg").to_crs(TILES[tile])
    with rasterio.open(demo / str(YEAR) / "truth" / f"{tile}.tif") as truth:
        shape = regions.geometry[regions["region"] == "mediterranean"]
        return geometry_mask(shape, truth.shape, truth.transform, invert=True)


def test_every_product_has_all_files_on_the_grid_of_its_tile(demo):
    for tile, epsg in TILES.items():
        found = products(demo, tile)
        assert len(found) == 16
        for product in found:
            assert len(list(product.rglob("*"))) == 1 + 20 + 6 + 1
            for pixel_m, names in BANDS.items():
                for name in names:
                    for kind in ("FRE", "SRE"):
                        with rasterio.open(product / f"{product.name}_{kind}_{name}.tif") as raster:
                            assert raster.dtypes == ("int16",)
                            assert raster.nodata == -10000
                            assert raster.crs.to_epsg() == epsg
                            assert raster.shape == (SIZE_PX * 10 // pixel_m,) * 2
                            assert raster.transform.a == pixel_m
                            assert raster.transform.c % 20 == 0
                            assert raster.transform.f % 20 == 0


def test_masks_are_bytes_and_agree_between_resolutions(demo):
    for product in all_products(demo):
        for name in ("CLM", "SAT", "EDG"):
            fine, coarse = mask(product, f"{name}_R1"), mask(product, f"{name}_R2")
            assert fine.dtype == coarse.dtype == np.uint8
            assert fine.shape == (SIZE_PX, SIZE_PX)
            if name != "SAT":
                np.testing.assert_array_equal(fine, coarse.repeat(2, 0).repeat(2, 1))


def test_metadata_tells_what_the_product_is(demo):
    product = products(demo, "T31TBJ")[0]
    root = ElementTree.parse(product / f"{product.name}_MTD_ALL.xml").getroot()
    assert root.findtext(".//PRODUCT_ID") == product.name
    assert root.findtext(".//GEOGRAPHICAL_ZONE") == "T31TBJ"
    assert root.findtext(".//HORIZONTAL_CS_CODE") == "32631"
    assert root.findtext(".//REFLECTANCE_QUANTIFICATION_VALUE") == "10000"
    assert root.findtext(".//SPECIAL_VALUE[@name='nodata']") == "-10000"
    assert root.findtext(".//ACQUISITION_DATE").startswith(f"{YEAR}-")
    listed = [element.text for tag in ("IMAGE_FILE", "MASK_FILE") for element in root.iter(tag)]
    assert len(listed) == 26
    assert all((product / name).is_file() for name in listed)


def test_same_seed_gives_same_bytes_with_any_number_of_threads_and_another_seed_others(tmp_path, monkeypatch):
    for name, seed in (("first", 5), ("other", 6)):
        make_demo(tmp_path / name, seed=seed, size_px=64)
    monkeypatch.setattr("landloom.demo.archive.THREADS", 1)
    make_demo(tmp_path / "one_thread", seed=5, size_px=64)
    first, again, other = (digests(tmp_path / name) for name in ("first", "one_thread", "other"))
    assert first == again
    rasters = {name: digest for name, digest in first.items() if name.endswith("B2.tif")}
    assert not set(rasters.values()) & set(other.values())


def test_tiles_agree_where_they_overlap(demo):
    with (
        rasterio.open(demo / str(YEAR) / "truth" / "T30TYP.tif") as west,
        rasterio.open(demo / str(YEAR) / "truth" / "T31TBJ.tif") as east,
    ):
        warped = np.zeros(east.shape, dtype=np.uint8)
        reproject(
            rasterio.band(west, 1),
            warped,
            dst_transform=east.transform,
            dst_crs=east.crs,
            resampling=Resampling.nearest,
        )
        truth = east.read(1)
    common = warped > 0
    assert 0.18 < common.mean() < 0.33
    # Nearest pixels are up to 7 m apart, and small demonstrations have small fields: borders differ.
    assert (warped == truth)[common].mean() > 0.9
    inner = common & (minimum_filter(truth, 3) == maximum_filter(truth, 3))
    assert (warped == truth)[inner].mean() > 0.995


def test_every_class_is_mapped_and_surveyed_in_both_regions(demo):
    counts = reference_with_regions(demo).groupby(["region", "code"]).size()
    assert set(counts.index) == {(region, code) for region in ("atlantic", "mediterranean") for code in range(1, 11)}
    assert counts.min() >= 4
    for tile in TILES:
        assert set(np.unique(read(demo / str(YEAR) / "truth" / f"{tile}.tif"))) == set(range(1, 11))


def test_reference_is_valid_simple_and_without_overlaps(demo):
    reference = geopandas.read_file(demo / str(YEAR) / "reference.gpkg")
    assert reference.crs.to_epsg() == 2154
    assert set(reference.columns) == {"code", "label", "geometry"}
    assert set(reference.geom_type) == {"Polygon"}
    assert reference.is_valid.all()
    assert reference.union_all().area == pytest.approx(reference.area.sum(), rel=1e-6)


def test_some_reference_labels_are_wrong_but_few(demo):
    wrong = []
    for tile, epsg in TILES.items():
        with rasterio.open(demo / str(YEAR) / "truth" / f"{tile}.tif") as raster:
            truth = raster.read(1)
            for row in geopandas.read_file(demo / str(YEAR) / "reference.gpkg").to_crs(epsg).itertuples():
                inside = truth[geometry_mask([row.geometry], raster.shape, raster.transform, invert=True)]
                if inside.size >= 10:
                    wrong.append(np.bincount(inside).argmax() != row.code)
    assert len(wrong) > 100
    assert 0.01 < np.mean(wrong) < 0.08


def test_nomenclature_lists_all_codes(demo):
    with (demo / "nomenclature.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["label"]) for row in rows] == list(range(1, 11))
    assert all(len(row["color"]) == 7 and int(row["color"][1:], 16) for row in rows)
    reference = geopandas.read_file(demo / str(YEAR) / "reference.gpkg")
    names = {int(row["label"]): row["name"] for row in rows}
    assert (reference["label"] == reference["code"].map(names)).all()


def test_regions_share_a_border_and_cover_both_tiles(demo):
    regions = geopandas.read_file(demo / "regions.gpkg")
    assert sorted(regions["region"]) == ["atlantic", "mediterranean"]
    first, second = regions.geometry
    assert first.intersection(second).geom_type == "LineString"
    for tile, epsg in TILES.items():
        with rasterio.open(demo / str(YEAR) / "truth" / f"{tile}.tif") as raster:
            corners = geopandas.points_from_xy(
                [raster.bounds.left, raster.bounds.right] * 2,
                [raster.bounds.bottom, raster.bounds.top, raster.bounds.top, raster.bounds.bottom],
                crs=epsg,
            )
        assert corners.to_crs(2154).within(regions.union_all()).all()
        share = mediterranean(demo, tile).mean()
        assert 0.05 < share < 0.95


def test_clouds_are_bright_and_shadows_dark(demo):
    for product in all_products(demo):
        clouds, blue, infrared = mask(product, "CLM_R1"), band(product, "B2"), band(product, "B8")
        inside = mask(product, "EDG_R1") == 0
        clear = inside & (clouds == 0)
        thick, shadow = (clouds & 2) > 0, (clouds & (32 | 64)) > 0
        if min(clear.sum(), thick.sum()) > 500:
            assert np.median(blue[thick]) > 2 * np.median(blue[clear])
        if min(clear.sum(), shadow.sum()) > 500:
            assert np.median(infrared[shadow]) < np.median(infrared[clear])


def test_cloud_bits_are_consistent(demo):
    seen = np.uint8(0)
    for product in all_products(demo):
        clouds = mask(product, "CLM_R1")
        summary, any_cloud, shadow = clouds & 1 > 0, clouds & 2 > 0, clouds & (32 | 64) > 0
        np.testing.assert_array_equal(summary, any_cloud | shadow)
        assert not (any_cloud & (clouds & 16 > 0)).any()
        assert not (clouds & (4 | 8) > 0)[~any_cloud].any()
        seen |= np.bitwise_or.reduce(clouds, axis=None)
    assert seen == 255


def test_no_data_beyond_the_edge_of_the_swath(demo):
    for tile in TILES:
        partial = 0
        for product in products(demo, tile):
            outside = mask(product, "EDG_R1") == 1
            partial += 0.05 < outside.mean() < 0.95
            for name in BANDS[10]:
                np.testing.assert_array_equal(band(product, name) == -10000, outside)
            np.testing.assert_array_equal(band(product, "B11") == -10000, mask(product, "EDG_R2") == 1)
            assert not mask(product, "CLM_R1")[outside].any()
        assert partial >= 4


def test_saturated_pixels_are_flagged_in_their_bands(demo):
    flagged = 0
    for product in all_products(demo):
        for resolution, names in (("R1", BANDS[10]), ("R2", BANDS[20])):
            bits = mask(product, f"SAT_{resolution}")
            flagged += int((bits > 0).sum())
            for bit, name in enumerate(names):
                assert (band(product, name)[bits >> bit & 1 > 0] == 15000).all()
    assert 10 < flagged < 1000


def test_slope_correction_changes_little_but_something(demo):
    for product in products(demo, "T30TYP"):
        clear = mask(product, "CLM_R1") + mask(product, "EDG_R1") + mask(product, "SAT_R1") == 0
        flat, surface = band(product, "B8")[clear], band(product, "B8", "SRE")[clear]
        if flat.size > 500:
            assert (flat != surface).mean() > 0.5
            assert abs(np.median(surface / np.maximum(flat, 1)) - 1) < 0.2


def test_two_products_on_one_day_share_the_tile(demo):
    for tile in TILES:
        dates = [product.name.split("_")[1][:8] for product in products(demo, tile)]
        (twice,) = {date for date in dates if dates.count(date) == 2}
        first, second = (mask(product, "EDG_R1") for product in products(demo, tile) if twice in product.name)
        assert 0.2 < first.mean() < 0.8
        assert 0.2 < second.mean() < 0.8
        assert not (first & second).any()
        assert ((first == 0) & (second == 0)).any()


def test_clear_looks_are_neither_too_many_nor_too_few(demo):
    for tile in TILES:
        clear = np.array(
            [
                mask(product, "CLM_R1") + mask(product, "SAT_R1") + mask(product, "EDG_R1") == 0
                for product in products(demo, tile)
            ]
        )
        assert 0.3 < 1 - clear.mean() < 0.55
        assert (clear.sum(axis=0) >= 4).mean() > 0.97


def test_cereals_are_green_before_maize(demo):
    for tile in TILES:
        truth = read(demo / str(YEAR) / "truth" / f"{tile}.tif")
        peak = {}
        for crop, code in CROPS.items():
            ndvi = mean_ndvi(demo, tile, truth == code)
            peak[crop] = max(ndvi, key=lambda day, ndvi=ndvi: ndvi[day])
        assert 80 < peak["winter"] < 180
        assert 180 < peak["maize"] < 270


def test_spring_and_harvest_come_earlier_in_the_mediterranean(demo):
    differences = []
    for tile in TILES:
        east = mediterranean(demo, tile)
        cereals = read(demo / str(YEAR) / "truth" / f"{tile}.tif") == 1
        late, early = mean_ndvi(demo, tile, cereals & ~east), mean_ndvi(demo, tile, cereals & east)
        # While cereals ripen, those that came earlier are already yellow.
        differences += [late[day] - early[day] for day in set(late) & set(early) if 150 < day < 200]
    assert differences
    assert np.mean(differences) > 0.03


def test_years_differ_in_crops_but_not_in_woods_and_water(tmp_path):
    make_demo(tmp_path, years=(2018, 2019), size_px=64)
    for tile in TILES:
        before, after = (read(tmp_path / year / "truth" / f"{tile}.tif") for year in ("2018", "2019"))
        # A pixel on a border may change when two neighbours now grow the same.
        assert (before == after)[before > 4].mean() > 0.98
        assert (before != after)[before <= 3].mean() > 0.3
        names = [product.name for product in products(tmp_path, tile)]
        assert sum("_2018" in name for name in names) == sum("_2019" in name for name in names) == 16


@pytest.mark.parametrize("size_px", [63, 62, 101])
def test_sizes_that_cannot_be_are_refused(tmp_path, size_px):
    with pytest.raises(ValueError, match="size_px"):
        make_demo(tmp_path, size_px=size_px)
