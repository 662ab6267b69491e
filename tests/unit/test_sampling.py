import numpy as np
import pandas as pd
import pytest

from landloom import sampling
from landloom.sample_settings import SampleSettings


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
                "looks": rng.integers(0, 6, 900),
                "run0": trains[0][polygon],
                "run1": trains[1][polygon],
            }
        )
    return tables


def selected(candidates, settings, runs=2, seed=7):
    draws, _ = sampling.draw(candidates, settings, runs, seed)
    tiles = sorted(candidates)
    return pd.concat([sampling.select(candidates[tile], tile, draws, settings, runs, seed) for tile in tiles])


def counts(selection, run):
    return selection[selection[f"run{run}"]].groupby(["number", "code"]).size()


def available(candidates, run, minimum=1):
    pixels = pd.concat(candidates.values())
    return pixels[(pixels.looks >= minimum) & pixels[f"run{run}"]].groupby(["number", "code"]).size()


def test_all(candidates):
    selection = selected(candidates, SampleSettings())
    for run in range(2):
        pd.testing.assert_series_equal(counts(selection, run), available(candidates, run))


def test_per_class(candidates):
    settings = SampleSettings(strategy="per_class", number=100, minimum_clear_looks=3)
    selection = selected(candidates, settings)
    for run in range(2):
        expected = available(candidates, run, 3).clip(upper=100)
        pd.testing.assert_series_equal(counts(selection, run), expected)
    assert selection.looks.min() >= 3


@pytest.mark.parametrize("number", [3, 50, 301, 10**6])
def test_total(candidates, number):
    settings = SampleSettings(strategy="total", number=number)
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
    settings = SampleSettings(strategy="per_class", number=40, minimum_clear_looks=2)
    _, table = sampling.draw(candidates, settings, 2, 7)
    selection = selected(candidates, settings)
    pixels = pd.concat(candidates.values())
    for run, here in table.groupby("run"):
        here = here.set_index(["number", "code"])
        assert here.samples.to_dict() == counts(selection, run).to_dict()
        assert here.training_pixels.to_dict() == available(candidates, run, 0).to_dict()
        assert here.reference_pixels.to_dict() == pixels.groupby(["number", "code"]).size().to_dict()


def test_only_training_pixels_of_the_run(candidates):
    selection = selected(candidates, SampleSettings(strategy="per_class", number=20))
    pixels = pd.concat([table.assign(tile=tile) for tile, table in candidates.items()])
    place = ["tile", "row", "column"]
    there = selection.merge(pixels, on=place, suffixes=("", "_there"))
    for run in range(2):
        assert there[f"run{run}_there"][there[f"run{run}"]].all()


def test_draws_are_fair(candidates):
    drawn = [selected(candidates, SampleSettings(strategy="per_class", number=60), 1, seed) for seed in range(60)]
    often = pd.concat(drawn).groupby(["number", "code", "tile", "row", "column"]).size()
    there = available(candidates, 0)
    for group, mean in often.groupby(["number", "code"]).sum().items():
        expected = 60 * min(1.0, 60 / there[group])
        share = often[group].to_numpy()
        assert mean == 60 * min(60, there[group])
        assert len(share) > 0.95 * there[group]
        assert share.std() <= 1.5 * np.sqrt(expected * (1 - expected / 60) + 0.1)


def test_does_not_depend_on_the_order_of_tiles(candidates):
    settings = SampleSettings(strategy="per_class", number=20)
    one, _ = sampling.draw(candidates, settings, 2, 7)
    other, _ = sampling.draw(dict(sorted(candidates.items(), reverse=True)), settings, 2, 7)
    pd.testing.assert_frame_equal(one, other)


def test_a_changed_tile_leaves_the_draws_of_all_pixels_as_they_are(candidates):
    before, _ = sampling.draw(candidates, SampleSettings(), 2, 7)
    candidates["A"] = candidates["A"].assign(looks=5).drop(index=range(0, 900, 3))
    after, _ = sampling.draw(candidates, SampleSettings(), 2, 7)
    pd.testing.assert_frame_equal(before, after)


def test_draws_survive_a_table(candidates, tmp_path):
    draws, _ = sampling.draw(candidates, SampleSettings(strategy="per_class", number=20), 2, 7)
    draws.to_csv(tmp_path / "draws.csv", index=False)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "draws.csv"), draws)


def test_seed_decides(candidates):
    settings = SampleSettings(strategy="per_class", number=20)
    one = selected(candidates, settings, 1, 7)
    assert one.equals(selected(candidates, settings, 1, 7))
    assert not one.equals(selected(candidates, settings, 1, 8))


def test_a_tile_without_candidates(candidates):
    settings = SampleSettings(strategy="per_class", number=20)
    before, _ = sampling.draw(candidates, settings, 2, 7)
    candidates["D"] = candidates["A"].iloc[:0]
    after, _ = sampling.draw(candidates, settings, 2, 7)
    pd.testing.assert_frame_equal(before, after)
    assert sampling.select(candidates["D"], "D", after, settings, 2, 7).empty


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
    pixels = pd.DataFrame({"row": [0] * 50, "column": range(50)})
    start = int(np.random.default_rng([7, 1, *b"T31TBJ"]).integers(2**64, dtype=np.uint64))
    expected = [value >> 11 for value in splitmix64(start, 50)]
    assert sampling.keys("T31TBJ", pixels, 7, 1).tolist() == expected
    assert splitmix64(1234567, 3) == [6457827717110365317, 3203168211198807973, 9817491932198370423]  # published


def test_keys_are_uniform_and_unrelated_between_neighbours():
    rows, columns = np.divmod(np.arange(10_000), 100)
    found = sampling.keys("A", pd.DataFrame({"row": rows, "column": columns}), 1, 0) / sampling.ALL_DRAWN
    assert np.histogram(found, 10, (0, 1))[0].min() > 900
    assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) < 0.03
    assert abs(np.corrcoef(found[:-100], found[100:])[0, 1]) < 0.03
    assert len(set(found)) == 10_000


def test_a_new_polygon_leaves_the_other_samples_of_its_tile(candidates):
    settings = SampleSettings(strategy="per_class", number=100)
    before = selected(candidates, settings)
    table = candidates["A"]
    new = table.iloc[:30].assign(row=200, column=range(30), polygon=99)
    after = selected({**candidates, "A": pd.concat([new, table], ignore_index=True)}, settings)
    place = ["tile", "row", "column"]
    gone = before.merge(after, on=place, how="left", indicator=True, suffixes=("", "_"))._merge == "left_only"
    assert gone.mean() < 0.1
