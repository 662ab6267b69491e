"""What jobs ask for: the workload that a configuration makes, with each attempt."""

import contextlib
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from landloom.configuration import configuration
from landloom.configuration.function_plan import FunctionPlan
from landloom.configuration.listings import Listings
from landloom.configuration.plan import WorkflowPlan
from landloom.configuration.workload import workload_of
from landloom.jobs import known_work, resources
from landloom.jobs.job import SPAWNED_MB
from landloom.jobs.known_work import Work
from landloom.maps.layers import LAYERS
from running import LEAST, ROOT


def plan_of(archive, model=None, own=(), runs=1, **sensor):
    """Return the plan of a configuration with one sensor."""
    content = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    series = {
        "type": "series",
        "file": "{date}_ndvi.tif",
        "date_format": "%Y%m%d",
        "bands": {"ndvi": 1},
        "scale": 1.0,
    }
    sensors = {"s": series | {"archive": str(archive)} | sensor}
    content |= {"sensors": sensors, "model": model or {}, "runs": runs}
    plan = WorkflowPlan.of(configuration.parse(content))
    return replace(
        plan,
        tiles=["T", "U"],
        regions=["west", "east"],
        layers=[layer.name for layer in LAYERS],
        functions=FunctionPlan(list(own), [], [], "", {}, ""),
    )


def workload(archive, model=None, own=(), runs=1, **sensor):
    """Return the workload of such a configuration."""
    return workload_of(plan_of(archive, model, own, runs, **sensor))


def asked_mb(needed_mb, attempt=1):
    """Return the memory that is asked for on one machine."""
    return resources.asked_mb(needed_mb, attempt, spawned=False)


def asked_minutes(core_seconds, attempt, threads):
    """Return the time that is asked for."""
    return resources.asked_minutes(resources.minutes(core_seconds, threads), attempt)


def surveyed(folder, observations):
    """Return the inputs of a job whose tile has been surveyed."""
    (folder / "acquisitions.csv").write_text("sensor,status\n" + "s,used\n" * observations)
    (folder / "grid.json").write_text('{"rows": 1000, "columns": 1000, "resolution": 10}')
    return SimpleNamespace(table=folder / "acquisitions.csv", grid=folder / "grid.json", models=[])


def test_each_attempt_asks_for_more(tmp_path):
    asked = workload(tmp_path)
    assert [asked_mb(1000, attempt) for attempt in (1, 2, 3)] == [1000, 2000, 3000]
    assert [resources.asked_minutes(30, attempt) for attempt in (1, 2, 3)] == [30, 60, 90]
    inputs = surveyed(tmp_path, 12)
    for one in (asked.classification_seconds, asked.samples_seconds):
        assert asked_minutes(one(inputs), 3, 2) == 3 * asked_minutes(one(inputs), 1, 2)
    training = asked.training_seconds([])
    assert asked_minutes(training, 2, 16) == 2 * asked_minutes(training, 1, 16)


def test_a_cluster_is_asked_for_the_snakemakes_around_the_job_too():
    assert resources.asked_mb(1000, 2, spawned=True) == 2000 + SPAWNED_MB


def test_jobs_share_the_cores_of_one_machine():
    assert [resources.shared_threads(jobs, 4, cores=16) for jobs in (1, 4, 5, 100)] == [4, 4, 3, 1]
    assert resources.shared_threads(100, 4, cores=None) == 4


def test_a_tile_is_taken_for_a_full_one_until_its_survey_is_there(tmp_path):
    asked = workload(tmp_path)
    missing = SimpleNamespace(table=tmp_path / "no.csv", grid=tmp_path / "no.json", models=[])
    seconds = resources.reading_seconds(Work()) + resources.mapping_seconds(Work(), 100)
    assert asked_minutes(asked.classification_seconds(missing), 1, 4) == resources.minutes(seconds, 4) > 30
    assert asked_minutes(asked.classification_seconds(surveyed(tmp_path, 12)), 1, 4) < 20


@pytest.mark.parametrize(("observations", "more"), [(12, False), (2000, True)])
def test_memory_grows_with_looks(observations, more, tmp_path):
    asked = workload(tmp_path)
    assert (asked_mb(asked.making_mb(surveyed(tmp_path, observations))) > asked.reading_mb) == more


def test_copies_of_jpeg_2000_are_read_as_other_files_are(tmp_path):
    """Surveys and copying itself still read the products."""
    plan, inputs = plan_of(tmp_path), surveyed(tmp_path, 12)
    sensor = {"type": "sentinel2_sen2cor", "archive": str(tmp_path)}

    def asked(**keys):
        settings = configuration.parse(plan.config | {"sensors": {"s": sensor | keys}})
        return workload_of(replace(plan, settings=settings))

    products, copies = asked(), asked(prepare={})
    assert (products.reading_mb, copies.reading_mb) == (4600, 2000)
    assert copies.making_mb(inputs) < products.making_mb(inputs)
    assert copies.samples_seconds(inputs) < products.samples_seconds(inputs)
    assert copies.archive_mb == products.archive_mb
    assert copies.survey_seconds(12, 10**6) == products.survey_seconds(12, 10**6)
    assert copies.preparing_seconds(inputs) > products.archive_seconds(Work(10**6, 12, 1000))
    full = SimpleNamespace(table=tmp_path / "no.csv", grid=tmp_path / "no.json")
    assert 2000 < copies.preparing_mb(full) < 3500


def test_samples_count_for_their_job(tmp_path):
    """A million samples of 37 dates: their features, and no more than there are candidates."""
    asked, inputs = workload(tmp_path), surveyed(tmp_path, 12)
    inputs.candidates, inputs.dates = tmp_path / "candidates.parquet", tmp_path / "dates.json"
    inputs.dates.write_text(json.dumps({"s": ["2018-01-01"] * 37}))
    with inputs.candidates.open("wb") as file:
        file.truncate(3 * 10**6)
    (tmp_path / "results/2018").mkdir(parents=True)
    counts = tmp_path / "results/2018/sample_counts.csv"
    few = asked_mb(asked.making_mb(inputs))
    with contextlib.chdir(tmp_path):
        for drawn, taken in ((10**6, 10**6), (10**9, 3 * 10**6)):
            counts.write_text(f"region,run,code,samples\nwest,0,1,{drawn}\n")
            features = 37 * (1 + 1 + 3)  # a band, a flag, three indices at most
            more = asked_mb(asked.samples_mb(inputs, "results/2018/sample_counts.csv")) - few
            assert more == pytest.approx(taken * (2 * features + 200) / 1e6, rel=0.2)


OWN = [{"padding_px": 100, "held_series": 6}, {"padding_px": 3, "held_series": 9}]


def test_functions_ask_for_what_they_hold_of_all_dates(tmp_path):
    asked, inputs = workload(tmp_path, own=OWN), surveyed(tmp_path, 12)
    inputs.dates, inputs.functions = tmp_path / "dates.json", str(tmp_path / "functions.json")
    inputs.dates.write_text(json.dumps({"s": ["2018-01-01"] * 366}))
    few = asked_mb(asked.making_mb(inputs))
    inputs.dates.write_text(json.dumps({"s": ["2018-01-01"] * 732}))
    many = asked_mb(asked.making_mb(inputs))
    pixels = (32 + 2 * 100) * 1000  # whole rows of the tile
    assert many - few == pytest.approx(pixels * 4 * 9 * (732 - 366) / 1e6, abs=1)
    Path(inputs.functions).write_text(json.dumps({"a": [f"a{number}" for number in range(200)]}))
    assert asked_mb(asked.making_mb(inputs)) > many + pixels * 8 * 100 / 1e6
    blocks_mb = asked_mb(asked.classification_mb(inputs)) - asked_mb(asked.making_mb(inputs))
    assert 1000 * 1000 * (7 + 2 * 20) / 1e6 < blocks_mb < 70


def test_neighbours_take_time_to_decode(tmp_path):
    full = SimpleNamespace(table=tmp_path / "no.csv", grid=tmp_path / "no.json", models=[], dates=tmp_path / "no")
    full.functions = ""
    plain, padded = (workload(tmp_path, own=own) for own in ((), OWN))
    reading = resources.reading_seconds(Work())
    for one in ("classification_seconds", "samples_seconds"):
        few, many = (asked_minutes(getattr(asked, one)(full), 1, 1) for asked in (plain, padded))
        assert many - few > 5 * 4 * reading / 60
    # Written in blocks of few rows, features are read once.
    seconds = reading + resources.writing_seconds(Work(), known_work.FEATURES, "linear")
    few, many = (asked_minutes(asked.feature_map_seconds(full), 1, 1) for asked in (plain, padded))
    assert few == pytest.approx(resources.minutes(seconds), rel=0.02)
    assert many > few + 60


def test_the_map_of_features_asks_for_memory_of_them_all(tmp_path):
    asked, inputs = workload(tmp_path), surveyed(tmp_path, 12)
    inputs.dates = tmp_path / "dates.json"
    inputs.dates.write_text(json.dumps({"s": ["2018-01-01"] * 3000}))
    # A band; three indices that there may be.
    needed = 32 * 1000 * (4 * 3000 * 4) / 1e6
    assert asked_mb(asked.feature_map_mb(inputs)) > 800 + needed
    assert asked_mb(asked.making_mb(inputs)) == asked.reading_mb


def test_shifts_are_found_without_workload(tmp_path):
    inputs = surveyed(tmp_path, 2000)
    asked = [asked_mb(workload(tmp_path, own=own).series_mb(inputs)) for own in (OWN, ())]
    assert asked[0] == asked[1] == asked_mb(workload(tmp_path).making_mb(inputs))
    asked = [asked_minutes(workload(tmp_path, own=own).shifts_seconds(inputs), 1, 2) for own in (OWN, ())]
    assert asked[0] == asked[1] > resources.START_MINUTES


def test_the_check_of_functions_has_no_list_of_results_yet(tmp_path):
    asked, inputs = workload(tmp_path, own=OWN), surveyed(tmp_path, 12)
    inputs.dates = tmp_path / "dates.json"
    inputs.dates.write_text(json.dumps({"s": ["2018-01-01"] * 366}))
    needed = (128 + 2 * 100) ** 2 * (4 * 9 * 366 + 10 * known_work.RESULTS) / 1e6
    assert asked_mb(asked.series_mb(inputs)) <= 800 + needed < asked_mb(asked.trial_mb(inputs))
    assert asked_mb(asked.trial_mb(inputs)) < asked_mb(asked.making_mb(inputs))


def test_a_survey_goes_by_what_the_archive_holds(tmp_path):
    for day in range(1, 29):
        for month in range(1, 13):
            (tmp_path / f"2018{month:02d}{day:02d}_ndvi.tif").touch()
    observations = 28 * 12
    seconds = resources.reading_seconds(Work(observations=observations))
    products = Listings(plan_of(tmp_path), shared=True).number_of_products("T", "2018")
    assert asked_minutes(
        workload(tmp_path).survey_seconds(products, known_work.FULL_TILE_PX), 1, 2
    ) == resources.minutes(seconds, 2)


@pytest.mark.parametrize("archive", ["empty", "not there"])
def test_an_archive_without_products_is_taken_for_a_usual_one(archive, tmp_path):
    (tmp_path / "empty").mkdir()
    products = Listings(plan_of(tmp_path / archive), shared=True).number_of_products("T", "2018")
    usual = resources.reading_seconds(Work(observations=known_work.ACQUISITIONS_OF_A_YEAR))
    assert workload(tmp_path / archive).survey_seconds(products, known_work.FULL_TILE_PX) == usual


def test_before_samples_are_drawn_training_is_taken_for_that_of_as_many_as_are_asked_for(tmp_path):
    asked = workload(tmp_path)
    drawn = tmp_path / "samples.parquet"
    unknown = asked.training_seconds([str(drawn)])
    features_mb = 1e-6 * known_work.FEATURES * resources.SAMPLE_BYTES
    samples_mb = 2 * 1000 * resources.CLASSES * features_mb
    drawn.write_bytes(bytes(int(1e6 * samples_mb)))
    assert unknown == pytest.approx(asked.training_seconds([str(drawn)]), rel=1e-3)


def test_training_grows_with_its_samples(tmp_path):
    asked = workload(tmp_path)
    samples = tmp_path / "samples.parquet"
    samples.touch()
    few = asked_mb(asked.training_mb([str(samples)])), asked_minutes(asked.training_seconds([str(samples)]), 1, 1)
    with samples.open("wb") as file:
        file.truncate(2 * 10**9)
    many = asked_mb(asked.training_mb([str(samples)])), asked_minutes(asked.training_seconds([str(samples)]), 1, 1)
    assert few == (4000, resources.START_MINUTES)
    assert many[0] == 1500 + 4 * 2000
    assert many[1] > 100


def test_cross_validation_asks_for_a_model_of_each_polygon(tmp_path):
    """As many as are left out once, below the number of polygons from which several share a fold."""
    samples = [str(tmp_path / "samples.parquet")]
    with Path(samples[0]).open("wb") as file:
        file.truncate(10**9)
    asked = workload(tmp_path)
    assert (asked.folds, asked.fold_samples) == (3 + 49 + 3, 200)
    fold_mb = 2e-6 * 200 * resources.CLASSES * known_work.FEATURES
    more = asked.cross_validation_seconds(samples) - asked.training_seconds(samples)
    assert more == pytest.approx(55 * resources.training_seconds(fold_mb, "RandomForestClassifier", 100, 1))
    with Path(samples[0]).open("wb") as file:
        file.truncate(10**6)
    assert asked.cross_validation_seconds(samples) == pytest.approx(56 * asked.training_seconds(samples))


def test_training_asks_for_its_classifier_and_search(tmp_path):
    samples = [str(tmp_path / "samples.parquet")]
    with Path(samples[0]).open("wb") as file:
        file.truncate(10**9)
    grid = {"grid": {"max_depth": [5, 10]}, "folds": 5}
    forest, searched, machine = (
        workload(tmp_path, model=model)
        for model in (None, {"search": grid}, {"type": "sklearn", "classifier": "SVC"})
    )
    seconds = resources.training_seconds(1000, "RandomForestClassifier", 100, 1)
    once, often, pairs = (asked_minutes(one.training_seconds(samples), 1, 1) for one in (forest, searched, machine))
    assert once == resources.minutes(seconds)
    assert often == resources.minutes(11 * seconds)
    assert pairs > 5 * once
    assert asked_mb(machine.training_mb(samples)) > 3 * asked_mb(forest.training_mb(samples))


def test_mapping_goes_by_the_size_of_its_models(tmp_path):
    asked, inputs = workload(tmp_path), surveyed(tmp_path, 12)
    few = asked_minutes(asked.classification_seconds(inputs), 1, 1)
    inputs.models = [tmp_path / "a.npz", tmp_path / "b.skops"]
    for path, size in zip(inputs.models, (10**6, 10**7), strict=True):
        with path.open("wb") as file:
            file.truncate(size)
    assert asked_minutes(asked.classification_seconds(inputs), 1, 1) > few + 20


def test_maps_have_memory_for_their_models(tmp_path):
    asked, inputs = workload(tmp_path), surveyed(tmp_path, 12)
    plain = asked_mb(asked.classification_mb(inputs))
    assert 0 < plain - asked_mb(asked.making_mb(inputs)) < 70  # output blocks
    inputs.models = [tmp_path / "a.npz", tmp_path / "not_there.npz"]
    with inputs.models[0].open("wb") as file:
        file.truncate(3 * 10**8)
    assert asked_mb(asked.classification_mb(inputs), 2) == 2 * (plain + 300)
    with inputs.models[0].open("wb") as file:
        file.truncate(2 * 10**9)
    assert asked_mb(asked.classification_mb(inputs)) > 4 * 2000


def test_a_map_of_more_runs_reads_once_and_holds_the_layers_of_all(tmp_path):
    one, five = (workload(tmp_path, runs=runs) for runs in (1, 5))
    inputs = surveyed(tmp_path, 12)
    (tmp_path / "grid.json").write_text('{"rows": 10980, "columns": 10980, "resolution": 10}')
    seconds = [asked.classification_seconds(inputs) for asked in (one, five)]
    forest = resources.mapping_seconds(Work(observations=12), 100) - resources.mapping_seconds(
        Work(observations=12), 0
    )
    assert seconds[1] - seconds[0] == pytest.approx(4 * forest)
    memory_mb = [asked.classification_mb(inputs) - asked.making_mb(inputs) for asked in (one, five)]
    assert memory_mb[1] == pytest.approx(5 * memory_mb[0], abs=5)


@pytest.mark.parametrize(
    ("parts", "times"),
    [
        ({}, 1),
        ({"augmentation": {"amount": "balance"}}, 2 * 90 / 100),
        ({"augmentation": {"amount": "minimum", "number": 50}}, 1.4),
        ({"augmentation": {"amount": "per_class", "numbers": "numbers.csv"}}, 1 + 330 / 100),
        ({"augmentation": {"amount": "balance"}, "copies": "copies.csv"}, 3 * 200 / 310),
        ({"augmentation": {"amount": "balance"}, "source_years": [2017]}, 2 * 590 / 600),
    ],
)
def test_training_has_memory_for_samples_that_are_made(parts, times, tmp_path, monkeypatch):
    """Nothing else of the counts than those of the job's region and run; with copies, of all regions."""
    monkeypatch.chdir(tmp_path)
    for year in ("2017", "2018"):
        (tmp_path / "results" / year).mkdir(parents=True)
    header = "run,region,code,samples\n"
    here = "0,west,1,60\n0,west,2,10\n0,west,3,0\n0,east,1,10\n0,east,3,200\n1,west,2,5000\n"
    (tmp_path / "results/2018/sample_counts.csv").write_text(header + here)
    (tmp_path / "results/2018/map_sample_counts.csv").write_text(header + "0,west,1,30\n")
    (tmp_path / "results/2017/sample_counts.csv").write_text(header + "0,west,1,500\n")
    (tmp_path / "numbers.csv").write_text("label,number\nwood,300\nwater,30\n")
    asked = workload(tmp_path)
    with (tmp_path / "samples.parquet").open("wb") as file:
        file.truncate(10**9)
    more = asked.times_with_synthetic_samples(parts, "2018", "west", "0")
    assert asked_mb(asked.training_mb(["samples.parquet"], more)) == int(1500 + 4000 * times)
    once = asked_minutes(asked.training_seconds(["samples.parquet"], more), 1, 1)
    assert (once > resources.minutes(resources.training_seconds(1000, asked.classifier, 100, 1))) == (times > 1)


def test_drawing_grows_with_its_candidates(tmp_path):
    asked = workload(tmp_path)
    assert asked_mb(asked.drawing_mb([])) == 4000
    with (tmp_path / "candidates.parquet").open("wb") as file:
        file.truncate(10**8)
    assert asked_mb(asked.drawing_mb([str(tmp_path / "candidates.parquet")])) == 9000


def test_comparing_grows_with_tiles_and_runs(tmp_path):
    asked = workload(tmp_path)
    assert [asked.comparing_seconds(runs) for runs in (1, 3)] == [4.0, 8.0]


def test_the_disk_of_prepared_images_is_that_of_full_tiles_before_the_survey(tmp_path):
    asked, files = workload(tmp_path), SimpleNamespace(table=tmp_path / "no.csv", grid=tmp_path / "no.json")
    images = known_work.ACQUISITIONS_OF_A_YEAR * known_work.FULL_TILE_PX
    assert asked.prepared_mb(files, ["s"]) == pytest.approx(1.4e-6 * images)
    (tmp_path / "no.csv").write_text("sensor,status\ns,used\ns,used\ns,filtered\n")
    (tmp_path / "no.json").write_text(json.dumps({"rows": 500, "columns": 1000, "resolution": 10}))
    assert asked.prepared_mb(files, ["s"]) == pytest.approx(1.4)
    assert asked.prepared_mb(files, []) == 0


def test_mosaics_grow_with_tiles_and_bands(tmp_path):
    asked = workload(tmp_path)
    one_band, none_named, probabilities = (
        asked_minutes(asked.mosaic_seconds(layer, 2.0), 1, 1) for layer in ("confidence", "", "probabilities")
    )
    assert one_band == none_named == resources.minutes(resources.mosaic_seconds(2, 1))
    assert probabilities > one_band


def test_bands_of_annual_images_take_time_and_memory(tmp_path):
    files = surveyed(tmp_path, 1)
    (tmp_path / "acquisitions.csv").write_text("sensor,status\nown,used\n")
    asked = replace(workload(tmp_path), bands={"own": 64}, held_bytes={"own": 128}, annual_bands=64)
    plain = replace(asked, held_bytes={}, annual_bands=0)
    assert asked.pixel_bytes(files) - plain.pixel_bytes(files) == 2 * 128
    more = asked.reading_seconds(Work()) - plain.reading_seconds(Work())
    assert more == pytest.approx(Work().pixels * 64 * resources.ANNUAL_US / 1e6)
    assert 60 < more < 600


def test_networks_of_a_target_are_trained_for_each_fold_too():
    content = {key: part for key, part in LEAST.items() if key != "nomenclature"}
    content |= {"reference": {"file": "r.shp"}, "target": {"field": "cover", "range": [0, 100], "folds": 4}}
    network = {"type": "network", "members": 2, "epochs": 150}
    for model, trainings in (({}, 5), (network, 5 * 3)):
        assert workload_of(WorkflowPlan.of(configuration.parse(content | {"model": model}))).trainings == trainings
