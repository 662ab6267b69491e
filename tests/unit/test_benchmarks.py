"""The benchmark compares like with like, and its table says what was measured."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from benchmarks import (
    contest,
    data,
    forest,
    forest_files,
    gap_filling,
    geocoding,
    mapping,
    radar,
    reading,
    run,
    runs,
    safe_tile,
    table,
    two_pointers,
)
from benchmarks.contest import Case, Contestant, Entry, Job
from landloom.models.forest.conversion import from_sklearn
from landloom.timeseries.gap_filling import fill_gaps

REFERENCE = Entry("landloom", 2, pixels=1000, seconds=[0.2, 0.1, 0.4], peak_mb=50.2, loaded_mb=40.0)
PEER = Entry("other", 2, pixels=500, seconds=[0.2, 0.4, 0.3], peak_mb=99.6, loaded_mb=45.0)


def start_sum(folder, threads):
    return Job(lambda: np.arange(10), 10)


CASE = Case(
    module="tiny",
    title="Sums",
    description="Numbers are added.",
    make=lambda folder, quick: {"pixels": 1000},
    matches=((Contestant("landloom", start_sum), Contestant("other", start_sum, "adds backwards", goal=3)),),
    check=lambda folder, threads: [],
    goal_rate=0.002,
)


def test_the_two_pointer_loops_equal_landloom():
    values, valid, observation_days = data.series(20, 2, 15, 11, 0.6, seed=1)
    valid[:, :3] = False
    days = np.arange(-10, 380, 9)
    expected = fill_gaps(values.copy(), valid.copy(), observation_days, days)
    found = two_pointers.fill_gaps(values, valid, observation_days, days)
    turned = two_pointers.fill_gaps_pixel_major(values.T.copy(), valid.T.copy(), observation_days, days).T
    assert np.abs(found.astype(int) - expected).max() <= 1
    assert (found != expected).mean() < 0.01
    np.testing.assert_array_equal(turned, found)
    assert "values" in gap_filling.compare(found, expected)
    with pytest.raises(ValueError, match="differ"):
        gap_filling.compare(found + 2, expected)


def test_the_series_are_masked_in_patches_as_often_as_said():
    _, valid, days = data.series(30, 1, 64, 64, 0.4, seed=2)
    assert valid.mean() == pytest.approx(0.6, abs=0.05)
    assert len(set(days)) == 30
    image = valid.reshape(30, 64, 64)
    assert (image[:, 1:] == image[:, :-1]).mean() > 0.9


def test_a_forest_comes_back_from_its_files(tmp_path):
    features, labels = data.samples(300, seed=1)
    classifier = RandomForestClassifier(4, max_depth=8, random_state=0).fit(features, labels)
    forest_files.save_sklearn(classifier, tmp_path / "forest.npz")
    expected = classifier.predict_proba(features)
    again = forest_files.load_sklearn(tmp_path / "forest.npz", 1).predict_proba(features.astype(np.float32))
    np.testing.assert_array_equal(again, expected)
    own = from_sklearn(classifier, [str(number) for number in range(data.FEATURES)], {}).predict_proba(features)
    assert forest.compare(own, expected).startswith("probabilities within")
    with pytest.raises(ValueError, match="probabilities differ"):
        forest.compare(own + np.float32(0.001), expected)


def test_other_labels_must_be_ties():
    expected = np.array([[0.5, 0.5], [0.50002, 0.49998]])
    assert "1 other labels" in forest.compare(np.array([[0.5 - 1e-9, 0.5], [0.50002, 0.49998]]), expected)
    with pytest.raises(ValueError, match="no ties"):
        forest.compare(np.array([[0.5, 0.5], [0.49998, 0.50002]]), expected)


def test_wrong_results_are_marked():
    assert (
        contest.examine("x", forest.compare, np.eye(3), np.eye(3))
        == "x: probabilities within 0 of scikit-learn's; the same labels"
    )
    assert contest.examine("x", forest.compare, np.eye(3), np.ones((3, 3))).startswith(f"{contest.WRONG} x: prob")


def test_ratios_are_of_the_time_per_pixel():
    assert contest.ratios(PEER, REFERENCE) == pytest.approx((3, 1.5, 8))
    assert REFERENCE.rate() == pytest.approx(1000 / 0.2 / 2 / 1e6)


def test_the_table_shows_ratio_goal_memory_and_who_is_absent():
    line = table.row(PEER, REFERENCE, 4)
    assert (
        line
        == "| other | landloom | 2 | 0.000833 | 0.0025 | **3.00** (1.50 to 8.00) | 4: missed | 100 (45) | 50 (40) |"
    )
    assert "2: reached" in table.row(PEER, REFERENCE, 2)
    assert "| not installed (x) |" in table.row(Entry("other", 1, "not installed (x)"), Entry("landloom", 1), 4)
    outcome = table.Outcome(CASE, {"pixels": 1000}, [[REFERENCE, PEER]], ["all equal"])
    text = table.markdown({"date": "today"}, [outcome])
    for part in (
        "- date: today",
        "pixels: 1,000",
        "0.0025 with 2 threads",
        "(goal: 0.002)",
        "adds backwards",
        "- all eq",
    ):
        assert part in text
    assert table.content({}, [outcome])["cases"][0]["matches"][0][1]["seconds"] == PEER.seconds


def test_who_is_absent_is_named_and_nobody_else_starts(tmp_path):
    def entries(**changes):
        first, second = CASE.matches[0]
        return contest.hold(replace(CASE, matches=((first, replace(second, **changes)),)), 0, tmp_path, 2, 1)

    assert entries(expressions=("no-such-program",))[1].absent == "not installed (no-such-program)"
    assert entries(modules=("no_such_module",))[1].absent == "not installed (no_such_module)"
    assert entries(most_threads=1)[1].absent == "uses 1 thread only"
    assert entries(start=None, note="cannot")[1].absent == "cannot"
    assert not any(entry.seconds for entry in entries(start=None))


MODULE = """
import time
from pathlib import Path
import numpy as np
from benchmarks.contest import Case, Contestant, Job

def start(name, number):
    def work():
        with (folder / "turns").open("a") as file: file.write(name)
        time.sleep(number / 100)
        return np.array([number])
    def load(where, threads):
        global folder
        folder = where
        print("noise on standard output")
        return Job(work, 100 * number, lambda result: result * threads)
    return load

CASE = Case("a_case", "", "", None, ((Contestant("a", start("a", 1)), Contestant("b", start("b", 3))),), None)
"""


def test_contestants_take_turns_in_processes_of_their_own(tmp_path, monkeypatch):
    (tmp_path / "a_case.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    first, second = contest.hold(contest.find_case("a_case"), 0, tmp_path, 2, 3)
    assert (tmp_path / "turns").read_text() == "ab" + "ababab"  # once untimed, then three rounds
    assert (first.pixels, second.pixels, len(first.seconds), len(second.seconds)) == (100, 300, 3, 3)
    assert min(first.seconds) >= 0.01
    assert first.peak_mb >= first.loaded_mb > 5
    assert np.load(contest.result_path(tmp_path, "b")) == 6


def test_a_worker_that_fails_ends_the_match(tmp_path, monkeypatch):
    (tmp_path / "bad_case.py").write_text(MODULE.replace("np.array([number])", "1 / 0"))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="ended with 1"):
        contest.hold(replace(contest.find_case("bad_case"), module="bad_case"), 0, tmp_path, 1, 1)


def test_an_unknown_case_is_refused(capsys):
    with pytest.raises(SystemExit):
        run.main(["nothing"])
    assert "no case nothing" in capsys.readouterr().err


def test_every_case_is_found_by_its_name():
    found = [f"benchmarks.{name}" for name in run.CASES]
    assert [contest.find_case(name).module for name in found] == found


def test_geocoding_is_compared_by_times_and_ranges(tmp_path):
    assert geocoding.make(tmp_path, quick=True)["pixels"] == geocoding.QUICK_SIDE**2
    job = geocoding.start_landloom(tmp_path, 1)
    found = job.collect(job.work())
    assert found.shape == (2, geocoding.QUICK_SIDE, geocoding.QUICK_SIDE)
    assert 8e5 < found[1].min() < found[1].max() < 1e6
    other = found + np.array([1e-4, 0.2])[:, None, None]
    assert geocoding.compare(other, found) == ("times within 0.100 ms, slant ranges within 0.200 m of landloom's")
    with pytest.raises(ValueError, match="within 9"):
        geocoding.compare(found + 9, found)


@pytest.mark.long
def test_a_small_tile_is_mapped_by_every_contestant(tmp_path):
    assert mapping.make_of_side(tmp_path, 240)["pixels"] == 240**2
    for match in mapping.CASE.matches:
        for contestant in match:
            contestant.start(tmp_path, 2).work()
    (found,) = mapping.check(tmp_path, 2)
    assert float(found.partition("%")[0]) > 80


def test_what_a_further_run_costs_is_told_in_forests():
    def spent(cpu, pixels=2e6):
        return {"pixels": pixels, "cpu": cpu, "process cpu": cpu + 1}

    found = {"one": [spent(10), spent(12)], "all": [spent(30), spent(36)], "forest": [spent(2, 1e6), spent(3, 1e6)]}
    told = runs.summary(found)
    assert "five runs in one job: 33.00 (30.00 to 36.00)" in told
    assert "forest alone, one model: 5.00 (4.00 to 6.00)" in told
    assert "(five runs - one run) / forest alone: 4.50 (4.00 to 5.00); goal: at most 4.2" in told
    assert "other checkout" not in told
    assert "five jobs of the other checkout, whole processes: 51.00" in runs.summary(found | {"other": [spent(50)]})


def test_a_tile_of_sen2cor_is_read_plainly_by_windows_and_from_copies(tmp_path, tiny_demo, capsys):
    (tmp_path / "demo").symlink_to(tiny_demo)
    safe_tile.make_safe_tile(tmp_path, 160, dates=1)
    (one,) = reading.acquisitions(tmp_path)
    assert [name for name, _ in one.bands] == ["B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12"]
    reading.main(tmp_path, 160, 1, 1, 1)
    lines = capsys.readouterr().out.splitlines()
    names = ["copying", "plain read", "as classify reads", "plain read of copies", "as classify reads copies"]
    assert [line.partition(":")[0] for line in lines[1:]] == names
    assert "1.00 x plain" in lines[2]


def test_the_kernels_of_radar_are_measured_on_their_tile():
    works = radar.kernels(48)
    assert len({name for name, _, _ in works}) == len(works)
    assert set(radar.GOALS) <= {name for name, _, _ in works}
    for _, work, pixels in works:
        assert min(radar.measured(work, pixels, 1)) > 0
    image = {name: work for name, work, _ in works}["bilinear"]()
    assert not np.isnan(image).any()
