import dataclasses

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE

from landloom.core.errors import InputError
from landloom.geo.grids import Grid
from landloom.samples import augmentation, random_keys
from landloom.samples.augmentation import Augmentation
from landloom.samples.augmentation_settings import AugmentationSettings
from landloom.samples.csv_files import Copy
from landloom.training_set import copies as sample_copies
from landloom.training_set import other_years, training_set
from landloom.training_set.sources import Model, collect, write_sources

NAMES = ["s_B4_20180101", "s_B4_20180131", "s_NDVI_20180101", "s_NDVI_20180131"]
REGIONS = ["west", "east"]
GRID = Grid("EPSG:32631", 300000.0, 4900020.0, 10.0, 10.0, 25, 20)


def make_tile(tile, rng, names=NAMES, size=300):
    """A table as the tiles have it: classes 1, 2 and, in the east alone, 3; polygons of 10 pixels."""
    polygon = np.arange(size) // 10
    number = 1 + polygon % 2
    code = np.where((polygon % 10 == 1), 3, 1 + (polygon // 2) % 2).astype(np.int32)
    table = pd.DataFrame(
        {
            "row": np.arange(size, dtype=np.int32) // 20,
            "column": np.arange(size, dtype=np.int32) % 20,
            "polygon": polygon + 1000 * ord(tile[-1]),
            "code": code,
            "number": number.astype(np.int32),
            "tile": tile,
            "run0": polygon % 3 > 0,
            "run1": polygon % 3 != 1,
        }
    )
    values = rng.integers(-2000, 9000, (size, len(names))) + 100 * code[:, None]
    return pd.concat([table, pd.DataFrame(values.astype(np.int16), columns=names)], axis=1)


@pytest.fixture(scope="module")
def tables():
    rng = np.random.default_rng(5)
    return {tile: make_tile(tile, rng) for tile in ("B", "A")}


def write(tables, folder):
    folder.mkdir(exist_ok=True)
    for tile, table in tables.items():
        table.to_parquet(folder / f"{tile}.parquet", index=False)
    return [folder / f"{tile}.parquet" for tile in tables]


@pytest.fixture
def paths(tables, tmp_path):
    return write(tables, tmp_path / "here")


def gathered(paths, copies=(), augmentation=None, model=None):
    model = model or Model(1, 0, 7)
    return collect(
        lambda number: training_set.portions(paths, number, model.run), model, copies, augmentation, REGIONS
    )


def by_code(samples):
    found, sizes = np.unique(samples.codes, return_counts=True)
    return dict(zip(found.tolist(), sizes.tolist(), strict=True))


def drawn(tables, number, run):
    whole = pd.concat([tables[tile] for tile in sorted(tables)])
    return whole[(whole.number == number) & whole[f"run{run}"]]


def test_copies_add_the_samples_of_another_region(tables, paths):
    copies = [Copy(2, 1, 3, -1), Copy(2, 1, 1, 15), Copy(1, 2, 1, 5)]
    samples, sources = gathered(paths, copies)
    np.testing.assert_array_equal(samples.features, gathered(paths, copies[::-1])[0].features)
    own, there = drawn(tables, 1, 0), drawn(tables, 2, 0)
    counts = own.code.value_counts().to_dict()
    assert 3 not in counts
    assert by_code(samples) == {1: counts[1] + 15, 2: counts[2], 3: (there.code == 3).sum()}
    copied = samples.features[len(own) :]
    expected = there[there.code == 3][NAMES].to_numpy()
    np.testing.assert_array_equal(copied[15:], expected)
    assert {tuple(row) for row in copied.tolist()} <= {tuple(row) for row in there[NAMES].to_numpy().tolist()}
    assert len({tuple(row) for row in copied.tolist()}) == len(copied)
    assert [(one.code, one.origin, one.samples) for one in sources] == [
        (1, "drawn", counts[1]),
        (2, "drawn", counts[2]),
        (1, "copied from east", 15),
        (3, "copied from east", len(expected)),
    ]


@pytest.mark.parametrize("run", [0, 1])
def test_nothing_is_copied_from_test_polygons(tables, paths, run):
    copies = [Copy(2, 1, code, -1) for code in (1, 2, 3)]
    samples, _ = gathered(paths, copies, model=Model(1, run, 7))
    whole = pd.concat(tables.values())
    tested = set(whole[~whole[f"run{run}"]].polygon)
    assert not tested & set(samples.polygons.tolist())
    assert len(samples.codes) == len(drawn(tables, 1, run)) + len(drawn(tables, 2, run))


def test_the_same_copies_with_tiles_in_any_order(tables, paths):
    copies = [Copy(2, 1, 1, 15)]
    one, other = gathered(paths, copies)[0], gathered(paths[::-1], copies)[0]
    np.testing.assert_array_equal(one.features, other.features)
    np.testing.assert_array_equal(one.polygons, other.polygons)
    again = gathered(paths, copies, model=Model(1, 0, 8))[0]
    assert not np.array_equal(one.features, again.features)
    polygons = set(drawn(tables, 2, 0).query("code == 1").polygon)
    of_seeds = [gathered(paths, copies, model=Model(1, 0, seed))[0].polygons[-15:] for seed in range(20)]
    assert set(np.concatenate(of_seeds).tolist()) == polygons


def test_copies_do_not_see_copies_and_say_where_there_are_too_few(tables, paths):
    pipeline = [Copy(2, 1, 3, -1), Copy(1, 2, 3, -1)]
    _, sources = gathered(paths, pipeline, model=Model(2, 0, 7))
    assert (sources[-1].samples, sources[-1].note) == (0, "the source has no samples of the class")
    of_other_years = sample_copies.copied(Copy(2, 1, 3, 10**6), training_set.portions(paths, 2, 0), "x", 7, 0)
    assert of_other_years.note.startswith("there are only ")


def drawn_by_key(pool, number, polygon):
    """Return as many samples of class 1, those of the smallest keys among a pool of pixels."""
    rows, columns = np.divmod(np.arange(pool), 1000)
    best = np.sort(np.argsort(random_keys.keys("A", rows, columns, 7, 0))[:number])
    codes = np.ones(number, np.int32)
    kept, polygons = np.ones(number, bool), np.full(number, polygon)
    return training_set.Portion(
        "A.parquet", (), kept, codes, polygons, rows[best], columns[best], "A", (), rows[best]
    )


def test_samples_of_many_and_of_few_pixels_are_copied_alike():
    source = [drawn_by_key(1500, 1000, 5), drawn_by_key(200_000, 2000, -5)]
    of_other_years = sample_copies.copied(Copy(2, 1, 1, 600), source, "x", 7, 0).portions
    sizes = {int(portion.polygons[0]): len(portion) for portion in of_other_years}
    assert sum(sizes.values()) == 600
    assert 160 < sizes[5] < 240


def settings(method, amount="balance", **others):
    return AugmentationSettings(method=method, amount=amount, **others)


@pytest.mark.parametrize("method", ["replicate", "jitter", "smote"])
def test_amounts_of_made_samples(tables, paths, method):
    counts = drawn(tables, 2, 0).code.value_counts().to_dict()
    least, most = min(counts.values()), max(counts.values())
    assert least < most
    wanted = {
        "balance": (Augmentation(settings(method)), dict.fromkeys(counts, most)),
        "minimum": (
            Augmentation(settings(method, "minimum", number=least + 7)),
            {code: max(count, least + 7) for code, count in counts.items()},
        ),
        "per_class": (
            Augmentation(settings(method, "per_class", numbers="n.csv"), {3: 500, 1: 1, 9: 4}),
            counts | {3: 500},
        ),
    }
    for augmentation_, expected in wanted.values():
        samples, sources = gathered(paths, (), augmentation_, Model(2, 0, 7))
        assert by_code(samples) == expected
        assert samples.made == sum(expected.values()) - sum(counts.values())
        assert samples.features.dtype == np.int16
        assert sum(one.samples for one in sources) == len(samples.codes)
    assert (sources[-1].code, sources[-1].note) == (9, "no sample to make others from")


@pytest.mark.parametrize("method", ["replicate", "jitter", "smote"])
def test_made_samples_stay_with_polygons_that_train(tables, paths, method):
    samples, _ = gathered(paths, [Copy(1, 2, 2, 10)], Augmentation(settings(method)), Model(2, 1, 7))
    start = len(samples.codes) - samples.made
    for code in np.unique(samples.codes[start:]):
        made = samples.codes[start:] == code
        real = samples.codes[:start] == code
        assert set(samples.polygons[start:][made]) <= set(samples.polygons[:start][real])
    other, _ = gathered(paths[::-1], [Copy(1, 2, 2, 10)], Augmentation(settings(method)), Model(2, 1, 7))
    np.testing.assert_array_equal(samples.features, other.features)
    np.testing.assert_array_equal(samples.polygons, other.polygons)


def made(base, number, seed=3, **keys):
    out = np.zeros((number, base.shape[1]), np.int16)
    parents = augmentation.fill(out, base, settings(**keys), np.random.default_rng(seed))
    return out, parents


@pytest.fixture(scope="module")
def base():
    return np.random.default_rng(1).integers(0, 9000, (60, 30)).astype(np.int16)


def test_replicates_are_their_parents(base):
    out, parents = made(base, 200, method="replicate")
    np.testing.assert_array_equal(out, base[parents])
    assert len(set(parents.tolist())) > 50


def test_noise_is_that_of_the_feature(base):
    base = base // np.arange(1, 31, dtype=np.int16)
    out, parents = made(base, 40_000, method="jitter", divisor=4)
    noise = out.astype(float) - base[parents]
    np.testing.assert_allclose(noise.std(axis=0), base.std(axis=0, ddof=1) / 4, rtol=0.03)
    assert np.abs(noise.mean(axis=0)).max() < 0.03 * base.std()
    assert abs(np.corrcoef(noise[:, 0], noise[:, 1])[0, 1]) < 0.03


def test_noise_stays_within_the_type():
    edge = np.array([[32767, -32768], [-32768, 32767]] * 5, np.int16)
    out, parents = made(edge, 1000, method="jitter", divisor=1)
    moved = out.astype(int) - edge[parents]
    assert (moved[edge[parents] == 32767] <= 0).all()
    assert (moved[edge[parents] == -32768] >= 0).all()


@pytest.mark.parametrize("method", ["jitter", "smote"])
def test_what_was_never_seen_is_no_number(method):
    """It stays what it is in samples made of those that lack it, and moves no others."""
    rng = np.random.default_rng(4)
    base = rng.normal(3000, 100, (300, 6)).round().astype(np.int16)
    base[rng.random(base.shape) < 0.4] = -10000
    base[:, 5] = -10000
    out, parents = made(base, 5000, method=method)
    np.testing.assert_array_equal(out == -10000, base[parents] == -10000)
    assert (out[:, 5] == -10000).all()
    seen = out[:, :5][out[:, :5] != -10000]
    assert seen.min() > 2400
    assert seen.max() < 3600
    if method == "jitter":
        noise = (out - base[parents].astype(float))[:, :5][out[:, :5] != -10000]
        assert noise.std() == pytest.approx(100 / settings(method).divisor, rel=0.1)


@pytest.mark.parametrize("samples", [60, 4])
def test_smote_is_that_of_imbalanced_learn(base, samples):
    base = base[:samples]
    out, parents = made(base, 150, method="smote", neighbours=5)
    seed = int(np.random.default_rng(3).integers(2**31))
    other = np.full((400, 30), 20_000.0)
    both, classes = np.vstack([base, other]), np.repeat([4, 8], [samples, 400])
    peer = SMOTE(sampling_strategy={4: samples + 150}, k_neighbors=min(5, samples - 1), random_state=seed)
    found, labels = peer.fit_resample(both, classes)
    assert (labels == 4).sum() == samples + len(out)
    np.testing.assert_allclose(out, found[labels == 4][samples:], atol=0.51)
    distances = ((out[:, None].astype(np.int64) - base[None]) ** 2).sum(axis=2)
    np.testing.assert_array_equal(distances[np.arange(150), parents], distances.min(axis=1))


def test_classes_of_few_samples(base):
    out, parents = made(base[:1], 20, method="smote")
    np.testing.assert_array_equal(out, np.repeat(base[:1], 20, axis=0))
    assert not parents.any()
    np.testing.assert_array_equal(made(base[:1], 20, method="jitter")[0], np.repeat(base[:1], 20, axis=0))
    assert augmentation.note(4, settings("smote")) == "3 neighbours instead of 5: the class has 4 samples"
    assert augmentation.note(1, settings("jitter")) != ""
    assert augmentation.note(6, settings("smote")) == ""


NONE = np.zeros(0, np.int64)
OTHER_NAMES = [name.replace("20180101", "20170104").replace("20180131", "20170203") for name in NAMES]


@pytest.fixture
def others(tmp_path):
    rng = np.random.default_rng(6)
    return {tile: make_tile(tile, rng, OTHER_NAMES, 260) for tile in ("B", "A")}


def source_year(tested=None, overlapping=NONE, one_file=False):
    return other_years.SourceYear(
        "samples.years", 2017, other_years.first_id(2017, one_file), tested or {}, overlapping
    )


def test_annual_classes_come_from_the_other_year(tables, paths, others, tmp_path):
    there = write(others, tmp_path / "there")
    tested = {}
    for tile, table in tables.items():
        tests = table[~table.run0]
        tested[tile] = other_years.positions(tests.row.to_numpy(), tests.column.to_numpy())
    of_other_years = other_years.of_other_years(NAMES, training_set.portions(there, 2, 0), source_year(tested))
    found = other_years.exchanged(training_set.portions(paths, 2, 0), of_other_years, (2, 3))
    samples = training_set.gather(found)
    own = drawn(tables, 2, 0)
    kept = own[own.code == 1]
    of_other_years = drawn(others, 2, 0)
    positions = {(tile, position) for tile, tests in tested.items() for position in tests.tolist()}
    numbers = other_years.positions(of_other_years.row.to_numpy(), of_other_years.column.to_numpy())
    free = [pair not in positions for pair in zip(of_other_years.tile, numbers.tolist(), strict=True)]
    of_other_years = of_other_years[np.array(free) & of_other_years.code.isin([2, 3])]
    assert len(of_other_years) > 50
    assert samples.names == tuple(NAMES)
    expected = np.vstack([kept[NAMES].to_numpy(), of_other_years[OTHER_NAMES].to_numpy()])
    np.testing.assert_array_equal(samples.features, expected)
    np.testing.assert_array_equal(samples.codes, np.append(kept.code, of_other_years.code))
    np.testing.assert_array_equal(samples.polygons, np.append(kept.polygon, of_other_years.polygon + 2017 * 10**13))
    assert {portion.origin for portion in found} == {"drawn", "drawn in 2017, on dates up to 3 days apart"}


def test_pixels_that_test_this_year_train_in_none(others, tmp_path):
    others = {tile: table.assign(run0=True) for tile, table in others.items()}
    there = write(others, tmp_path / "there")
    everything = other_years.positions(np.repeat(np.arange(50), 20), np.tile(np.arange(20), 50))
    found = other_years.of_other_years(NAMES, training_set.portions(there, 2, 0), source_year({"A": everything}))
    assert {portion.tile for portion in found if len(portion)} == {"B"}


def test_polygons_that_overlap_test_ones_are_left_out_whole(others, tmp_path):
    there = training_set.portions(write(others, tmp_path / "there"), 2, 0)
    polygons = np.unique(np.concatenate([portion.polygons for portion in there]))
    found = other_years.of_other_years(NAMES, there, source_year(overlapping=polygons[:-1]))
    of_other_years = np.concatenate([portion.polygons for portion in found])
    assert np.unique(of_other_years).tolist() == [polygons[-1] + 2017 * 10**13]


def test_polygons_of_one_file_are_the_same_in_all_years(others, tmp_path):
    there = training_set.portions(write(others, tmp_path / "there"), 2, 0)
    found = other_years.of_other_years(NAMES, there, source_year(one_file=True))
    for portion, before in zip(found, there, strict=True):
        np.testing.assert_array_equal(portion.polygons, before.polygons)


def test_what_tests_is_found_in_the_tables(tables, others, tmp_path):
    """As held out or test pixels, but not those that train too; polygons of the other year by any of their pixels."""
    rng = np.random.default_rng(3)
    here = {}
    for tile, table in tables.items():
        roles = {"test0": ~table.run0 & (rng.random(len(table)) < 0.8), "held": ~table.run0 & (table.row == 4)}
        roles["test0"] |= table.row == 2
        here[tile] = table.assign(**roles)
    files = dict(zip(here, write(here, tmp_path / "candidates"), strict=True))
    tested = other_years.tested_places(files, 0)
    for tile, table in here.items():
        tests = table[~table.run0 & (table.test0 | table.held)]
        assert tested[tile].tolist() == (tests.row.astype(int) * 2**32 + tests.column).tolist()
    there = dict(zip(others, write(others, tmp_path / "there"), strict=True))
    expected = set()
    for tile, table in others.items():
        tests = here[tile][~here[tile].run0 & (here[tile].test0 | here[tile].held)]
        pairs = set(zip(tests.row, tests.column, strict=True))
        expected |= {row.polygon for row in table.itertuples() if (row.row, row.column) in pairs}
    assert other_years.overlapping(there, tested).tolist() == sorted(expected)


def test_features_without_dates_correspond_by_their_names():
    names, others = [*NAMES, "s_NDVI_p10", "s_NDVI_day_of_max"], [*OTHER_NAMES, "s_NDVI_p10", "s_NDVI_day_of_max"]
    other_years.check_features(names, others, source_year())
    assert other_years.shift_days(names, others) == other_years.shift_days(NAMES, OTHER_NAMES) > 0
    with pytest.raises(InputError, match=r"the features of 2017 are others: s_NDVI_p10 is missing in 2017"):
        other_years.check_features(names, [*OTHER_NAMES, "s_NDVI_p20", "s_NDVI_day_of_max"], source_year())


def test_samples_from_an_earlier_map_keep_their_blocks(others, tmp_path):
    others = {tile: table.assign(polygon=-table.polygon) for tile, table in others.items()}
    there = training_set.portions(write(others, tmp_path / "there"), 2, 0)
    found = other_years.of_other_years(NAMES, there, source_year())
    assert all((portion.polygons < 0).all() for portion in found)


def test_ids_of_years_stay_apart():
    own = np.array([0, 10**12 + 5, 2 * 10**12])
    ids = [own + other_years.first_id(year, False) for year in (1970, 2017, 2018, 9999)]
    assert len(np.unique(np.concatenate([own, *ids]))) == 15


def test_years_of_other_dates(others, tmp_path):
    short = {tile: table.drop(columns=OTHER_NAMES[1]) for tile, table in others.items()}
    there = write(short, tmp_path / "there")
    with pytest.raises(
        InputError, match=r"samples.years: the features of 2017 are others: s_B4 has 2 dates, in 2017 1"
    ):
        other_years.of_other_years(NAMES, training_set.portions(there, 2, 0), source_year())
    with pytest.raises(InputError, match="their order differs"):
        other_years.check_features(NAMES, [OTHER_NAMES[2], OTHER_NAMES[3], *OTHER_NAMES[:2]], source_year())


def grids_of(*years):
    return {(year, tile): GRID for year in years for tile in ("A", "B")}


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (dataclasses.replace(GRID, resolution=30.0, resolution_y=30.0), "pixels of 30.0 from 300000, 4900020"),
        (GRID.moved(10.0, 0.0), "20 x 25 pixels of 10.0 from 300010, 4900020"),
        (dataclasses.replace(GRID, crs="EPSG:32630"), "EPSG:32630"),
    ],
)
def test_years_of_other_pixels(other, told):
    """Rows and columns tell which samples lie where the year tests: those of another grid would be other places."""
    none = other_years.SourceYearFiles({}, {})
    for differing in (2017, 2018):
        grids = grids_of(2018, 2017) | {(differing, "B"): other}
        year_samples = other_years.YearSamples(2018, 0, (2017, 2018), None, False, none, {}, {}, grids)
        with pytest.raises(InputError, match=r"^samples\.years: tile B .*grid\.sensor") as error:
            other_years.added([], 2, year_samples)
        assert told in str(error.value)
        assert "2017" in str(error.value)


@pytest.mark.parametrize(("years", "annual"), [((2017, 2018), None), ((2017,), None), ((2017, 2018), (2016, (2,)))])
def test_samples_of_several_years(years, annual, paths, others, tmp_path):
    """Year by year, with doubted polygons left out; annual classes are of their year alone."""
    rng = np.random.default_rng(8)
    more = {tile: make_tile(tile, rng, [name.replace("2018", "2016") for name in NAMES]) for tile in ("A", "B")}
    whole = {2017: others, 2016: more}
    files = {
        year: dict(zip(tables, write(tables, tmp_path / str(year)), strict=True)) for year, tables in whole.items()
    }
    by_year = {(year, tile): path for year, of_tiles in files.items() for tile, path in of_tiles.items()}
    tested = {"A": np.array([(1 << 32) | 3]), "B": np.zeros(0, np.int64)}
    suspected = {2017: others["A"].polygon.unique()[:9], 2016: NONE}
    of_other_years = other_years.SourceYearFiles(by_year, by_year)
    year_samples = other_years.YearSamples(
        2018, 0, years, annual, False, of_other_years, tested, suspected, grids_of(2018, 2017, 2016)
    )
    own = training_set.portions(paths, 2, 0)
    found = other_years.added(own, 2, year_samples)
    samples = training_set.gather(found)
    left_out = {2017: {*suspected[2017], others["A"].polygon[23]}, 2016: {more["A"].polygon[23]}}
    expected = sum(map(len, own)) if 2018 in years else 0
    for year in set(years) - {2018}:
        there = drawn(whole[year], 2, 0)
        expected += (~there.polygon.isin(left_out[year])).sum()
    if annual:
        pooled = other_years.added(own, 2, dataclasses.replace(year_samples, annual=None))
        expected -= sum((portion.codes == 2).sum() for portion in pooled)
        there = drawn(more, 2, 0)
        expected += ((there.code == 2) & ~there.polygon.isin(left_out[2016])).sum()
        assert {portion.origin.split(",")[0] for portion in found if (portion.codes == 2).any()} == {"drawn in 2016"}
    assert len(samples.codes) == expected > 100
    assert samples.names == tuple(NAMES)


def test_the_table_of_sources(paths, tmp_path):
    _, sources = gathered(paths, [Copy(2, 1, 3, -1)], Augmentation(settings("smote")))
    write_sources(sources, tmp_path / "s.csv")
    table = pd.read_csv(tmp_path / "s.csv", keep_default_na=False)
    assert list(table.columns) == ["code", "origin", "samples", "note"]
    assert table.origin.tolist()[:3] == ["drawn", "drawn", "copied from east"]
    assert table.samples.sum() == sum(one.samples for one in sources)
