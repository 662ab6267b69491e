"""Products that are broken, doubled or not where they should be."""

import dataclasses
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from bad_input.inputs import (
    OTHER_TILE,
    PERIOD,
    TILE,
    Project,
    file_of,
    products_of,
    replace,
    small_configuration,
    theia,
    truncate,
)
from landloom.core.errors import InputError
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors import registry
from landloom.sensors.settings import SensorSettings
from landloom.survey import acquisition_table, survey


def surveyed(settings: dict[str, SensorSettings], tile: str, on_bad_product: str):
    """Survey a tile as two rules do: its grid first."""
    grid = survey.common_grid(settings, tile, PERIOD)
    _, found, validity = survey.survey(settings, tile, PERIOD, grid, on_bad_product, 1)
    return grid, found, validity


def refusal(settings: dict[str, SensorSettings], tile: str = TILE) -> str:
    """Return the message with which a survey ends."""
    with pytest.raises(InputError) as caught:
        surveyed(settings, tile, "stop")
    return str(caught.value)


def used_and_skipped(settings: dict[str, SensorSettings], tile: str = TILE) -> tuple[list[str], dict[str, str]]:
    """Return the products that a lenient survey uses, and the problem of each that it leaves out."""
    _, found, _ = surveyed(settings, tile, "skip")
    return [one.product for one in found if not one.problem], {
        one.product: one.problem for one in found if one.problem
    }


@pytest.mark.parametrize("layer", ["FRE_B4", "FRE_B11", "CLM_R1", "EDG_R2"])
def test_missing_file_is_named(archive: Path, layer: str):
    product = products_of(archive)[1]
    file_of(product, layer).unlink()
    message = refusal(theia(archive))
    assert f"product {product}: " in message
    assert f"{layer} is missing" in message
    assert "1 product cannot be used" in message


@pytest.mark.parametrize("layer", ["FRE_B4", "FRE_B11", "CLM_R1", "SAT_R2"])
@pytest.mark.parametrize("fraction", [0.0, 0.02, 0.9])
def test_truncated_geotiff_is_named(archive: Path, layer: str, fraction: float):
    path = file_of(products_of(archive)[1], layer)
    truncate(path, fraction)
    message = refusal(theia(archive))
    assert str(path) in message
    assert "truncated" in message or "cannot be read" in message


def test_truncated_first_product_does_not_decide_the_grid(archive: Path):
    first, *others = products_of(archive)
    truncate(file_of(first, "FRE_B3"), 0.0)
    used, skipped = used_and_skipped(theia(archive))
    assert used == [path.name for path in others]
    assert list(skipped) == [first.name]


def test_all_broken_products_are_named_together(archive: Path):
    first, second, third, _ = products_of(archive)
    file_of(first, "FRE_B4").unlink()
    truncate(file_of(second, "FRE_B8"))
    truncate(file_of(third, "CLM_R1"))
    message = refusal(theia(archive))
    assert "3 products cannot be used" in message
    for product in (first, second, third):
        assert product.name in message


def test_product_without_any_band(archive: Path):
    product = products_of(archive)[2]
    for path in product.rglob("*.tif"):
        path.unlink()
    message = refusal(theia(archive))
    assert f"product {product}: band FRE_B3 is missing" in message


def test_truncated_zip(archive: Path):
    product = products_of(archive)[1]
    packed = Path(shutil.make_archive(str(product), "zip", product.parent, product.name))
    shutil.rmtree(product)
    truncate(packed)
    message = refusal(theia(archive))
    assert f"product {packed}: cannot be opened" in message


def test_no_product_at_all(archive: Path):
    message = refusal(theia(archive), OTHER_TILE)
    assert message == (
        f"sensors.s2: no product of tile {OTHER_TILE} from 2018-01-01 to 2018-12-31 in {archive}; "
        "are the archive and the tile's name right?"
    )


def test_product_of_another_tile_in_the_tiles_folder(archive: Path, demo: Path):
    stray = products_of(demo / "archive", OTHER_TILE)[0]
    shutil.copytree(stray, archive / TILE / stray.name)
    message = refusal(theia(archive))
    assert str(archive / TILE / stray.name) in message
    assert f"is in the folder of {TILE}, but of another tile" in message


@pytest.mark.parametrize("position", [0, 2])
def test_product_whose_pixels_lie_elsewhere(archive: Path, position: int):
    product = products_of(archive)[position]
    for path in product.rglob("*.tif"):
        _move(path, 500_000)
    message = refusal(theia(archive))
    assert "1 product cannot be used" in message
    assert f"{file_of(product, 'FRE_B3')}: does not intersect the tile's grid; is it of another tile?" in message
    assert list(used_and_skipped(theia(archive))[1]) == [product.name]


def _move(path: Path, distance_m: float) -> None:
    """Give a raster another place on the ground."""
    content = path.read_bytes()
    replace(path, content)
    with rasterio.open(path, "r+") as dataset:
        dataset.transform = rasterio.Affine.translation(distance_m, 0) @ dataset.transform


@pytest.mark.parametrize("size", [(144, 100), (150, 150), (72, 72)])
def test_mask_of_another_size(archive: Path, size: tuple[int, int]):
    path = file_of(products_of(archive)[1], "CLM_R1")
    with rasterio.open(path) as dataset:
        profile = dataset.profile | {"height": size[0], "width": size[1]}
    path.unlink()
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(np.zeros(size, np.uint8), 1)
    message = refusal(theia(archive))
    assert f"{path}: has {size[1]} x {size[0]} pixels of 10.0 m" in message
    assert "the tile's 144 x 144 of 10.0 m" in message


@pytest.mark.parametrize(("older", "newer"), [("C_V2-2", "C_V2-3"), ("C_V2-9", "C_V2-10"), ("D_V1-8", "C_V2-2")])
def test_latest_of_two_versions_is_used(archive: Path, older: str, newer: str):
    product = products_of(archive)[0]
    base = product.name.rsplit("_", 2)[0]
    for version in (older, newer):
        copy_product(product, f"{base}_{version}")
    used, skipped = used_and_skipped(theia(archive))
    assert f"{base}_{newer}" in used
    assert f"{base}_{older}" not in used
    assert skipped[f"{base}_{older}"] == f"{base}_{newer} is a newer processing of the same acquisition"


def copy_product(product: Path, name: str) -> None:
    """Copy a product and its files under another name."""
    target = product.with_name(name)
    if target == product:
        return
    shutil.copytree(product, target)
    for path in target.rglob(f"{product.name}*"):
        path.rename(path.with_name(path.name.replace(product.name, name)))


def test_two_looks_of_one_day_are_both_used(archive: Path):
    product = products_of(archive)[0]
    stamp = product.name.split("_")[1]
    later = f"{stamp[:9]}235959-000"
    copy_product(product, product.name.replace(stamp, later))
    used, _ = used_and_skipped(theia(archive))
    assert len([name for name in used if stamp[:8] in name]) == 2


def test_broken_product_is_skipped_and_said_so(archive: Path, tmp_path: Path):
    product = products_of(archive)[1]
    truncate(file_of(product, "FRE_B8"))
    _, found, _ = surveyed(theia(archive), TILE, "skip")
    acquisition_table.write(found, tmp_path / "acquisitions.csv")
    (line,) = [row for row in (tmp_path / "acquisitions.csv").read_text().splitlines() if product.name in row]
    assert ",skipped,0.0000," in line
    assert "FRE_B8.tif: is truncated" in line
    assert (
        len([record for record in acquisition_table.read(tmp_path / "acquisitions.csv") if not record.problem]) == 3
    )


def test_all_products_broken_is_an_error_even_if_they_may_be_skipped(archive: Path):
    for product in products_of(archive):
        file_of(product, "FRE_B8").unlink()
    with pytest.raises(InputError) as caught:
        surveyed(theia(archive), TILE, "skip")
    assert "4 products cannot be used" in str(caught.value)
    assert str(caught.value).count("FRE_B8 is missing") == 4


def test_terminal_shows_the_messages_of_all_tiles_and_nothing_is_left(
    archive: Path, demo: Path, new_project: Callable[[dict[str, Any]], Project]
):
    path = file_of(products_of(archive)[1], "FRE_B4")
    truncate(path)
    stray = archive / OTHER_TILE / products_of(archive)[0].name
    shutil.copytree(products_of(archive)[0], stray)
    sensor = small_configuration()["sensors"]["s2"] | {"archive": str(archive)}
    project = new_project(_complete(small_configuration(sensors={"s2": sensor}), archive))
    code, terminal = project.run(*(f"results/2018/tiles/{tile}/acquisitions.csv" for tile in (TILE, OTHER_TILE)))
    assert code != 0
    for tile, rule, problem in (
        (TILE, "acquisitions", f"{path}: is truncated"),
        (
            OTHER_TILE,
            "acquisitions",
            f"error: product {stray}: is in the folder of {OTHER_TILE}, but of another tile",
        ),
    ):
        log = (project.folder / f"logs/2018/tiles/{tile}/{rule}.log").read_text()
        assert problem in log
        assert problem in terminal
        assert "Traceback" not in log
        assert problem.removeprefix("error: ") in terminal.rpartition("What failed:")[2]
    assert "Traceback" not in terminal
    assert not project.files("results")


def test_a_stray_product_of_one_tile_leaves_no_dates_to_the_others(
    archive: Path, demo: Path, new_project: Callable[[dict[str, Any]], Project]
):
    """Output dates are those of all tiles: without those of one, others would get dates that it does not have."""
    for product in products_of(demo / "archive", OTHER_TILE)[6:8]:
        shutil.copytree(product, archive / OTHER_TILE / product.name)
    stray = archive / OTHER_TILE / products_of(archive)[0].name
    shutil.copytree(products_of(archive)[0], stray)
    sensor = small_configuration()["sensors"]["s2"] | {"archive": str(archive)}
    project = new_project(_complete(small_configuration(sensors={"s2": sensor}), archive))
    code, terminal = project.run("results/2018/dates.json")
    assert code != 0
    assert f"error: product {stray}: is in the folder of {OTHER_TILE}, but of another tile" in terminal
    assert "Traceback" not in terminal
    assert not project.files("results")


def _complete(configuration: dict[str, Any], archive: Path) -> dict[str, Any]:
    """Fill in files that have to exist, though the target does not need them."""
    nomenclature = archive.parent / "nomenclature.csv"
    nomenclature.write_text("label,name,color\n1,wood,#008000\n")
    reference = archive.parent / "reference.geojson"
    ring = [[0, 44], [0.01, 44], [0.01, 44.01], [0, 44]]
    feature = '{"type": "Feature", "properties": {"code": 1}, "geometry": {"type": "Polygon", "coordinates": [%s]}}'
    reference.write_text('{"type": "FeatureCollection", "features": [' + feature % ring + "]}")
    return configuration | {
        "nomenclature": str(nomenclature),
        "reference": {"file": str(reference), "field": "code"},
    }


# A series of the user's own


GRID = {"crs": "EPSG:32630", "transform": from_origin(700_000, 4_880_000, 10, 10), "height": 32, "width": 32}
STAMPS = ("20180301", "20180501", "20180701")


def write_band(path: Path, values: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(path, "w", driver="GTiff", count=1, dtype=values.dtype, **GRID) as dataset:
        dataset.write(values, 1)


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """Three dates of two bands of floating point reflectance, and a mask."""
    folder = tmp_path / "séries"
    for number, stamp in enumerate(STAMPS, 1):
        for band in ("red", "nir"):
            write_band(folder / TILE / f"{stamp}_{band}.tif", np.full((32, 32), 0.1 * number, np.float32))
        write_band(folder / TILE / f"{stamp}_mask.tif", np.zeros((32, 32), np.uint8))
    return folder


def of_series(folder: Path, **changes: Any) -> dict[str, SensorSettings]:
    settings = {
        "type": "series",
        "archive": str(folder),
        "file": "{tile}/{date}_{band}.tif",
        "bands": {"red": 1, "nir": 1},
        "mask": {"file": "{tile}/{date}_mask.tif", "invalid_values": [1]},
        "scale": 1.0,
    }
    return registry.sections_of({"own": settings | changes})


@pytest.mark.parametrize("band", ["red", "nir"])
def test_series_date_that_lacks_a_band(series: Path, band: str):
    (series / TILE / f"20180501_{band}.tif").unlink()
    message = refusal(of_series(series))
    assert "1 product cannot be used" in message
    assert f"no file for `{{tile}}/20180501_{{band}}.tif` (tile {TILE}, band {band}, date 20180501)" in message
    assert list(used_and_skipped(of_series(series))[1]) == ["20180501"]


def test_series_date_with_nothing_but_a_mask(series: Path):
    for band in ("red", "nir"):
        (series / TILE / f"20180501_{band}.tif").unlink()
    assert f"(tile {TILE}, band red, date 20180501)" in refusal(of_series(series))


def test_series_date_without_mask(series: Path):
    (series / TILE / "20180501_mask.tif").unlink()
    assert f"no file for `{{tile}}/20180501_mask.tif` (tile {TILE}, band mask, date 20180501)" in refusal(
        of_series(series)
    )


def test_series_with_two_files_of_one_date(series: Path):
    shutil.copy(series / TILE / "20180501_red.tif", series / TILE / "v2_20180501_red.tif")
    message = refusal(of_series(series, file="{tile}/*{date}_{band}.tif"))
    assert "20180501_red.tif" in message
    assert "v2_20180501_red.tif" in message
    assert "two files of one date 20180501" in message


def test_series_band_number_that_the_file_lacks(series: Path):
    message = refusal(of_series(series, bands={"red": 1, "nir": 2}))
    assert "nir.tif: has 1 bands, no band 2" in message


def test_not_a_number_is_a_missing_look(series: Path):
    values = np.full((32, 32), 0.2, np.float32)
    values[:, :8] = np.nan
    write_band(series / TILE / "20180501_nir.tif", values)
    settings = of_series(series, mask=None)
    grid, found, validity = surveyed(settings, TILE, "stop")
    assert (validity[:, :8] == 2).all()
    assert (validity[:, 8:] == 3).all()
    assert [record.valid_fraction for record in found] == [1.0, 0.75, 1.0]
    acquisition = survey.find_acquisitions(settings, TILE, PERIOD).acquisitions[1]
    read, valid = np.empty((2, 1024), np.int16), np.empty(1024, bool)
    AcquisitionReader(acquisition, grid, "bilinear").read(next(grid.windows(32)), None, read, valid)
    assert not valid.reshape(32, 32)[:, :8].any()
    assert valid.reshape(32, 32)[:, 8:].all()
    assert set(read[1][valid].tolist()) == {2000}


# Sen2Cor, in JPEG 2000


SAFE = "S2A_MSIL2A_20180601T105621_N0400_R094_T30TYP_20180601T140000.SAFE"
METADATA = """<?xml version="1.0"?><root><BOA_QUANTIFICATION_VALUE>10000</BOA_QUANTIFICATION_VALUE>
<BOA_ADD_OFFSET band_id="2">-1000</BOA_ADD_OFFSET></root>"""


@pytest.fixture
def safe(tmp_path: Path) -> Path:
    """A .SAFE product with two bands and a scene classification."""
    folder = tmp_path / "archive" / SAFE
    rng = np.random.default_rng(1)
    for layer, resolution, dtype, size in (
        ("B03", 10, "uint16", 128),
        ("B11", 20, "uint16", 64),
        ("SCL", 20, "uint8", 64),
    ):
        path = folder / f"GRANULE/L2A_T30TYP_A1/IMG_DATA/R{resolution}m/T30TYP_20180601_{layer}_{resolution}m.jp2"
        path.parent.mkdir(parents=True, exist_ok=True)
        values = rng.integers(4, 6, (size, size)) if layer == "SCL" else rng.integers(1, 4000, (size, size))
        profile = {
            "crs": "EPSG:32630",
            "transform": from_origin(700_000, 4_880_000, resolution, resolution),
            "height": size,
            "width": size,
        }
        options = {"QUALITY": "100", "REVERSIBLE": "YES"}
        with rasterio.open(path, "w", driver="JP2OpenJPEG", count=1, dtype=dtype, **profile, **options) as dataset:
            dataset.write(values.astype(dtype), 1)
    (folder / "MTD_MSIL2A.xml").write_text(METADATA)
    return folder


def sen2cor(product: Path) -> dict[str, SensorSettings]:
    settings = {"type": "sentinel2_sen2cor", "archive": str(product.parent), "bands": ["B3", "B11"]}
    return registry.sections_of({"s2": settings})


def test_whole_safe_product_is_used(safe: Path):
    _, found, validity = surveyed(sen2cor(safe), TILE, "stop")
    assert [(record.date, record.valid_fraction) for record in found] == [(date(2018, 6, 1), 1.0)]
    assert (validity == 1).all()


@pytest.mark.parametrize("layer", ["B03_10m", "B11_20m", "SCL_20m"])
@pytest.mark.parametrize("fraction", [0.0, 0.01, 0.5, 0.99])
def test_truncated_jpeg_2000_is_named(safe: Path, layer: str, fraction: float):
    (path,) = safe.rglob(f"*_{layer}.jp2")
    truncate(path, fraction)
    message = refusal(sen2cor(safe))
    assert str(path) in message
    assert "truncated" in message or "cannot be read" in message


def test_metadata_that_is_cut_off(safe: Path):
    truncate(safe / "MTD_MSIL2A.xml")
    assert "MTD_MSIL2A.xml: is not well-formed XML" in refusal(sen2cor(safe))


def test_a_grid_that_no_longer_is_that_of_the_products(archive: Path):
    grid = survey.common_grid(theia(archive), TILE, PERIOD)
    old = dataclasses.replace(grid, left=grid.left + 20)
    with pytest.raises(InputError, match=r"lie on another grid than when .*remove its `grid.json`"):
        survey.survey(theia(archive), TILE, PERIOD, old, "stop", 1)
