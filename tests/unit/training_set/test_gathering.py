"""Training sets of jobs, gathered from the plain values and the lists of files that Snakemake gives."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from landloom.core.errors import InputError
from landloom.geo import grids
from landloom.training_set import gathering, other_years, training_set
from landloom.training_set.gathering import Request, Tables
from landloom.training_set.sources import Model
from unit.training_set.test_sources import GRID, NAMES, REGIONS, make_tile, write

CODES = {"wood": 1, "water": 2, "7": 3}
NOBODY = {year: np.zeros(0, np.int64) for year in (2017, 2018)}


@pytest.fixture
def tables(tmp_path):
    """Tables of two tiles and years, whose candidates test in run 0 what does not train."""
    random = np.random.default_rng(4)
    here, there = {}, {}
    for tile in ("A", "B"):
        here[tile] = make_tile(tile, random)
        there[tile] = make_tile(tile, random, [name.replace("2018", "2017") for name in NAMES])
    candidates = {tile: table.assign(test0=~table.run0, held=False) for tile, table in here.items()}
    grids.save(GRID, tmp_path / "grid.json")
    own, lent = write(here, tmp_path / "2018"), write(there, tmp_path / "2017")
    return Tables(["A", "B"], own, lent, lent, write(candidates, tmp_path / "tests"), [tmp_path / "grid.json"] * 4)


def request(parts, region=1):
    return Request(Model(region, 0, 7), 2018, REGIONS, parts, CODES)


def alone(tables):
    return Tables(tables.tiles, tables.samples, [], [], [], [])


def test_without_parts_it_is_what_was_drawn(tables, capsys):
    samples, sources = gathering.gather(request({}), alone(tables), NOBODY)
    expected = training_set.training_set(tables.samples, 1, 0)
    np.testing.assert_array_equal(samples.features, expected.features)
    assert {one.origin for one in sources} == {"drawn"}
    assert f"class 1, drawn: {sources[0].samples} samples\n" in capsys.readouterr().err
    assert training_set.described(samples).startswith(f"{len(samples.codes)} samples x 4 features; per class {{1: ")


def test_suspected_polygons_are_left_out(tables):
    whole, _ = gathering.gather(request({}), alone(tables), NOBODY)
    suspected = np.unique(whole.polygons)[:3]
    samples, _ = gathering.gather(request({}), alone(tables), NOBODY | {2018: suspected})
    assert len(samples.codes) == (~np.isin(whole.polygons, suspected)).sum() < len(whole.codes)


def test_copies_and_augmentation_by_their_files(tables, tmp_path):
    (tmp_path / "copies.csv").write_text("source,destination,label,number\neast,west,7,10\n")
    (tmp_path / "numbers.csv").write_text("label,number\nwater,125\n")
    augmentation = {"method": "replicate", "amount": "per_class", "numbers": str(tmp_path / "numbers.csv")}
    parts = {"copies": str(tmp_path / "copies.csv"), "augmentation": augmentation}
    samples, sources = gathering.gather(request(parts), alone(tables), NOBODY)
    found = {(one.code, one.origin): one.samples for one in sources}
    assert found[3, "copied from east"] == 10
    assert found[2, "replicate"] == samples.made == 25
    assert gathering.augmentation_of(None, CODES) is None
    (tmp_path / "copies.csv").write_text("source,destination,label,number\nnorth,west,7,10\n")
    with pytest.raises(InputError, match="north"):
        gathering.gather(request(parts), alone(tables), NOBODY)


def test_other_years_lend_what_does_not_test_this_one(tables):
    parts = {
        "source_years": [2017],
        "years": [2017, 2018],
        "annual": {"year": 2017, "labels": ["7"]},
        "one_file": False,
    }
    lent = gathering.year_samples(request(parts), tables, NOBODY)
    assert (lent.year, lent.run, lent.years, lent.annual) == (2018, 0, [2017, 2018], (2017, (3,)))
    assert lent.files.samples == {(2017, "A"): tables.source_samples[0], (2017, "B"): tables.source_samples[1]}
    assert set(lent.grids) == {(year, tile) for year in (2017, 2018) for tile in ("A", "B")}
    tests = pd.read_parquet(tables.tests[0]).query("test0")
    np.testing.assert_array_equal(lent.tested["A"], other_years.positions(tests.row.values, tests.column.values))
    samples, sources = gathering.gather(request(parts, region=2), tables, NOBODY)
    assert {one.origin.split(",")[0] for one in sources} == {"drawn", "drawn in 2017"}
    assert (samples.polygons[samples.codes == 3] >= 2017 * other_years.YEAR_IDS).all()


def of_series(folder):
    """Write samples of a table: for all regions, for the west, for the east."""
    table = pd.DataFrame({"row": [0, 1, 2], "column": 0, "polygon": 10**17 + np.arange(3), "code": [1, 2, 3]})
    table = table.assign(number=[0, 1, 2], observations=5, tile="table")
    values = {name: np.array([100, 200, 300], np.int16) + place for place, name in enumerate(reversed(NAMES))}
    table.assign(**values).to_parquet(folder / "table.parquet", index=False)
    return [folder / "table.parquet"]


@pytest.mark.parametrize(("region", "codes"), [(1, [1, 2]), (2, [1, 3])])
def test_a_table_of_series_trains_beside_or_instead(tables, region, codes, tmp_path):
    (tmp_path / "copies.csv").write_text("source,destination,label,number\neast,west,7,-1\n")
    parts = {"copies": str(tmp_path / "copies.csv")}
    without, _ = gathering.gather(request(parts, region), alone(tables), NOBODY)
    both = replace(alone(tables), series=of_series(tmp_path))
    samples, sources = gathering.gather(request(parts, region), both, NOBODY)
    added = [position for position, polygon in enumerate(samples.polygons) if polygon >= 10**17]
    assert samples.codes[added].tolist() == codes
    # By their names, whatever the order of columns; of the table nothing is copied.
    assert samples.features[added, 0].tolist() == [103 + 100 * (code - 1) for code in codes]
    assert len(samples.codes) == len(without.codes) + 2
    assert sum(one.samples for one in sources if one.origin == "table of series") == 2
    only, _ = gathering.gather(request({}, region), replace(both, samples=[]), NOBODY)
    assert only.codes.tolist() == codes
