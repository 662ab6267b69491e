"""A map by networks, end to end on a small project: in the environment of `make test-networks`."""

import datetime
import json
import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.transform import from_origin
from shapely.geometry import box

import fields
from fields import NORTH, WEST, write_classes, write_image
from landloom.models import files
from running import ROOT, run_snakemake, write_config

pytest.importorskip("torch")

SIDE = 48
DAYS = [datetime.date(2018, 1, 15) + datetime.timedelta(40 * number) for number in range(8)]
MAP = "results/2018/tiles/A/run0/classification.tif"
TESTED = "results/2018/models/all_run0_cross_validation.parquet"
NETWORK = {"type": "network", "members": 1, "epochs": 8, "batch": 32, "learning_rate": 0.01}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with images of fields of three classes whose seasons differ, each date half under clouds.

    There are so many fields that cross-validation does not make a fold, and train a network, of each.
    """
    folder = tmp_path_factory.mktemp("networks")
    random = np.random.default_rng(4)
    codes = random.permutation(np.repeat([1, 2, 3], 48))
    truth = np.kron(codes.reshape(12, 12), np.ones((4, 4), int))
    (folder / "archive").mkdir()
    for number, day in enumerate(DAYS):
        season = 2000 + 1500 * np.cos(number * 0.8 + 2 * truth)
        bands = np.stack((season, 4000 - season)) + random.normal(0, 200, (2, SIDE, SIDE))
        clear = np.kron(random.random((6, 6)) < 0.6, np.ones((8, 8), int))
        write_image(folder / "archive", f"{day:%Y%m%d}", np.where(clear, bands, 9000), clear)
    places = [(WEST + 40 * (n % 12), NORTH - 40 * (n // 12)) for n in range(len(codes))]
    shapes = [box(x + 1, y - 39, x + 39, y - 1) for x, y in places]
    polygons = gpd.GeoDataFrame({"label": codes}, geometry=shapes, crs=fields.CRS)
    polygons.assign(cover=30 * codes + random.normal(0, 2, len(codes))).to_file(folder / "reference.gpkg")
    write_classes(folder)
    place = from_origin(WEST, NORTH, fields.RESOLUTION_M, fields.RESOLUTION_M)
    options = {"driver": "GTiff", "height": SIDE, "width": SIDE, "crs": fields.CRS, "transform": place}
    with rasterio.open(folder / "truth.tif", "w", count=1, dtype="uint8", **options) as dataset:
        dataset.write(truth.astype("uint8"), 1)
    return folder


def configuration(**changes):
    return fields.configuration(
        40,
        samples={"strategy": "per_class", "number": 120},
        **{
            "cross_validation": {"folds": 2, "block_m": 150, "samples_per_class": 20, "importance": False},
            "model": NETWORK,
        }
        | changes,
    )


def accuracy(folder):
    with rasterio.open(folder / "truth.tif") as truth, rasterio.open(folder / MAP) as found:
        window = rasterio.windows.from_bounds(*truth.bounds, found.transform)
        codes = found.read(1, window=window)
        return (codes == truth.read(1))[codes > 0].mean(), (codes > 0).mean()


def codes_of(folder):
    with rasterio.open(folder / MAP) as dataset:
        return dataset.read(1)


def planned(folder):
    """Return what another run would do with the last configuration."""
    done = run_snakemake(folder, MAP, TESTED, "--dry-run", config=folder / "config.yaml")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


def made(folder, *targets, **changes):
    config = write_config(folder / "config.yaml", configuration(**changes))
    done = run_snakemake(folder, *targets, config=config)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_a_map_by_a_class_of_the_users_own_whose_changes_train_again(folder):
    shutil.copy(ROOT / "config/examples/my_network.py", folder)
    own = {"architecture": {"file": "my_network.py", "class": "Recurrent"}, "allow_code": True}
    made(folder, MAP, TESTED, model=NETWORK | own)
    right, mapped = accuracy(folder)
    assert right > 0.9
    assert mapped > 0.9
    results = folder / "results/2018"
    (model,) = results.glob("models/*_run0.network")
    epochs = pd.read_csv(model.with_name(f"{model.stem}_epochs.csv"))
    assert 1 <= len(epochs) <= 8
    assert epochs.training_loss.iloc[-1] < epochs.training_loss.iloc[0]
    assert not list(results.glob("models/*.unfinished"))
    assert "epoch" in (folder / f"logs/2018/models/{model.stem}.log").read_text()
    assert {"predicted_polygons", "predicted_blocks"} <= set(pd.read_parquet(folder / TESTED).columns)
    with rasterio.open(folder / MAP) as dataset:
        assert (dataset.tags()["LANDLOOM_DEVICE"], dataset.tags()["LANDLOOM_PRECISION"]) == ("cpu", "float32")
    # A change of its code trains again, one of its comments does not.
    code = (folder / "my_network.py").read_text()
    (folder / "my_network.py").write_text(f"# Mine\n{code}")
    assert "Nothing to be done" in planned(folder)
    (folder / "my_network.py").write_text(code.replace("Dropout(0.3)", "Dropout(0.4)"))
    assert {"train", "cross_validate", "classify"} <= set(planned(folder).split())
    (folder / "my_network.py").write_text(code)
    # The same model, frozen, maps the same.
    before = codes_of(folder)
    shutil.copy(model, folder / "frozen.network")
    made(folder, MAP, model={"type": "frozen", "file": "frozen.network"} | own)
    assert np.array_equal(codes_of(folder), before)


def test_values_by_attention_on_the_observations_as_they_are(folder):
    sensor = configuration()["sensors"]["s"] | {"output_dates": "union"}
    sensor.pop("step_days")
    model = NETWORK | {"architecture": "attention", "input": "observations", "epochs": 12, "criterion": "rmse"}
    made(
        folder,
        "results/2018/report.html",
        model=model,
        features={"interpolation": {"method": "none"}},
        sensors={"s": sensor},
        target={"field": "cover", "range": [0, 100], "folds": 2},
        reference={"file": "reference.gpkg"},
        nomenclature=None,
        cross_validation={"folds": 2, "block_m": 150, "samples_per_class": 20},
    )
    results = folder / "results/2018"
    scores = pd.read_csv(results / "accuracy/scores.csv")
    whole = scores[(scores.scope == "map") & (scores.unit == "pixels")].set_index(["tested_by", "score"]).value
    assert whole["map", "r2"] > 0.7
    assert 0.6 < whole["map", "coverage"] <= 1
    assert whole["polygons", "tested"] > 0
    (trained,) = results.glob("models/*_run0.network")
    assert json.loads(files.load(trained).metadata["LANDLOOM_CLASSIFIER"])["classifier"] == "attention"
    epochs = pd.read_csv(trained.with_name(f"{trained.stem}_epochs.csv"))
    assert epochs.rmse.min() < epochs.rmse.iloc[0]
    assert not list(results.glob("models/*.unfinished"))
    importance = pd.read_csv(results / "accuracy/importance.csv")
    assert importance[importance.by == "sensor"].importance.max() > 0.3
    page = (results / "report.html").read_text()
    for part in ("training", "importance", "scatter"):
        assert f'id="{part}"' in page
    with rasterio.open(results / "tiles/A/run0/value.tif") as dataset:
        assert dataset.tags()["LANDLOOM_DEVICE"] == "cpu"
