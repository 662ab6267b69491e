"""What jobs ask for covers what was measured, grows with the work, and is never taken for granted."""

import json

import pytest

from landloom.core.memory import BASE_MB, BYTES_PER_PIXEL, FILTERED_BYTES
from landloom.features import feature_map
from landloom.geo import window_shapes, windows
from landloom.geo.grids import Grid
from landloom.jobs import job, known_work, resources
from landloom.jobs.known_work import Work

TILE = Grid("EPSG:32631", 300000.0, 4900020.0, 10.0, 10.0, 10980, 10980)

FULL_YEAR_OF_PAIR = Work(observations=70)
MEASURED = Work(observations=12)
"""The tile of benchmarks/README.md: seconds on two cores."""


@pytest.mark.parametrize(
    ("core_seconds", "measured"),
    [
        (resources.reading_seconds(MEASURED), 19),
        (resources.reading_seconds(MEASURED) + resources.mapping_seconds(MEASURED, 0), 22),
        (resources.reading_seconds(MEASURED) + resources.mapping_seconds(MEASURED, 100), 253),
    ],
)
def test_time_is_several_times_what_was_measured(core_seconds, measured):
    assert 4 * measured < 60 * resources.minutes(core_seconds, 2) < 4 * measured + 3600


def test_a_full_year_of_a_full_tile_is_mapped_within_hours():
    work = FULL_YEAR_OF_PAIR
    seconds = resources.reading_seconds(work) + resources.mapping_seconds(work, 100)
    assert seconds == pytest.approx(1280, rel=0.2)
    assert 25 < resources.minutes(seconds, 4) < 120


@pytest.mark.parametrize("bigger", [Work(pixels=2 * known_work.FULL_TILE_PX, observations=12), Work(observations=24)])
def test_time_grows_with_area_and_dates(bigger):
    assert resources.reading_seconds(bigger) == pytest.approx(2 * resources.reading_seconds(MEASURED))
    assert resources.mapping_seconds(bigger, 100) > resources.mapping_seconds(MEASURED, 100)
    assert resources.minutes(1000, 1) > resources.minutes(1000, 4)
    assert resources.training_seconds(100, "", 200, 3) == 6 * resources.training_seconds(100, "", 100, 1)
    assert resources.training_seconds(400, "SVC", 100, 1) > 8 * resources.training_seconds(100, "SVC", 100, 1)


@pytest.mark.parametrize(
    ("classifier", "samples_mb", "measured"),
    [
        ("RandomForestClassifier", 16, 3.2),
        ("SVC", 16, 1.8),
        ("LinearSVC", 16, 12.2),
        ("MLPClassifier", 16, 2.5),
        ("GradientBoostingClassifier", 4, 72),
        ("HistGradientBoostingClassifier", 16, 14.3),
        ("SGDClassifier", 16, 11),
    ],
)
def test_training_covers_what_was_measured(classifier, samples_mb, measured):
    """Seconds of a core, 1000 or 4000 samples of the demo of 442 features."""
    assert resources.training_seconds(samples_mb, classifier, 100, 1) > measured


@pytest.mark.parametrize(("observations", "bands"), [(12, 10), (70, 10), (300, 13)])
def test_memory_holds_the_windows_that_are_planned_with_it(observations, bands):
    most = windows.most_pixels(resources.series_mb(observations * (2 * bands + 1)), observations * (2 * bands + 1))
    assert resources.WINDOW_PX <= most < 1.1 * resources.WINDOW_PX


def test_a_surveyed_tile_is_known(tmp_path):
    table, grid = tmp_path / "acquisitions.csv", tmp_path / "grid.json"
    table.write_text("header\n" + "look\n" * 17)
    for resolution, metres in ((30.0, 30.0), (0.001, 111.0)):
        grid.write_text(json.dumps({"rows": 200, "columns": 300, "left": 0, "resolution": resolution}))
        assert known_work.work_of_tile(table, grid) == Work(60_000, 17, 300, metres)


def test_radar_images_on_wide_pixels_ask_for_the_fine_ones_that_they_are_made_on():
    fine, wide = Work(4000**2, 7, 4000, 10.0), Work(2000**2, 7, 2000, 20.0)
    assert resources.geocoding_mb(wide) == resources.geocoding_mb(fine)
    assert resources.geocoding_seconds(wide) == resources.geocoding_seconds(fine)


def test_the_looks_of_each_sensor_take_the_memory_of_its_bands(tmp_path):
    table, bands = tmp_path / "acquisitions.csv", {"a": 10, "b": 6, "unseen": 3}
    rows = ["a,used"] * 5 + ["a,filtered"] * 3 + ["b,used"] * 2
    table.write_text("\n".join(["sensor,status", *rows]) + "\n")
    assert known_work.series_bytes(table, bands) == 5 * 21 + 2 * 13
    assert known_work.observations_of(table, bands) == {"a": 5, "b": 2}
    filtered = known_work.series_bytes(table, bands, {list(bands)[1]: FILTERED_BYTES})
    assert filtered == 5 * 21 + 2 * (13 + FILTERED_BYTES)
    unknown = known_work.series_bytes(tmp_path / "no.csv", bands)
    assert unknown == known_work.ACQUISITIONS_OF_A_YEAR * (21 + 13 + 7)


@pytest.mark.parametrize("content", [None, "{", "{}"])
def test_a_tile_without_survey_is_taken_for_a_full_one(content, tmp_path):
    table, grid = tmp_path / "acquisitions.csv", tmp_path / "grid.json"
    table.write_text("header\n")
    if content is not None:
        grid.write_text(content)
    assert known_work.work_of_tile(table, grid) == Work(known_work.FULL_TILE_PX, known_work.ACQUISITIONS_OF_A_YEAR)


def test_files_that_are_not_there_have_no_size(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 500_000)
    assert known_work.size_mb([str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path)]) == 0.5


def test_a_further_attempt_plans_with_no_more_than_the_first(monkeypatch):
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    assert [job.planned_mb(2000 * attempt, attempt) for attempt in (1, 2, 3)] == [2000] * 3
    assert job.planned_mb(6000, 2) == 3000


def test_the_snakemakes_around_a_slurm_job_are_not_its_own(monkeypatch):
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    assert [job.planned_mb(2000 * attempt + job.SPAWNED_MB, attempt) for attempt in (1, 2, 3)] == [2000] * 3


STRIPS, SQUARES = [(1, 10980), (2, 10980)], [(1024, 1024), (1280, 1280)]


@pytest.mark.parametrize(
    ("blocks", "margin", "most_times"),
    [
        (STRIPS, 0, 1.05),
        (STRIPS, 3, 1.3),
        (STRIPS, 10, 1.8),
        (STRIPS, 30, 3),
        (STRIPS, 64, 5.1),
        (STRIPS, 256, 25),
        # With a margin, each window touches nine blocks as large as itself.
        (SQUARES, 0, 2.3),
        (SQUARES, 3, 6.7),
        (SQUARES, 30, 6.7),
        (SQUARES, 256, 10),
    ],
)
@pytest.mark.parametrize(("observations", "dates"), [(70, 37), (70, 366), (300, 37)])
def test_memory_holds_windows_that_decode_little_but_the_margin_twice(
    blocks, margin, most_times, observations, dates
):
    series_bytes, function_bytes = observations * 21, resources.function_bytes(6, max(observations, dates), 40)
    per_pixel = 2 * series_bytes + BYTES_PER_PIXEL + function_bytes
    wanted = window_shapes.wanted_pixels(Work().extent, blocks, margin)
    memory_mb = resources.windows_mb(wanted, per_pixel)
    assert resources.affordable_pixels(memory_mb, per_pixel) >= wanted
    limit = windows.most_pixels(memory_mb, series_bytes, feature_bytes=function_bytes)
    chosen = windows.plan(TILE, blocks, limit, margin)
    largest = max(TILE.padded(window, margin).pixels for window in chosen.windows)
    assert BASE_MB + largest * per_pixel / 1e6 <= memory_mb
    assert chosen.times_decoded <= most_times


def test_no_more_pixels_are_wanted_than_a_tile_has():
    small = window_shapes.Extent(60, 70)
    assert window_shapes.wanted_pixels(small, [(1, 70)], 256) == small.pixels
    assert window_shapes.wanted_pixels(Work().extent, SQUARES, 0) == 1024**2


def test_the_features_of_a_full_tile_are_written_while_its_files_are_decoded_once():
    per_pixel = 2 * 70 * 21 + BYTES_PER_PIXEL + 4 * 481
    wanted = window_shapes.wanted_pixels(Work().extent, STRIPS, 0)
    limit = windows.most_pixels(resources.windows_mb(wanted, per_pixel), 70 * 21, feature_bytes=4 * 481)
    assert windows.plan(TILE, STRIPS, limit, 0, feature_map.BLOCK_ROWS).times_decoded == 1


def test_writing_goes_by_the_method_and_the_number_of_features():
    few, many = (resources.writing_seconds(MEASURED, number, "linear") for number in (100, 1000))
    assert many > 5 * few
    assert (
        resources.writing_seconds(MEASURED, 100, "whittaker")
        > few + 5 * resources.writing_seconds(MEASURED, 0, "linear") - 1
    )


def test_features_are_counted_by_the_dates(tmp_path):
    dates = tmp_path / "dates.json"
    dates.write_text(json.dumps({"a": ["2018-01-01"] * 30, "b": ["2018-01-01"] * 4}))
    assert known_work.features_listed(dates, {"a": 13, "b": 2}) == 30 * 13 + 4 * 2
    assert known_work.features_listed(tmp_path / "no.json", {"a": 13}) == known_work.FEATURES


def test_the_longest_series_is_of_looks_or_of_dates(tmp_path):
    dates, nothing = tmp_path / "dates.json", tmp_path / "no.json"
    dates.write_text(json.dumps({"a": ["2018-01-01"] * 30, "b": ["2018-01-01"] * 40}))
    assert [known_work.longest_series(dates, observations) for observations in (12, 70)] == [40, 70]
    assert known_work.longest_series(nothing, 80) == 80


def test_results_are_those_that_the_check_has_found(tmp_path):
    found = tmp_path / "functions.json"
    found.write_text(json.dumps({"texture": ["a", "b"], "observations": ["clear"]}))
    assert known_work.results_listed(found) == 3
    assert known_work.results_listed(tmp_path / "no.json") == known_work.RESULTS
