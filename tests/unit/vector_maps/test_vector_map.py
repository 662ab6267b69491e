"""Vector maps as a whole: the same for any cells, complete, without gaps or overlaps."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from landloom.core.errors import InputError
from landloom.geo import ground, ownership, vectors
from landloom.geo.grids import Window
from landloom.maps import mosaic
from landloom.vector_maps import patches, vector_map
from landloom.vector_maps.cell_pieces import Rasters
from landloom.vector_maps.settings import VectorSettings
from unit.vector_maps.maps import CLASSES, COLUMNS, GRID, ROWS, made_rasters, polygons, regularise, vectorise, write

WHOLE = 4096


def read(path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read(1)


def test_polygons_are_the_same_for_any_cells(tmp_path):
    there = made_rasters(tmp_path)
    wanted = {"minimum_m2": 800, "tolerance_m": 0, "cut_km": None}
    whole = vectorise(tmp_path, there, WHOLE, **wanted)
    for side in (32, 57):
        found = polygons(tmp_path, there, side, "classes", VectorSettings(**wanted))
        pd.testing.assert_frame_equal(found.drop(columns="geometry"), whole.drop(columns="geometry"))
        assert found.geometry.geom_equals(whole.geometry).all()
    labels = read(there.regularised)
    _, value, size, _ = patches.label(labels.astype(np.int32))
    assert whole.pixels.tolist() == size[value > 0].tolist()
    assert whole.area.tolist() == [100.0 * pixels for pixels in whole.pixels]
    assert whole.code.tolist() == value[value > 0].tolist()
    assert shapely.coverage_is_valid(whole.geometry.values)


@pytest.mark.parametrize("smoothing", [0, 2])
def test_simplified_polygons_of_cells_are_a_coverage(tmp_path, smoothing):
    there = made_rasters(tmp_path)
    wanted = {"minimum_m2": 800, "smoothing": smoothing, "cut_km": None}
    whole = vectorise(tmp_path, there, WHOLE, **wanted)
    found = polygons(tmp_path, there, 64, "classes", VectorSettings(**wanted))
    assert shapely.coverage_is_valid(found.geometry.values)
    assert shapely.is_valid(found.geometry.values).all()
    assert found.index.tolist() == whole.index.tolist()
    # Ground without a class, here mostly single pixels, is simplified, too: their holes become triangles.
    assert found.area.sum() == pytest.approx(100.0 * found.pixels.sum(), rel=0.03)
    moved = found.geometry.symmetric_difference(whole.geometry)
    assert (found.area / whole.area).between(0.4, 2.5).all()
    assert moved.area.sum() < 0.02 * whole.area.sum()


def test_a_part_of_the_map_has_the_same_polygons_and_numbers(tmp_path):
    """Cells that lie in both extents as a whole, with unclassified ground around each cell's rim alike."""
    whole = vectorise(tmp_path, made_rasters(tmp_path), 64, minimum_m2=800, cut_km=0.64)
    lattice = vector_map.Lattice.of(GRID, 64)
    inner = [cell for cell in lattice.cells() if cell.window.rows == cell.window.columns == 64]
    top, left = min(cell.window.row for cell in inner), min(cell.window.column for cell in inner)
    part = (slice(top, ROWS), slice(left, COLUMNS))
    grid = GRID.cut(Window(top, left, ROWS - top, COLUMNS - left))
    smaller = tmp_path / "part"
    there = made_rasters(smaller, part, grid)
    found = vectorise(smaller, there, 64, minimum_m2=800, cut_km=0.64)
    common = found.index.intersection(whole.index)
    far = found.loc[common].bounds
    away = (far.minx > grid.left + 300) & (far.maxy < grid.top - 300)
    assert away.sum() > 50
    same = found.loc[common][away].geometry.geom_equals_exact(whole.loc[common][away].geometry, 0.0)
    assert same.all()


TILES = {
    1: {"A": Window(0, 0, ROWS, COLUMNS)},
    2: {"A": Window(0, 0, ROWS, 110), "B": Window(0, 83, ROWS, COLUMNS - 83)},
    4: {
        "A": Window(0, 0, 90, 110),
        "B": Window(0, 83, 90, COLUMNS - 83),
        "C": Window(61, 0, ROWS - 61, 110),
        "D": Window(61, 83, ROWS - 61, COLUMNS - 83),
    },
}
"""One ground in one, two and four tiles that overlap."""


def assembled(folder: Path, windows: dict[str, Window], values: np.ndarray) -> Path:
    """Cut a map into tiles, of which each knows what it maps, and assemble it."""
    folder.mkdir()
    footprints = ownership.collect_footprints({tile: GRID.cut(window) for tile, window in windows.items()})
    regions = {"footprints": footprints, "regions": ownership.whole_territory(footprints)}
    vectors.write_layers(folder / "territory.gpkg", regions)
    layers = {}
    for tile, window in windows.items():
        mapped = folder / f"{tile}_regions.tif"
        ownership.write_tile_regions(folder / "territory.gpkg", tile, mapped, {})
        inside = values[window.row : window.row + window.rows, window.column : window.column + window.columns]
        inside = np.where(read(mapped) > 0, inside, 0).astype(values.dtype)
        layers[tile] = mosaic.TileLayer(write(folder / f"{tile}.tif", inside, GRID.cut(window)), mapped)
    mosaic.write(layers, GRID, folder / "map.tif", {}, lambda dataset: None, "nearest")
    return folder / "map.tif"


def test_tiles_do_not_matter(tmp_path):
    """Numbers, fields and shapes, simplified and smoothed or not."""
    values = read(made_rasters(tmp_path).classification)
    found: dict[float, list[gpd.GeoDataFrame]] = {0: [], 10: []}
    for number, windows in TILES.items():
        folder = tmp_path / str(number)
        path = assembled(folder, windows, values)
        np.testing.assert_array_equal(read(path), values)
        there = Rasters(folder / "regularised.tif", path, None, None, None)
        regularise(there, VectorSettings(minimum_m2=800))
        for tolerance_m, several in found.items():
            wanted = VectorSettings(tolerance_m=tolerance_m, smoothing=int(tolerance_m > 0))
            several.append(polygons(folder, there, 64, "classes", wanted))
    for first, *others in found.values():
        assert len(first) > 100
        for other in others:
            pd.testing.assert_frame_equal(other.drop(columns="geometry"), first.drop(columns="geometry"))
            assert other.geometry.geom_equals_exact(first.geometry, 0.0).all()


def test_fields_are_sums_over_the_maps_pixels(tmp_path):
    there = made_rasters(tmp_path)
    found = vectorise(tmp_path, there, 64, minimum_m2=800, resolution_m=20, cut_km=None)
    labels = np.repeat(np.repeat(read(there.regularised), 2, 0), 2, 1)
    numbers, value, _, _ = patches.label(labels.astype(np.int32))
    numbers, labels = numbers[:ROWS, :COLUMNS], labels[:ROWS, :COLUMNS]
    raw, confidence, validity = (read(path) for path in (there.classification, there.confidence, there.validity))
    kept = np.flatnonzero(value > 0)
    assert len(found) == len(kept)
    for (_, row), patch in list(zip(found.iterrows(), kept, strict=True))[:40]:
        inside = numbers == patch
        own = inside & (raw == row.code)
        assert row.code == labels[inside][0]
        assert row["class"] == f"class {row.code}"
        assert row.validity_mean == pytest.approx(validity[inside].mean(), abs=0.0051)
        assert row.validity_std == pytest.approx(validity[inside].std(), abs=0.0051)
        assert row.confidence == pytest.approx(confidence[own].mean(), abs=0.0051)
        for code in CLASSES.codes:
            assert row[f"share_{code}"] == pytest.approx(100 * (raw[inside] == code).mean(), abs=0.0051)
        assert row.area_ha == pytest.approx(row.pixels * 0.04, rel=0.01)


def test_areas_are_those_of_the_ellipsoid(tmp_path):
    there = made_rasters(tmp_path)
    found = vectorise(tmp_path, there, 64, minimum_m2=800, cut_km=None)
    areas = ground.pixel_areas(GRID)
    rows, columns = np.indices((ROWS, COLUMNS))
    of_pixels = areas.parts[rows // areas.rows_per_block, columns // areas.columns_per_block] * areas.part_ha
    assert found.area_ha.sum() == pytest.approx(of_pixels[read(there.regularised) > 0].sum(), abs=len(found) * 5e-5)


def test_groups_have_polygons_of_their_own(tmp_path):
    there = made_rasters(tmp_path)
    classes = vectorise(tmp_path, there, 64, minimum_m2=800, cut_km=None, tolerance_m=0)
    groups = polygons(tmp_path, there, 64, "groups", VectorSettings(tolerance_m=0, cut_km=None))
    assert set(groups["class"]) == {"crops", "woods", "class 300"}
    assert set(groups.code) == {2, 7, 300}
    assert groups.pixels.sum() == classes.pixels.sum()
    crops = classes[classes.group == "crops"].geometry.union_all()
    assert crops.equals(groups[groups["class"] == "crops"].geometry.union_all())


def test_all_formats_hold_the_same(tmp_path):
    found = vectorise(tmp_path, made_rasters(tmp_path), 64, minimum_m2=800)
    for other in (gpd.read_file(tmp_path / "classes.fgb"), gpd.read_parquet(tmp_path / "classes.parquet")):
        same = other.set_index("id").sort_index()
        assert same.crs == found.crs
        pd.testing.assert_frame_equal(
            same[found.columns].drop(columns="geometry"), found.drop(columns="geometry"), check_dtype=False
        )
        assert same.geometry.geom_equals_exact(found.geometry, 0.0).all()
    table = pd.read_csv(tmp_path / "classes.csv")
    counted = found.groupby("code").agg(polygons=("pixels", "size"), hectares=("area_ha", "sum"))
    assert table.polygons.tolist() == counted.polygons.tolist()
    np.testing.assert_allclose(table.hectares, counted.hectares, atol=0.05)


def test_layers_on_another_grid_are_told(tmp_path):
    there = made_rasters(tmp_path)
    vectorise(tmp_path, there, WHOLE, minimum_m2=800)
    write(tmp_path / "confidence.tif", np.ones((20, 20), np.uint8), GRID.cut(Window(0, 0, 20, 20)))
    with pytest.raises(InputError, match=r"confidence\.tif: is not on the grid of .*classification\.tif"):
        polygons(tmp_path, there, WHOLE, "classes", VectorSettings(minimum_m2=800))


def test_finished_cells_are_kept_and_others_made_again(tmp_path, capfd):
    there = made_rasters(tmp_path)
    vectorise(tmp_path, there, 64, minimum_m2=800)
    content = (tmp_path / "classes.gpkg").read_bytes()
    cells = sorted((tmp_path / "cells_64_classes").iterdir())
    cells[0].unlink()
    cells[1].write_bytes(cells[1].read_bytes()[:-200])
    (tmp_path / "cells_64_classes/stray.npz").touch()
    capfd.readouterr()
    polygons(tmp_path, there, 64, "classes", VectorSettings(minimum_m2=800))
    assert f"2 of {len(cells)} cells made" in capfd.readouterr().err
    assert (tmp_path / "classes.gpkg").read_bytes() == content
    assert sorted((tmp_path / "cells_64_classes").iterdir()) == cells
