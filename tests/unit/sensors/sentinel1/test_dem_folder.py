"""Folders of heights: their files, which of them may lie near a tile, and what is noticed of a change."""

import os
from pathlib import Path

import pytest

from landloom.core.errors import InputError
from landloom.sensors.sentinel1 import dem_folder

COPERNICUS = "Copernicus_DSM_COG_10_N44_00_E001_00_DEM"
TOULOUSE = (0.8, 43.7, 1.9, 44.1)


def folder_of(path: Path, *names: str) -> Path:
    for name in names:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(b"heights")
    return path


def test_a_folder_gives_its_heights_and_not_what_lies_beside(tmp_path):
    masks = [f"{COPERNICUS}/{COPERNICUS[:-3]}{kind}.tif" for kind in ("EDM", "FLM", "HEM", "WBM", "ACM")]
    wanted = [f"{COPERNICUS}/{COPERNICUS}.tif", "srtm/N10E005.hgt"]
    masks += ["TDM1_DEM__30_N60E010_WAM.tif", "ASTGTMV003_N45E001_num.tif"]
    folder_of(tmp_path, *masks, *wanted, "readme.txt")
    assert dem_folder.find_files(tmp_path) == [tmp_path / name for name in wanted]
    assert dem_folder.find_files(tmp_path / wanted[0]) == [tmp_path / wanted[0]]
    assert [one.name for one in dem_folder.listing(tmp_path)] == wanted
    with pytest.raises(InputError, match="has no heights"):
        dem_folder.find_files(tmp_path / "nothing")
    assert dem_folder.listing(tmp_path / "nothing") == []


def test_names_tell_where_tiles_lie():
    near = ["N43E000.hgt", "N44E001.hgt", f"{COPERNICUS}.tif", "relief.tif"]
    far = ["N47E001.hgt", "S44E001.hgt", "N44W003.hgt", "Copernicus_DSM_COG_10_N44_00_E101_00_DEM.tif"]
    assert [dem_folder.may_lie_in(Path(name), TOULOUSE) for name in near] == [True] * 4
    assert [dem_folder.may_lie_in(Path(name), TOULOUSE) for name in far] == [False] * 4
    for box in ((179.5, 9.5, 180.5, 10.5), (179.5, 9.5, -179.5, 10.5)):
        assert dem_folder.may_lie_in(Path("N10W180.hgt"), box)
        assert dem_folder.may_lie_in(Path("N10E179.hgt"), box)
        assert not dem_folder.may_lie_in(Path("N10E000.hgt"), box)


@pytest.mark.parametrize(
    ("name", "box"),
    [
        ("n40e000_dem.tif", TOULOUSE),
        ("n30w120_dem.tif", (-115.6, 34.2, -115.1, 34.9)),
        ("TDM1_DEM__30_N60E010_DEM.tif", (11.6, 60.2, 11.9, 60.8)),
        ("N45E001_FABDEM_V1-2.tif", (1.2, 45.1, 2.5, 45.9)),
    ],
)
def test_tiles_of_other_models_may_be_wider_than_a_degree(name, box):
    assert dem_folder.may_lie_in(Path(name), box)
    west, south, east, north = box
    assert not dem_folder.may_lie_in(Path(name), (west, south - 10, east, north - 10))
    assert not dem_folder.may_lie_in(Path(name), (west + 10, south, east + 10, north))


def test_only_what_is_near_counts_for_a_tile(tmp_path):
    folder_of(tmp_path, "N43E000.hgt", "N44E001.hgt")

    def states():
        files = dem_folder.listing(tmp_path)
        return dem_folder.state(files), dem_folder.state(files, TOULOUSE)

    everything, near = states()
    folder_of(tmp_path, "N10E100.hgt")
    assert states()[0] != everything
    assert states()[1] == near
    os.utime(tmp_path / "N44E001.hgt", ns=(1, 1))
    assert states()[1] != near
    near = states()[1]
    folder_of(tmp_path, "N43E001.hgt")
    assert states()[1] != near
