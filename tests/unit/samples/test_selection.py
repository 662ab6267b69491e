import numpy as np
import pandas as pd
import pytest

from landloom.samples import selection as sampling
from landloom.samples.allocation import DrawPlan
from landloom.samples.random_keys import ALL_DRAWN, keys
from landloom.samples.selection_settings import DrawSettings

CODES = [1, 2, 5]


@pytest.fixture
def candidates():
    rng = np.random.default_rng(1)
    classes, regions = rng.choice([1, 2, 5], 60), rng.choice([1, 2], 60)
    trains = rng.random((2, 60)) < 0.5
    tables = {}
    for tile in ("B", "A", "C"):
        polygon = rng.integers(0, 60, 900)
        cells = np.sort(rng.choice(100 * 100, 900, replace=False))
        tables[tile] = pd.DataFrame(
            {
                "row": cells // 100,
                "column": cells % 100,
                "polygon": polygon,
                "code": classes[polygon],
                "number": regions[polygon],
                "observations": rng.integers(0, 6, 900),
                "run0": trains[0][polygon],
                "run1": trains[1][polygon],
            }
        )
    return tables


def draw(candidates, settings, runs=2, seed=7):
    plans = {number: settings if isinstance(settings, DrawPlan) else DrawPlan(settings) for number in (1, 2)}
    return sampling.draw(candidates, plans, CODES, runs, seed)


def picked(candidates, draws, runs=2, seed=7):
    return pd.concat([sampling.select(candidates[tile], tile, draws, runs, seed) for tile in sorted(candidates)])


def selected(candidates, settings, runs=2, seed=7):
    return picked(candidates, draw(candidates, settings, runs, seed)[0], runs, seed)


def assert_same(one, other):
    pd.testing.assert_frame_equal(one.keys, other.keys)
    pd.testing.assert_frame_equal(one.ranks, other.ranks)


def counts(selection, run):
    return selection[selection[f"run{run}"]].groupby(["number", "code"]).size()


def available(candidates, run, minimum=1):
    pixels = pd.concat(candidates.values())
    return pixels[(pixels.observations >= minimum) & pixels[f"run{run}"]].groupby(["number", "code"]).size()


def test_all(candidates):
    selection = selected(candidates, DrawSettings())
    for run in range(2):
        pd.testing.assert_series_equal(counts(selection, run), available(candidates, run))


def test_per_class(candidates):
    settings = DrawSettings(strategy="per_class", number=100, minimum_valid_observations=3)
    selection = selected(candidates, settings)
    for run in range(2):
        expected = available(candidates, run, 3).clip(upper=100)
        pd.testing.assert_series_equal(counts(selection, run), expected)
    assert selection.observations.min() >= 3


@pytest.mark.parametrize("number", [3, 50, 301, 10**6])
def test_total(candidates, number):
    settings = DrawSettings(strategy="total", number=number)
    selection = selected(candidates, settings, runs=1)
    there = available(candidates, 0)
    found = counts(selection, 0)
    for region in (1, 2):
        wanted = min(number, there[region].sum())
        assert wanted <= found[region].sum() <= max(wanted, wanted + len(there[region]) - 1)
        if wanted > 10:
            assert found[region].sum() == wanted
            assert np.abs(found[region] - there[region] * wanted / there[region].sum()).max() <= 1


def test_counts_are_those_of_the_selection(candidates):
    settings = DrawSettings(strategy="per_class", number=40, minimum_valid_observations=2)
    _, table = draw(candidates, settings)
    selection = selected(candidates, settings)
    pixels = pd.concat(candidates.values())
    for run, here in table.groupby("run"):
        here = here.set_index(["number", "code"])
        assert here.samples.to_dict() == counts(selection, run).to_dict()
        assert here.training_pixels.to_dict() == available(candidates, run, 0).to_dict()
        assert here.reference_pixels.to_dict() == pixels.groupby(["number", "code"]).size().to_dict()


def test_only_training_pixels_of_the_run(candidates):
    selection = selected(candidates, DrawSettings(strategy="per_class", number=20))
    pixels = pd.concat([table.assign(tile=tile) for tile, table in candidates.items()])
    position = ["tile", "row", "column"]
    there = selection.merge(pixels, on=position, suffixes=("", "_there"))
    for run in range(2):
        assert there[f"run{run}_there"][there[f"run{run}"]].all()


def test_draws_are_fair(candidates):
    drawn = [selected(candidates, DrawSettings(strategy="per_class", number=60), 1, seed) for seed in range(60)]
    often = pd.concat(drawn).groupby(["number", "code", "tile", "row", "column"]).size()
    there = available(candidates, 0)
    for group, mean in often.groupby(["number", "code"]).sum().items():
        expected = 60 * min(1.0, 60 / there[group])
        fraction = often[group].to_numpy()
        assert mean == 60 * min(60, there[group])
        assert len(fraction) > 0.95 * there[group]
        assert fraction.std() <= 1.5 * np.sqrt(expected * (1 - expected / 60) + 0.1)


def test_does_not_depend_on_the_order_of_tiles(candidates):
    settings = DrawSettings(strategy="per_class", number=20)
    one, _ = draw(candidates, settings)
    other, _ = draw(dict(sorted(candidates.items(), reverse=True)), settings)
    assert_same(one, other)


def test_a_changed_tile_leaves_the_draws_of_all_pixels_as_they_are(candidates):
    before, _ = draw(candidates, DrawSettings())
    candidates["A"] = candidates["A"].assign(observations=5).drop(index=range(0, 900, 3))
    after, _ = draw(candidates, DrawSettings())
    assert_same(before, after)


@pytest.mark.parametrize("sampler", ["random", "periodic"])
def test_draws_survive_their_tables(candidates, tmp_path, sampler):
    candidates["007"] = candidates.pop("A")
    draws, _ = draw(candidates, DrawSettings(strategy="per_class", number=20, sampler=sampler))
    draws.write(tmp_path / "draws.csv", tmp_path / "ranks.csv")
    read = sampling.read_draws(tmp_path / "draws.csv", tmp_path / "ranks.csv")
    assert picked(candidates, read).equals(picked(candidates, draws))
    if sampler == "random":
        pd.testing.assert_frame_equal(read.keys, draws.keys)
        assert read.ranks.empty


def test_seed_decides(candidates):
    settings = DrawSettings(strategy="per_class", number=20)
    one = selected(candidates, settings, 1, 7)
    assert one.equals(selected(candidates, settings, 1, 7))
    assert not one.equals(selected(candidates, settings, 1, 8))


def test_a_tile_without_candidates(candidates):
    settings = DrawSettings(strategy="per_class", number=20)
    before, _ = draw(candidates, settings)
    candidates["D"] = candidates["A"].iloc[:0]
    after, _ = draw(candidates, settings)
    assert_same(before, after)
    assert sampling.select(candidates["D"], "D", after, 2, 7).empty


def splitmix64(start, count):
    """The generator as published: a state that advances, and its output."""
    state, found = start, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        found.append(z ^ (z >> 31))
    return found


def test_keys_are_those_of_splitmix64():
    start = int(np.random.default_rng([7, 1, *b"T31TBJ"]).integers(2**64, dtype=np.uint64))
    expected = [value >> 11 for value in splitmix64(start, 50)]
    assert keys("T31TBJ", np.zeros(50, int), np.arange(50), 7, 1).tolist() == expected
    assert splitmix64(1234567, 3) == [6457827717110365317, 3203168211198807973, 9817491932198370423]  # published


def test_keys_are_uniform_and_unrelated_between_neighbours():
    rows, columns = np.divmod(np.arange(10_000), 100)
    found = keys("A", rows, columns, 1, 0) / ALL_DRAWN
    assert np.histogram(found, 10, (0, 1))[0].min() > 900
    assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) < 0.03
    assert abs(np.corrcoef(found[:-100], found[100:])[0, 1]) < 0.03
    assert len(set(found)) == 10_000


def test_a_new_polygon_leaves_the_other_samples_of_its_tile(candidates):
    settings = DrawSettings(strategy="per_class", number=100)
    before = selected(candidates, settings)
    table = candidates["A"]
    new = table.iloc[:30].assign(row=200, column=range(30), polygon=99)
    after = selected({**candidates, "A": pd.concat([new, table], ignore_index=True)}, settings)
    position = ["tile", "row", "column"]
    gone = before.merge(after, on=position, how="left", indicator=True, suffixes=("", "_"))._merge == "left_only"
    assert gone.mean() < 0.1


STRATEGIES = {
    "all": lambda counts: counts,
    "percent": lambda counts: {code: max(1, int(0.125 * count + 0.5)) for code, count in counts.items()},
    "smallest": lambda counts: dict.fromkeys(counts, min(counts.values())),
    "per_class": lambda counts: {code: min(40, count) for code, count in counts.items()},
}


@pytest.mark.parametrize("sampler", ["random", "periodic"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_counts_of_every_strategy(candidates, strategy, sampler):
    numbers = {"percent": {"percent": 12.5}, "per_class": {"number": 40}}.get(strategy, {})
    settings = DrawSettings(strategy=strategy, sampler=sampler, minimum_valid_observations=2, **numbers)
    selection = selected(candidates, settings)
    for run in range(2):
        found, there = counts(selection, run), available(candidates, run, 2)
        for region in (1, 2):
            assert found[region].to_dict() == STRATEGIES[strategy](there[region].to_dict())


def test_numbers_by_class(candidates):
    plan = DrawPlan(DrawSettings(strategy="per_class", numbers="n.csv"), {1: 30, 2: 10**6, 5: 0})
    draws, table = draw(candidates, plan)
    found, there = counts(picked(candidates, draws), 0), available(candidates, 0)
    for region in (1, 2):
        assert found[region].to_dict() == {1: 30, 2: there[region][2]}
    notes = table[table.run == 0].set_index(["number", "code"]).note
    assert notes[1].to_dict() == {1: "", 2: "fewer than the 1000000 requested: all are drawn", 5: "none is requested"}


def test_what_is_amiss_is_noted(candidates):
    for tile, table in candidates.items():
        table.loc[(table.number == 1) & (table.code == 2), "observations"] = 0
        table.loc[(table.number == 2) & (table.code == 2), "run1"] = False
        candidates[tile] = table[(table.number == 2) | (table.code != 5)]
    plan = DrawPlan(DrawSettings(strategy="per_class", numbers="n.csv"), {2: 5, 5: 5})
    _, table = draw(candidates, plan)
    notes = table.set_index(["run", "number", "code"])[["samples", "note"]]
    assert notes.loc[(1, 1, 5)].tolist() == [0, "no reference pixel in this region"]
    assert notes.loc[(1, 1, 2)].tolist() == [0, "no training pixel has 1 valid observations"]
    assert notes.loc[(1, 2, 2)].tolist() == [0, "no reference pixel in this region trains in this run"]
    assert notes.loc[(1, 2, 1)].tolist() == [0, "not in n.csv: none is drawn"]
    assert notes.loc[(1, 2, 5)].tolist() == [5, ""]
    assert len(table) == 2 * 2 * 3


def test_regions_may_differ(candidates):
    settings = DrawSettings(strategy="per_class", number=20, minimum_valid_observations=3)
    plans = {1: DrawPlan(settings), 2: DrawPlan(DrawSettings(sampler="periodic"))}
    draws, _ = sampling.draw(candidates, plans, CODES, 2, 7)
    found = counts(picked(candidates, draws), 0)
    assert found[1].to_dict() == dict.fromkeys(CODES, 20)
    assert found[2].to_dict() == available(candidates, 0)[2].to_dict()
    assert draws.ranks.empty


@pytest.mark.parametrize("number", [1, 7, 20])
def test_periodic_samples_are_evenly_spaced_over_all_tiles(candidates, number):
    shuffled = {tile: table.sample(frac=1, random_state=1) for tile, table in candidates.items()}
    settings = DrawSettings(strategy="per_class", number=number, sampler="periodic", minimum_valid_observations=2)
    draws, _ = draw(shuffled, settings)
    selection = picked(shuffled, draws)
    starts = set()
    for run in range(2):
        whole = pd.concat([table.assign(tile=tile) for tile, table in candidates.items()])
        usable = whole[whole[f"run{run}"] & (whole.observations >= 2)].sort_values(["tile", "row", "column"])
        for group, pixels in usable.groupby(["number", "code"]):
            positions = list(pixels[["tile", "row", "column"]].itertuples(index=False, name=None))
            mine = selection[selection[f"run{run}"]].groupby(["number", "code"]).get_group(group)
            ranks = sorted(
                positions.index(position) for position in mine[["tile", "row", "column"]].itertuples(index=False)
            )
            phase = draws.ranks[draws.ranks.run == run].set_index(["number", "code"]).phase[[group]].iloc[0]
            assert ranks == [(step * len(positions) + phase) // number for step in range(number)]
            gaps = np.diff(ranks)
            assert gaps.size == 0 or gaps.min() >= len(positions) // number
            assert gaps.size == 0 or gaps.max() <= -(-len(positions) // number)
            starts.add(ranks[0])
    assert len(starts) > 1 or number == 20


def test_periodic_samples_with_tiles_in_any_order(candidates):
    settings = DrawSettings(strategy="percent", percent=5, sampler="periodic")
    assert_same(draw(candidates, settings)[0], draw(dict(sorted(candidates.items(), reverse=True)), settings)[0])
    assert not selected(candidates, settings, seed=7).equals(selected(candidates, settings, seed=8))
