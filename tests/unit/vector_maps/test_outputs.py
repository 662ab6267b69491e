import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio

from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.vector_maps import attributes, outputs
from landloom.vector_maps.settings import VectorSettings
from unit.vector_maps.maps import COLUMNS, GRID, ROWS, made_rasters, polygons, vectorise, write


def with_zones(folder):
    """Return rasters with two zones and ground outside of both, and the section of these."""
    there = made_rasters(folder)
    zones = np.zeros((ROWS, COLUMNS), np.uint8)
    zones[:, 20:90], zones[:, 90:] = 1, 2
    path = write(folder / "zones.tif", zones)
    section = {"file": "z.gpkg", "field": "name", "names": ["l'ouest", "est"]}
    return type(there)(there.regularised, there.classification, there.confidence, there.validity, path), section


def test_polygons_are_cut_by_zones_each_of_which_has_a_file(tmp_path):
    there, section = with_zones(tmp_path)
    settings = {"minimum_m2": 800, "zones": section, "cut_km": None, "tolerance_m": 0}
    found = vectorise(tmp_path, there, 64, **settings)
    with rasterio.open(there.regularised) as dataset:
        labels = dataset.read(1)
    for rank, (zone, columns) in enumerate({"l'ouest": slice(20, 90), "est": slice(90, None)}.items()):
        own = gpd.read_file(tmp_path / f"zone_{rank}.gpkg")
        assert set(own.zone) == {zone}
        assert own.pixels.sum() == (labels[:, columns] > 0).sum()
        left, _, right, _ = own.total_bounds
        assert (left - GRID.left) / 10 >= columns.start
        assert (right - GRID.left) / 10 <= (columns.stop or COLUMNS)
    assert len(found) == sum(len(gpd.read_file(tmp_path / f"zone_{rank}.gpkg")) for rank in (0, 1))


def test_fields_of_oso(tmp_path):
    there, section = with_zones(tmp_path)
    ours = vectorise(tmp_path, there, 64, minimum_m2=800, zones=section)
    settings = VectorSettings(minimum_m2=800, zones=section, fields="oso")
    theirs = polygons(tmp_path, there, 64, "classes", settings)
    names = ["Classe", "Zone", "Aire", "Confidence", "Validmean", "Validstd"]
    shares = ["Class2", "Class3", "Class7", "Class300"]
    assert list(theirs.columns) == [names[0], names[1], *names[2:], *shares, "geometry"]
    pd.testing.assert_series_equal(theirs.Classe, ours.code, check_names=False)
    np.testing.assert_allclose(theirs.Aire, 1e4 * ours.area_ha, atol=1)


def test_short_names_of_classes_are_distinct():
    names = ["bâti dense", "bâti diffus", "bati dense", "水", "prairies permanentes"]
    classes = Nomenclature(tuple(LandClass(code, "", name, "") for code, name in enumerate(names, 1)))
    found = attributes.oso_names(classes, zones=False, layers=False)
    assert list(found.shares.values()) == ["BatiDense", "BatiDiffus", "Classe3", "Classe4", "PrairiesPe"]


def test_a_packed_file_is_the_same_every_time(tmp_path):
    (tmp_path / "a.gpkg").write_bytes(b"polygons")
    (tmp_path / "b.qml").write_text("style")
    for name in ("one.zip", "two.zip"):
        outputs.pack(tmp_path / "a.gpkg", tmp_path / "b.qml", tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        assert packed.read("a.gpkg") == b"polygons"
        assert packed.read("a.qml") == b"style"
