from pathlib import Path

import numpy as np
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.geo import ground, ownership, rasters, vectors
from landloom.geo.grids import Grid, Window, transformer
from landloom.maps import map_grid, mosaic
from landloom.maps.map_grid import Wanted
from limits import no_more_files
from unit.geo.test_ownership import TILES

CRS = "EPSG:2154"


@pytest.fixture
def layers(tmp_path) -> dict[str, mosaic.TileLayer]:
    """Tiles whose pixels say where they are: a checkerboard of the ground, and the tile's own number."""
    footprints = ownership.collect_footprints(TILES)
    vectors.write_layers(
        tmp_path / "t.gpkg", {"footprints": footprints, "regions": ownership.whole_territory(footprints)}
    )
    found = {}
    for number, (tile, grid) in enumerate(TILES.items(), 1):
        regions = tmp_path / f"{tile}_regions.tif"
        ownership.write_tile_regions(tmp_path / "t.gpkg", tile, regions, {})
        with rasterio.open(regions) as dataset:
            mapped = dataset.read(1) > 0
        raster = tmp_path / f"{tile}.tif"
        with rasters.create(raster, grid, "uint8", {}) as dataset:
            dataset.write((mapped * number).astype(np.uint8), 1)
        found[tile] = mosaic.TileLayer(raster, regions)
    return found


def named(dataset):
    dataset.set_band_description(1, "layer")
    dataset.units = ("%",)


def assemble(layers, path: Path, resolution: float = 20.0) -> tuple[np.ndarray, Grid]:
    grid = map_grid.map_grid(TILES, Wanted(CRS, resolution))
    counts = mosaic.write(layers, grid, path, {"A": "b"}, named, "nearest")
    with rasterio.open(path) as dataset:
        values = dataset.read()
        assert (dataset.descriptions, dataset.units) == (("layer",), ("%",))
    found, numbers = np.unique(values.max(axis=0), return_counts=True)
    assert counts == dict(zip(found.tolist(), numbers.tolist(), strict=True))
    return values[0], grid


def test_seams_show_neither_gap_nor_overlap(layers, tmp_path):
    values, grid = assemble(layers, tmp_path / "map.tif")
    x, y = grid.centres(Window(0, 0, grid.rows, grid.columns))
    inside = np.zeros(x.shape, bool)
    owner = np.zeros(x.shape, np.uint8)
    footprints = ownership.collect_footprints(TILES)
    lead = np.full(x.shape, np.inf)
    for number, (tile, tile_grid) in enumerate(TILES.items(), 1):
        own_x, own_y = transformer(CRS, tile_grid.crs).transform(x, y)
        depth = ground.depth_m(tile_grid, tile_grid.crs, own_x, own_y)
        inside |= depth > tile_grid.resolution
        here = ownership.lead_m(tile, tile_grid, ownership.neighbours(footprints, tile), own_x, own_y)
        mine = (here > 0) & (depth > 0)
        owner[mine], lead[mine] = number, here[mine]
    assert (values[inside] > 0).all()
    clear_cut = inside & (lead > 60)
    np.testing.assert_array_equal(values[clear_cut], owner[clear_cut])


def test_does_not_depend_on_the_order_of_tiles(layers, tmp_path):
    one, _ = assemble(layers, tmp_path / "one.tif")
    other, _ = assemble(dict(reversed(layers.items())), tmp_path / "other.tif")
    np.testing.assert_array_equal(one, other)


def test_is_a_cloud_optimized_geotiff_with_overviews(layers, tmp_path):
    assemble(layers, tmp_path / "map.tif", 10.0)
    with rasterio.open(tmp_path / "map.tif") as dataset:
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert dataset.overviews(1)
        assert dataset.tags()["A"] == "b"
    assert {path.name for path in tmp_path.glob("*map*")} == {"map.tif"}


def test_crs_and_resolution_must_be_chosen_where_the_tiles_differ():
    with pytest.raises(InputError, match=r"map\.crs: the tiles are in several CRSs"):
        map_grid.map_grid(TILES, Wanted())
    degrees = {"A": Grid("EPSG:4326", 0.0, 44.0, 0.0001, 0.0001, 100, 100)}
    with pytest.raises(InputError, match=r"map\.resolution"):
        map_grid.map_grid(degrees, Wanted(CRS))
    assert map_grid.map_grid(TILES, Wanted(CRS)).resolution == 20.0
    assert map_grid.map_grid({"A": TILES["EAST"]}, Wanted()).crs == "EPSG:32631"


def test_small_windows_read_the_tiles_that_reach_them(layers, tmp_path, monkeypatch):
    one, _ = assemble(layers, tmp_path / "one.tif")
    monkeypatch.setattr(mosaic, "WINDOW_SIDE", 32)
    other, _ = assemble(layers, tmp_path / "other.tif")
    np.testing.assert_array_equal(one, other)


def test_few_files_are_open_of_many_tiles(tmp_path):
    """24 tiles from north to south, two files each, where 30 more may be open."""
    side, layers = 128, {}
    for number in range(24):
        grid = Grid(CRS, 700000.0, 6400000.0 - number * side * 10, 10.0, 10.0, side, side)
        paths = [tmp_path / f"{number}{name}.tif" for name in ("", "_regions")]
        for path, values in zip(paths, ([number + 1], [1, 1]), strict=True):
            with rasters.create(path, grid, "uint8", {}, bands=len(values)) as dataset:
                dataset.write(np.full((side, side, len(values)), values, np.uint8).transpose(2, 0, 1))
        layers[f"T{number:02d}"] = mosaic.TileLayer(*paths)
    whole = Grid(CRS, 700000.0, 6400000.0, 10.0, 10.0, 24 * side, side)
    with pytest.MonkeyPatch.context() as patched, no_more_files(but=30):
        patched.setattr(mosaic, "WINDOW_SIDE", side)
        counts = mosaic.write(layers, whole, tmp_path / "map.tif", {}, lambda dataset: None, "nearest")
    assert counts == {number + 1: side * side for number in range(24)}


def test_merge_takes_owners_first_then_margins():
    west = (np.array([[[1, 1, 1, 0]]]), np.array([[[1, 1, 1, 0]], [[1, 1, 0, 0]]]))
    east = (np.array([[[0, 2, 2, 2]]]), np.array([[[0, 1, 1, 1]], [[0, 0, 0, 1]]]))
    assert mosaic.merge([west, east], 0).tolist() == [[[1, 1, 1, 2]]]


def test_features_are_many_bands_of_negative_numbers(layers, tmp_path):
    """As scales, names and nodata are theirs; in blocks that fit into memory."""
    bands = 300
    for number, (tile, grid) in enumerate(TILES.items(), 1):
        raster = tmp_path / f"{tile}_features.tif"
        with rasters.create(raster, grid, "int16", {}, bands=bands, nodata=-10000, interleave="band") as dataset:
            for band in range(1, bands + 1):
                dataset.write(np.full((grid.rows, grid.columns), -band * number, np.int16), band)
                dataset.set_band_description(band, f"feature {band}")
            dataset.scales = [0.001] * bands
        layers[tile] = mosaic.TileLayer(raster, layers[tile].regions)
    target, grid = tmp_path / "features.tif", map_grid.map_grid(TILES, Wanted(CRS, 400.0))
    counts = mosaic.write(layers, grid, target, {}, lambda dataset: None, "average")
    assert sum(counts.values()) == grid.rows * grid.columns
    assert set(counts) <= {-10000, *range(-len(TILES), 0)}
    with rasterio.open(target) as dataset:
        assert (dataset.descriptions[-1], dataset.scales[-1], dataset.nodata) == ("feature 300", 0.001, -10000)
        assert dataset.block_shapes[0] == (128, 128)
        first, last = dataset.read(1).astype(int), dataset.read(bands).astype(int)
    np.testing.assert_array_equal(last[first != -10000], bands * first[first != -10000])
    assert {
        int(value): int(count) for value, count in zip(*np.unique(first, return_counts=True), strict=True)
    } == counts
