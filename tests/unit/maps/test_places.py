"""What a mosaic shows is compared with the tiles at the places of their pixels."""

import numpy as np
import pytest
import rasterio

from landloom.geo import ownership, rasters, vectors
from landloom.geo.grids import Grid
from landloom.maps import map_grid, mosaic, places
from landloom.maps.map_grid import Wanted
from landloom.maps.mosaic_counts import Agreement
from unit.geo.test_ownership import TILES

LANDSAT = {
    "A": Grid("EPSG:32631", 300015.0, 4800015.0, 30.0, 30.0, 150, 160),
    "B": Grid("EPSG:32631", 303015.0, 4800015.0, 30.0, 30.0, 150, 160),
}


def layers_of(tiles, folder):
    """Tiles of fields of some pixels, whose labels are drawn."""
    footprints = ownership.collect_footprints(tiles)
    territory = {"footprints": footprints, "regions": ownership.whole_territory(footprints)}
    vectors.write_layers(folder / "t.gpkg", territory)
    found = {}
    for number, (tile, grid) in enumerate(tiles.items()):
        regions, raster = folder / f"{tile}_regions.tif", folder / f"{tile}.tif"
        ownership.write_tile_regions(folder / "t.gpkg", tile, regions, {})
        draw = np.random.default_rng(number)
        labels = np.kron(draw.integers(1, 6, (grid.rows // 3 + 1, grid.columns // 3 + 1)), np.ones((3, 3), int))
        with rasters.create(raster, grid, "uint8", {}) as dataset:
            dataset.write(labels[: grid.rows, : grid.columns].astype(np.uint8), 1)
        found[tile] = mosaic.TileLayer(raster, regions)
    return found


def mosaic_of(tiles, layers, path, wanted=None):
    grid = map_grid.map_grid(tiles, wanted or Wanted())
    mosaic.write(layers, grid, path, {}, lambda dataset: None, "nearest")
    return grid


def moved(path, right, down):
    """Write a copy of a raster that lies some pixels beside it."""
    with rasterio.open(path) as dataset:
        profile = dataset.profile | {"transform": dataset.transform @ rasterio.Affine.translation(right, down)}
        with rasterio.open(path.with_name("moved.tif"), "w", **profile | {"driver": "GTiff"}) as copy:
            copy.write(dataset.read())
    return path.with_name("moved.tif")


@pytest.fixture(scope="module")
def landsat(tmp_path_factory):
    folder = tmp_path_factory.mktemp("landsat")
    layers = layers_of(LANDSAT, folder)
    mosaic_of(LANDSAT, layers, folder / "map.tif")
    return layers, folder / "map.tif"


def test_a_mosaic_of_one_lattice_has_every_owned_pixel_at_its_place(landsat):
    layers, path = landsat
    found = places.compare(layers, path)
    assert {tile: one.differing for tile, one in found.items()} == {"A": 0, "B": 0}
    assert all(one.compared > 5000 for one in found.values())
    with rasterio.open(path) as target:
        assert (target.transform.c, target.transform.f) == (300015.0, 4800015.0)
        for layer in layers.values():
            with rasterio.open(layer.raster) as raster, rasterio.open(layer.regions) as regions:
                shown = target.read(1, window=target.window(*raster.bounds))
                owned = regions.read(2) > 0
                np.testing.assert_array_equal(shown[owned], raster.read(1)[owned])


@pytest.mark.parametrize(("right", "down"), [(0.5, 0.5), (-0.5, -0.5), (0.5, 0), (0, -0.5), (1, 0), (0, -1)])
def test_a_shift_of_half_a_pixel_is_seen(landsat, right, down):
    layers, path = landsat
    for one in places.compare(layers, moved(path, right, down)).values():
        assert one.differing > 0.2 * one.compared


def test_a_mosaic_snapped_to_multiples_is_seen(landsat, tmp_path):
    """Labels of a mosaic half a pixel beside its tiles are those of nearest pixels, but it could have had theirs."""
    layers, _ = landsat
    grid = Grid("EPSG:32631", 300000.0, 4800030.0, 30.0, 30.0, 151, 261)
    mosaic.write(layers, grid, tmp_path / "map.tif", {}, lambda dataset: None, "nearest")
    assert all(one.differing == one.compared for one in places.compare(layers, tmp_path / "map.tif").values())


@pytest.fixture(scope="module")
def of_zones(tmp_path_factory):
    return layers_of(TILES, tmp_path_factory.mktemp("zones"))


@pytest.mark.parametrize("wanted", [Wanted("EPSG:2154", 35.0), Wanted("EPSG:4326", None, 3e-4)])
def test_mosaics_in_another_crs_agree_and_others_are_seen(of_zones, tmp_path, wanted):
    layers = of_zones
    mosaic_of(TILES, layers, tmp_path / "map.tif", wanted)
    for one in places.compare(layers, tmp_path / "map.tif").values():
        assert one.compared > 2000
        assert one.differing == 0
    for one in places.compare(layers, moved(tmp_path / "map.tif", 1, 1)).values():
        assert one.differing > 0.1 * one.compared


def test_a_tile_without_pixels_of_its_own_is_not_compared(landsat, tmp_path):
    layers, path = landsat
    with rasters.create(tmp_path / "regions.tif", LANDSAT["A"], "uint8", {}, bands=2, nodata=None):
        pass
    found = places.compare({"A": mosaic.TileLayer(layers["A"].raster, tmp_path / "regions.tif")}, path)
    assert found["A"] == Agreement(0, 0)
