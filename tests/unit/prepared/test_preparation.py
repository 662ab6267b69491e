"""Images that are there are kept, those that are missing or made of something else are made."""

import dataclasses
import datetime

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.prepared import forms, preparation
from landloom.sensors.acquisition import Acquisition, RasterBand

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 8, 16)


def acquisition(day):
    date = datetime.date(2018, 1, day)
    return Acquisition("s", "T", date, f"p{day}", (("red", RasterBand("r.jp2")),), ())


class Maker:
    """Makes images, and counts them; those of some days are broken."""

    def __init__(self, broken=()):
        self.made, self.broken = [], broken

    def __call__(self, one, grid, resampling):
        if one.date.day in self.broken:
            raise InputError(f"{one.product}: is truncated")
        self.made.append(one.date.day)
        yield Window(0, 0, grid.rows, grid.columns), np.full((1, grid.rows, grid.columns), one.date.day, np.int16)


def wanted(folder, days, content="content", **how):
    given = {"resampling": "bilinear", "grid": GRID, "code": "code", "maker": forms.Maker(Maker())} | how
    return [preparation.wanted(acquisition(day), content, folder=folder, **given) for day in days]


def prepare(folder, images, maker, at_once=4):
    images = [dataclasses.replace(one, maker=forms.Maker(maker, at_once=at_once)) for one in images]
    return preparation.prepare(images, GRID, 2, folder / "memory.json")


def test_only_missing_images_are_made(tmp_path):
    first, second = Maker(), Maker()
    images, made = prepare(tmp_path, wanted(tmp_path, [1, 2]), first)
    assert (sorted(first.made), made, [one.date.day for one in images]) == ([1, 2], 2, [1, 2])
    again, made = prepare(tmp_path, wanted(tmp_path, [1, 2, 3]), second)
    assert (second.made, made) == ([3], 1)
    assert again[:2] == images


def test_images_of_other_files_grids_shifts_or_code_are_made_anew(tmp_path):
    (one,) = wanted(tmp_path, [1])
    moved = dataclasses.replace(acquisition(1), shift_m=(1.0, 0.0))
    others = [
        *wanted(tmp_path, [1], content="other"),
        *wanted(tmp_path, [1], resampling="nearest"),
        *wanted(tmp_path, [1], grid=dataclasses.replace(GRID, left=0.0)),
        *wanted(tmp_path, [1], code="other"),
        *wanted(tmp_path, [1], maker=forms.Maker(Maker(), made_of="other heights")),
        preparation.wanted(moved, "content", "bilinear", GRID, "code", tmp_path, one.maker),
    ]
    assert len({one.source, *(other.source for other in others)}) == 7
    assert len({one.path, *(other.path for other in others)}) == 7
    assert wanted(tmp_path, [1], maker=one.maker) == [one]


@pytest.mark.parametrize("at_once", [1, 4])
def test_finished_images_survive_a_failure(tmp_path, at_once):
    with pytest.raises(InputError, match="p2: is truncated"):
        prepare(tmp_path, wanted(tmp_path, [1, 2]), Maker(broken=[2]), at_once)
    mended = Maker()
    prepare(tmp_path, wanted(tmp_path, [1, 2]), mended)
    assert mended.made == [2]


def test_a_damaged_image_is_made_anew(tmp_path):
    images = wanted(tmp_path, [1])
    prepare(tmp_path, images, Maker())
    images[0].path.write_bytes(b"II*\0")
    maker = Maker()
    prepare(tmp_path, images, maker)
    assert maker.made == [1]


def test_images_that_nothing_reads_are_removed(tmp_path):
    folder = tmp_path / "prepared"
    images = wanted(folder, [1, 2])
    prepare(tmp_path, images, Maker())
    (folder / "notes.txt").touch()
    assert preparation.remove_others(folder, images[:1]) == 1
    assert sorted(one.name for one in folder.iterdir()) == sorted([images[0].path.name, "notes.txt"])
    assert preparation.remove_others(tmp_path / "nowhere", images) == 0
