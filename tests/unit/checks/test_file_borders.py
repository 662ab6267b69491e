"""Maps are compared across the borders of files and beside them: artefacts of files make a step, edges do not."""

from dataclasses import replace

import numpy as np
import pytest

from landloom.annual import borders
from landloom.annual.places import Places, of_dataset
from landloom.checks import file_borders
from landloom.checks.file_borders import BESIDE_PX, SPREADS, FileBorder
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from unit.annual.making import LEFT, TOP, acquisition, settings, write

ROWS, COLUMNS, BORDER = 150, 170, 82
GRID = Grid("EPSG:32631", LEFT, TOP, 10.0, 10.0, ROWS, COLUMNS)


def landscape():
    """Fields of three classes, 15 pixels wide, whose edges are as many on the border of the files as elsewhere."""
    random = np.random.default_rng(3)
    fields = random.integers(1, 4, (ROWS // 15 + 2, COLUMNS // 15 + 2))
    rows, columns = np.indices((ROWS, COLUMNS))
    shift = random.integers(0, 15, ROWS // 15 + 2)[rows // 15]
    return fields[rows // 15, (columns + shift) // 15].astype(np.uint8)


def with_artefact(labels):
    """Classes that the second file takes for others."""
    found = labels.copy()
    found[:, BORDER:] = labels[:, BORDER:] % 3 + 1
    return found


def found_in(folder, labels, files=None):
    """Return what is found in maps of two runs: one that is the landscape, and one of some labels."""
    random = np.random.default_rng(1)
    values = random.normal(size=(2, ROWS, COLUMNS)).astype(np.float32)
    for name, columns in (files or {"a.tif": (0, BORDER), "b.tif": (BORDER, COLUMNS)}).items():
        write(folder / "2018" / name, values[:, :, slice(*columns)], LEFT + 10 * columns[0])
    maps = {}
    for run, content in (("0", landscape()), ("1", labels)):
        maps[run] = folder / f"{run}.tif"
        with rasters.create(maps[run], GRID, "uint8", {}) as dataset:
            dataset.write(content, 1)
    return file_borders.compare(acquisition(settings(folder, count=2)), "linear", GRID, maps)


def test_classes_that_step_along_the_border_are_found_there_alone(tmp_path):
    found = found_in(tmp_path, with_artefact(landscape()))
    assert [(one.run, one.file.rpartition("/")[2]) for one in found] == [
        (run, file) for run in "01" for file in ("a.tif", "b.tif")
    ]
    assert [one.step for one in found[:2]] == [0, 0]
    assert min(one.step for one in found[2:]) > 0.3
    assert {one.compared for one in found} == {ROWS}
    assert f"b.tif: {100 * found[3].differing:.1f} % of 150 pixels differ across its border, " in str(found[3])


def expected(fractions):
    return np.mean(fractions) + SPREADS * np.std(fractions)


def test_the_fractions_are_those_of_all_pairs_one_by_one(tmp_path):
    labels = with_artefact(landscape())
    labels[20:30] = 0
    border = found_in(tmp_path, labels)[2]
    left, right = ([naive(labels, BORDER - 1 + one) for one in BESIDE_PX if side * one > 0] for side in (-1, 1))
    fractions = max(left, right, key=expected)
    assert (border.compared, border.differing) == (ROWS - 10, pytest.approx(naive(labels, BORDER - 1)))
    assert border.beside == pytest.approx(np.mean(fractions))
    assert border.spread == pytest.approx(np.std(fractions))


def naive(labels, column):
    """Return the fraction of pairs that differ, of the second pixels on both sides of a line behind a column."""
    pairs = [(row[column - 1], row[column + 2]) for row in labels.tolist() if row[column - 1] and row[column + 2]]
    return sum(one != other for one, other in pairs) / len(pairs)


def test_ground_that_two_files_share_has_a_border_on_both_sides(tmp_path):
    files = {"a.tif": (0, BORDER + 15), "b.tif": (BORDER, COLUMNS)}
    found = {one.file.rpartition("/")[2]: one for one in found_in(tmp_path, with_artefact(landscape()), files)[2:]}
    assert found["b.tif"].step > 0.3
    assert found["a.tif"].step == 0


def test_one_long_edge_on_the_border_makes_no_step():
    """In one of several sections all pixels differ, in the others as many as beside the border."""
    lines = 1 + len(BESIDE_PX)
    usual = np.tile(np.array([60, 6]), (5, lines, 1))
    usual[:, 1::2, 1] = 8
    edge = usual.copy()
    edge[2, 0, 1] = 60
    everywhere = usual.copy()
    everywhere[:, 0, 1] = 30
    steps = [
        FileBorder("0", "T", "own", "a", *file_borders.judged(counts)).step for counts in (usual, edge, everywhere)
    ]
    assert steps[:2] == [0, 0]
    assert 0.3 < steps[2] < 0.4


def test_too_little_says_nothing():
    lines = 1 + len(BESIDE_PX)
    assert file_borders.judged(np.tile(np.array([5, 1]), (9, lines, 1))) is None
    lacking = np.tile(np.array([60, 6]), (2, lines, 1))
    lacking[:, 10:] = 0
    assert file_borders.judged(lacking) is None


def test_steps_do_not_depend_on_what_windows_are_cut(tmp_path):
    labels = with_artefact(landscape())
    places = [Places(GRID, grid) for grid in _grids(tmp_path)]
    shown = borders.inside(places, Window(0, 0, ROWS, COLUMNS))
    whole = dict(file_borders.sections(labels, shown, Window(0, 0, ROWS, COLUMNS)))
    upper = dict(file_borders.sections(labels, shown, Window(0, 60, 70, 60)))
    lower = dict(file_borders.sections(labels, shown, Window(70, 60, ROWS - 70, 60)))
    turned = dict(file_borders.sections(labels.T, shown.transpose(0, 2, 1), Window(0, 0, COLUMNS, ROWS)))
    for file, counts in whole.items():
        assert np.array_equal(counts, upper[file] + lower[file])
        assert np.array_equal(counts, turned[file])


def _grids(folder):
    found_in(folder, landscape())
    for name in ("a.tif", "b.tif"):
        with rasters.opened(folder / "2018" / name) as dataset:
            yield of_dataset(dataset, name)


@pytest.mark.parametrize("number", [0, 2])
def test_the_table_is_read_as_written(tmp_path, number):
    one = FileBorder("0", "T", "own", "a, b.tif", 500, 0.25, 0.125, 0.0625, -0.5)
    found = [one, replace(one, run="1")][:number]
    (tmp_path / "file_borders.csv").write_text(file_borders.as_csv(found))
    assert file_borders.read(tmp_path / "file_borders.csv") == found
