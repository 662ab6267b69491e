"""Steps along the borders of files: as made-up files have them."""

from contextlib import closing

import numpy as np
import pytest

from landloom.annual import borders, survey
from landloom.annual.mosaic import Mosaic
from landloom.geo.grids import Grid, Window
from unit.annual.making import LEFT, TOP, acquisition, settings, write

WIDE = Grid("EPSG:32631", LEFT, TOP, 10.0, 10.0, 70, 150)


def values(step):
    random = np.random.default_rng(1)
    found = random.normal(0, 1, (3, 70, 150)).astype(np.float32)
    found[:, :, 77:] += step
    return found


def two_files(folder, step):
    whole = values(step)
    write(folder / "2018" / "a.tif", whole[:, :, :77])
    write(folder / "2018" / "b.tif", whole[:, :, 77:], LEFT + 770)
    return settings(folder, count=3)


@pytest.mark.parametrize("step", [0, 5])
def test_the_step_is_that_of_all_pairs_across_the_border(tmp_path, step):
    section = two_files(tmp_path, step)
    windows = [Window(0, 64, 65, 65), Window(60, 0, 10, 150)]
    with closing(Mosaic(acquisition(section), WIDE, "linear", False)) as mosaic:
        found = borders.step(mosaic, windows)
        assert borders.step(mosaic, [Window(0, 0, 60, 60)]) is None
    whole, at_border, elsewhere = values(step), [], []
    for window in windows:
        part = whole[(slice(None), *window.slices)]
        for row, column in np.ndindex(part.shape[1:]):
            for down, right in ((1, 0), (0, 1)):
                if row + down < window.rows and column + right < window.columns:
                    apart = np.linalg.norm(part[:, row + down, column + right] - part[:, row, column])
                    is_border = right and window.column + column == 76
                    (at_border if is_border else elsewhere).append(apart)
    assert found == pytest.approx(np.median(at_border) / np.median(elsewhere), rel=1e-5)
    assert (found > 2) == (step > 0)


def test_surveys_warn_of_steps(tmp_path):
    for step, texts in ((0, 0), (5, 1)):
        section = two_files(tmp_path, step)
        notes = survey.survey(acquisition(section), section, WIDE).notes
        assert len(notes) == texts
        assert all("values step along the borders of files" in one for one in notes)


def test_windows_lie_across_borders():
    at_probes = np.ones((1, 2, 3), bool)
    at_probes[0, :, 2:] = False
    found = borders.across(at_probes, Grid("EPSG:32631", 0.0, 0.0, 10.0, 10.0, 128, 190))
    assert found == [Window(0, 95, 65, 65), Window(64, 95, 64, 65)]
    assert borders.across(np.ones((1, 2, 3), bool), WIDE) == []
