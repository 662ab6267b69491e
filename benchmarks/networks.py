"""Networks beside other classifiers: ``.venv-networks/bin/python -m benchmarks.networks modis FOLDER``, or ``demo``.

`modis`: the samples of :mod:`benchmarks.modis`, a tenth of whose blocks of 5 x 5 pixels train. `demo`: a tile of the
demo, whose true map tests. Both also with two thirds of the observations removed at random, the same for all
classifiers: networks see what is left or, as the others, what is interpolated from it.
`memory`: peak memory of training with a million samples, in memory and in a file.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import yaml
from rasterio.transform import rowcol
from sklearn import metrics
from sklearn.model_selection import StratifiedGroupKFold

from benchmarks import modis
from benchmarks.contest import ROOT
from benchmarks.true_map import TILE
from landloom.core import parquet
from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.demo.archive import make_demo
from landloom.models.interface import StoredModel
from landloom.models.networks.inputs import Inputs, of_names
from landloom.models.training_data import TrainingSet
from landloom.training import fitting
from landloom.training import settings as model_settings

REMOVED = 2 / 3
SEEDS = 3
TESTED_PX = 10_000

CLASSIFIERS = {
    "random forest": {"type": "random_forest"},
    "extra trees": {"type": "extra_trees"},
    "SVC (C: 10)": {"type": "sklearn", "classifier": "SVC", "parameters": {"C": 10}},
    **{
        name: {"type": "network", "architecture": name, "members": 1, "batch": 64}
        for name in ("mlp", "tempcnn", "attention")
    },
}
ON_OBSERVATIONS = ("tempcnn", "attention")


@dataclass(frozen=True, eq=False)
class Trial:
    """Samples that train, and pixels that test; both are observations as they are."""

    samples: TrainingSet
    features: np.ndarray
    codes: np.ndarray
    inputs: Inputs

    def changed(self, change) -> Trial:
        """Return the same with another matrix of features, of both."""
        both = change(np.concatenate((self.samples.features, self.features)))
        count = len(self.samples.codes)
        return replace(self, samples=replace(self.samples, features=both[:count]), features=both[count:])


def thinned(inputs: Inputs, matrix: np.ndarray, seed: int) -> np.ndarray:
    """Return feature vectors without two thirds of the observations; at least one of each sensor is left."""
    random, result = np.random.default_rng(seed), matrix.copy()
    for one in inputs.series:
        _, valid = one.read(matrix)
        draws = np.where(valid, random.random(valid.shape), 2.0)
        kept = (draws >= REMOVED) | (draws == np.where(valid, draws, -1).max(axis=1, keepdims=True))
        hidden = np.repeat(~(kept & valid), len(one.channels), axis=1)
        columns = np.array(one.columns)
        result[:, columns] = np.where(hidden, NODATA, result[:, columns])
    return result


def filled(inputs: Inputs, matrix: np.ndarray) -> np.ndarray:
    """Return feature vectors interpolated linearly between valid observations, constant beyond them."""
    result = matrix.copy()
    for one in inputs.series:
        values, valid = one.read(matrix)
        days, place = np.array(one.days, float), np.arange(len(one.days))
        before = np.maximum.accumulate(np.where(valid, place, -1), axis=1)
        after = np.minimum.accumulate(np.where(valid, place, len(place))[:, ::-1], axis=1)[:, ::-1]
        first, last = np.where(before < 0, after, before), np.where(after == len(place), before, after)
        seen = valid.any(axis=1)
        first, last = np.where(seen[:, None], first, 0), np.where(seen[:, None], last, 0)
        span = days[last] - days[first]
        share = np.where(span > 0, (days - days[first]) / np.maximum(span, 1), 0)[:, :, None]
        low, high = (np.take_along_axis(values, at[:, :, None], axis=1) for at in (first, last))
        found = np.rint(low + (high - low) * share).reshape(len(matrix), -1)
        result[:, np.array(one.columns)] = np.where(seen[:, None], found, NODATA)
    return result


def scores(trial: Trial, content: dict, seed: int, sensors: tuple[str, ...]) -> tuple[float, float]:
    """Return the overall accuracy and the macro F1 of a classifier."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = trained(trial.samples, content, sensors, seed)
    predicted = model.classes[model.predict_proba(np.ascontiguousarray(trial.features)).argmax(axis=1)]
    return float((predicted == trial.codes).mean()), float(
        metrics.f1_score(trial.codes, predicted, average="macro", zero_division=0)
    )


def trained(samples: TrainingSet, content: dict, sensors: tuple[str, ...], seed: int) -> StoredModel:
    """Train; where no class has two polygons and none can judge a network, it learns from all to the last epoch."""
    try:
        return fitting.fit_alone(samples, model_settings.of_content(content), sensors, seed, 1)
    except InputError as error:
        if not str(error).startswith("model.validation_share"):
            raise
        print(f"without a judge: {error}", file=sys.stderr)
        return fitting.fit_alone(
            samples, model_settings.of_content(content | {"validation_share": 0}), sensors, seed, 1
        )


@dataclass(frozen=True)
class Rows:
    """Scores so far, one a line, in a file: a comparison that was stopped goes on after the last of them.

    Attributes
    ----------
    path : path or None
        None: they are kept nowhere.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = ("seed", "division", "part", "classifier", "oa", "f1", "seconds")

    path: Path | None

    def read(self) -> pd.DataFrame:
        """Return the scores so far."""
        if self.path is None or not self.path.exists():
            return pd.DataFrame(columns=list(self.COLUMNS))
        return pd.read_csv(self.path)

    def add(self, row: tuple) -> None:
        """Keep and show a line."""
        print(*row, file=sys.stderr, flush=True)
        if self.path:
            begun = self.path.exists()
            with self.path.open("a", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([row] if begun else [self.COLUMNS, row])


def compared(trials: Iterator[tuple[int, int, Trial]], sensors: tuple[str, ...], rows: Rows) -> pd.DataFrame:
    """Return the scores of all classifiers, on all observations and on a third of them."""
    found = rows.read()
    done = set(zip(found.seed, found.division, found.part, found.classifier, strict=True))
    lines = [tuple(row) for row in found.itertuples(index=False)]
    for seed, division, trial in trials:
        parts = {
            "all": trial,
            "a third": trial.changed(lambda matrix, s=seed, t=trial: thinned(t.inputs, matrix, s)),
        }
        for part, raw in parts.items():
            whole = raw.changed(lambda matrix, t=trial: filled(t.inputs, matrix))
            given = [(name, whole, content) for name, content in CLASSIFIERS.items()]
            observed = {name: CLASSIFIERS[name] | {"input": "observations"} for name in ON_OBSERVATIONS}
            given += [(f"{name}, observations", raw, content) for name, content in observed.items()]
            for name, one, content in given:
                if (seed, division, part, name) in done:
                    continue
                start = time.process_time()
                score = scores(one, content, seed, sensors)
                lines.append((seed, division, part, name, *score, time.process_time() - start))
                rows.add(lines[-1])
    return pd.DataFrame(lines, columns=list(Rows.COLUMNS))


def markdown(found: pd.DataFrame) -> str:
    """Return mean, least and greatest overall accuracy of the seeds, and mean macro F1, as a table."""
    lines = ["| classifier | all observations | macro F1 | a third of them | macro F1 |", "|---|---:|---:|---:|---:|"]
    for name in found.classifier.unique():
        cells = []
        for part in ("all", "a third"):
            rows = found[(found.classifier == name) & (found.part == part)]
            own = rows.groupby("seed")[["oa", "f1"]].mean()
            cells += [f"{own.oa.mean():.3f} ({own.oa.min():.3f} to {own.oa.max():.3f})", f"{own.f1.mean():.3f}"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def modis_samples(data: Path) -> tuple[TrainingSet, np.ndarray]:
    """Return the samples with the composites of their crop year as they are, and the block of each."""
    table = pd.read_csv(data / "samples.csv", parse_dates=["from", "to"])
    days = pd.to_datetime((data / "timeline").read_text(encoding="utf-8").split())
    with rasterio.open(data / f"{modis.BANDS[0]}.tif") as file:
        points = gpd.points_from_xy(table.longitude, table.latitude, crs="EPSG:4326").to_crs(file.crs)
        places = rowcol(file.transform, list(points.x), list(points.y))
    rows, columns = (np.array(one).astype(int) for one in places)
    values = []
    for band in modis.BANDS:
        with rasterio.open(data / f"{band}.tif") as file:
            values.append(file.read(masked=True).filled(np.nan))
    cube = np.stack(values)
    years = table.to.dt.year.to_numpy()
    seasons = {year: days[(days >= f"{year - 1}-09-01") & (days <= f"{year}-08-31")] for year in np.unique(years)}
    own_days = max(seasons.values(), key=len)
    since = (own_days - own_days[0]).days.to_numpy()
    stored = np.full((len(years), len(own_days), len(modis.BANDS)), NODATA, np.int16)
    for number, (year, row, column) in enumerate(zip(years, rows, columns, strict=True)):
        own = cube[:, days.get_indexer(seasons[year]), row, column]
        # A year lacks a composite.
        place = np.abs((seasons[year] - seasons[year][0]).days.to_numpy()[:, None] - since).argmin(axis=1)
        stored[number, place] = np.where(np.isfinite(own), np.rint(own * 10000), NODATA).T
    names = tuple(f"modis_{band}_{day:%Y%m%d}" for day in own_days for band in modis.BANDS)
    blocks = rows // modis.BLOCK_PX * 10**6 + columns // modis.BLOCK_PX
    codes = (1 + table.label.astype("category").cat.codes.to_numpy()).astype(np.int32)
    return TrainingSet(stored.reshape(len(years), -1), codes, blocks, names), blocks


def modis_trials(data: Path, divisions: int) -> Iterator[tuple[int, int, Trial]]:
    """Yield some divisions of three seeds: whole blocks, a tenth of which train."""
    samples, blocks = modis_samples(data)
    inputs = of_names(samples.names, ("modis",))
    by_seed = [
        list(StratifiedGroupKFold(10, shuffle=True, random_state=seed).split(samples.codes, samples.codes, blocks))
        for seed in range(SEEDS)
    ]
    for number in range(divisions):
        for seed, folds in enumerate(by_seed):
            test, train = folds[number]
            yield seed, number, Trial(samples.subset(train), samples.features[test], samples.codes[test], inputs)


def demo_trials(seeds: list[int], size_px: int, per_class: int) -> Iterator[tuple[int, int, Trial]]:
    """Yield a demo of each seed: samples of its training polygons, and random pixels of its true map."""
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_demo(folder / "demo", seed=seed, size_px=size_px, sensors=["sentinel2"])
            yield seed, 0, demo_trial(folder, seed, per_class)


def demo_trial(folder: Path, seed: int, per_class: int) -> Trial:
    """Make samples and all features of a demo, not interpolated."""
    content = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    del content["inputs_from"], content["regions"]
    content |= {"tiles": [TILE], "runs": 1, "samples": {"strategy": "per_class", "number": per_class}}
    content["features"] = {"indices": [], "interpolation": {"method": "none"}}
    content["sensors"]["sentinel2"] |= {"output_dates": "own"}
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(content), encoding="utf-8")
    targets = [f"results/2018/tiles/{TILE}/{file}" for file in ("samples.parquet", "features.tif")]
    command = [sys.executable, "-m", "snakemake", *targets, "--profile", "local", "--directory", str(folder)]
    subprocess.run([*command, "--configfile", str(config), "--quiet", "all"], cwd=ROOT, check=True)
    table = pd.read_parquet(folder / targets[0])
    table = table[table.run0]
    with rasterio.open(folder / targets[1]) as file:
        bands = [band for band, name in enumerate(file.descriptions, 1) if "_mask_" not in name]
        names, features = tuple(file.descriptions[band - 1] for band in bands), file.read(bands)
    with rasterio.open(folder / f"demo/2018/truth/{TILE}.tif") as file:
        truth = file.read(1).ravel()
    matrix = features.reshape(len(names), -1).T
    mapped = np.flatnonzero((truth > 0) & (matrix != NODATA).any(axis=1))
    chosen = np.random.default_rng(seed).choice(mapped, min(TESTED_PX, len(mapped)), replace=False)
    samples = TrainingSet(
        table[list(names)].to_numpy(np.int16),
        table.code.to_numpy(np.int32),
        table.polygon.to_numpy(np.int64),
        names,
    )
    return Trial(samples, matrix[chosen].astype(np.int16), truth[chosen], of_names(names, ("sentinel2",)))


def memory(samples: int, limit_mb: int) -> str:
    """Return the peak memory of training with made-up samples of 37 dates of 4 bands."""
    names = [f"s_B{band}_2018{1 + n // 4:02d}{1 + 7 * (n % 4):02d}" for n in range(37) for band in range(4)]
    random = np.random.default_rng(1)
    table = pd.DataFrame(
        {"tile": "A", "row": 0, "column": np.arange(samples), "code": random.integers(1, 10, samples)}
    )
    table = table.assign(polygon=100 * table.code + table.column % 40, number=1, run0=True)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        path = Path(folder, "samples.parquet")
        features = random.integers(-2000, 9000, (samples, len(names)), np.int16)
        parquet.write_with_features(table, names, features, path)
        del features
        lines = [f"{samples:,} samples x {len(names)} features, {path.stat().st_size / 1e6:.0f} MB as parquet"]
        for where, most_bytes in (("memory", 10**12), ("a file", limit_mb * 10**6 // 3)):
            done = subprocess.run(
                [sys.executable, "-c", TRAINING, str(path), str(most_bytes)],
                cwd=ROOT,
                check=True,
                capture_output=True,
                text=True,
            )
            lines.append(f"samples in {where}: {done.stdout.strip()}")
    return "\n".join(lines)


TRAINING = """
import re, sys, time
from pathlib import Path
from landloom.models.file_arrays import Store
from landloom.models.training_data import FitOptions
from landloom.models.networks import fitting
from landloom.training import folds, settings
from landloom.training_set import training_set
path, most = Path(sys.argv[1]), int(sys.argv[2])
LINEAR = '''
import torch
class Linear(torch.nn.Module):
    def __init__(self, shapes, others, classes):
        super().__init__()
        self.layer = torch.nn.Linear(sum(dates * channels for dates, channels in shapes), classes)
    def forward(self, series, others):
        return self.layer(torch.cat([values.flatten(1) for values, valid, days in series], 1))
'''
path.with_name("linear.py").write_text(LINEAR)
content = {"type": "network", "members": 1, "epochs": 2, "batch": 1024, "allow_code": True}
content["architecture"] = {"file": str(path.with_name("linear.py")), "class": "Linear"}
store = Store(path.with_name("store"), most)
start = time.process_time()
samples = training_set.gather(training_set.portions([path], 1, 0), store=store)
options = FitOptions(1, 1, folds.of_polygons, {}, ("s",), path.parent)
fitting.fit(samples, settings.of_content(content), options)
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1)) * 1024 / 1e6
print(f"peak {peak:,.0f} MB, {time.process_time() - start:.0f} s of CPU", type(samples.features).__name__)
"""
"""Of one network for two epochs, in a process of its own; a single layer, so that it is the samples that count."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="benchmarks.networks", description=__doc__)
    parser.add_argument("what", choices=["modis", "demo", "memory"])
    parser.add_argument(
        "data", type=Path, nargs="?", help="of modis: folder with samples.csv, timeline, ndvi.tif ..."
    )
    parser.add_argument("--divisions", type=int, default=10, help="of modis: of each seed, at most 10")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="of demo")
    parser.add_argument("--size", type=int, default=300, help="of demo: pixels of 10 m")
    parser.add_argument("--samples", type=int, default=100, help="of demo: of each class")
    parser.add_argument("--rows", type=Path, help="file of the scores so far: what was stopped goes on from there")
    parser.add_argument("--limit", type=int, default=600, help="of memory: MB that the job may use")
    arguments = parser.parse_args()
    if arguments.what == "memory":
        print(memory(1_000_000, arguments.limit))
        return
    rows = Rows(arguments.rows)
    if arguments.what == "modis":
        found = compared(modis_trials(arguments.data.resolve(), arguments.divisions), ("modis",), rows)
    else:
        trials = demo_trials(arguments.seeds, arguments.size, arguments.samples)
        found = compared(trials, ("sentinel2",), rows)
    print(markdown(found))
    print(found.groupby("classifier", sort=False).seconds.median().round(2).to_string())


if __name__ == "__main__":
    main()
