import geopandas as gpd
import pytest
from shapely.geometry import box

from landloom import config, preflight


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "archive").mkdir()
    (tmp_path / "classes.csv").write_text("label,name,color\n1,water,#0000ff\n")
    frame = gpd.GeoDataFrame({"code": [1], "name": ["north"]}, geometry=[box(0, 0, 1, 1)], crs=4326)
    for name in ("reference.shp", "regions.gpkg"):
        frame.to_file(tmp_path / name)
    return {
        "years": {2018: None, 2019: None},
        "tiles": ["T31TCJ"],
        "sensors": {"s": {"type": "sentinel2_theia", "archive": "archive"}},
        "regions": {"file": "regions.gpkg", "field": "name", "names": ["north"]},
        "nomenclature": "classes.csv",
        "reference": {"file": "reference.shp", "field": "code"},
    }


@pytest.fixture
def opened(monkeypatch):
    """The vector files that are opened."""
    found = []
    function = preflight._check_fields
    monkeypatch.setattr(preflight, "_check_fields", lambda *given: found.append(given[1]) or function(*given))
    return found


def test_vectors_are_opened_once_until_they_change(project, opened, tmp_path):
    for _ in range(2):
        preflight.load(project, tmp_path / "memory")
    assert opened == ["regions.gpkg", "reference.shp"]
    (tmp_path / "reference.prj").unlink()
    for _ in range(2):
        with pytest.raises(config.ConfigurationError, match="no coordinate reference system"):
            preflight.load(project, tmp_path / "memory")
    assert len(opened) == 6


def test_another_configuration_of_the_same_vectors_is_checked(project, tmp_path):
    preflight.load(project, tmp_path / "memory")
    project["regions"]["names"] = ["south"]
    with pytest.raises(config.ConfigurationError, match="south"):
        preflight.load(project, tmp_path / "memory")


def test_vectors_are_checked_without_a_memory(project, opened, tmp_path):
    (tmp_path / "memory").write_text("a file where the folder would be")
    for memory in (None, tmp_path / "memory"):
        preflight.load(project, memory)
    assert len(opened) == 4
