"""MODIS series and crop samples of Mato Grosso, of the R package dtwSat: ``python -m benchmarks.modis FOLDER``.

The workflow makes the features of the 603 samples (points) of six crop years; they are then divided 100 times into
10 % for training and 90 % for testing, as the authors of the data did, and in stricter ways.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import yaml
from sklearn.model_selection import StratifiedGroupKFold, StratifiedShuffleSplit

from benchmarks.contest import ROOT
from landloom.models.forest.settings import RandomForestSettings
from landloom.models.training_data import TrainingSet
from landloom.training import fitting

YEARS = range(2008, 2014)
"""Crop years, from September of the year before to August."""

BANDS = ("ndvi", "evi", "nir", "red", "blue", "mir")
TIMES, TRAIN_SHARE, BLOCK_PX = 100, 0.1, 5
PUBLISHED = "0.978"
"""Overall accuracy that dtwSat's authors give for their time-weighted dynamic time warping, by the first protocol."""

COLORS = ("#e6b800", "#006600", "#d98c8c", "#ffee66", "#b3d966")


def write_project(data: Path, folder: Path, **changes: object) -> Path:
    """Write samples of each crop year, nomenclature and configuration, with changes; return the latter's path."""
    table = pd.read_csv(data / "samples.csv", parse_dates=["from", "to"])
    labels = sorted(table.label.unique())
    lines = [f"{label},{label},{color}" for label, color in zip(labels, COLORS, strict=True)]
    (folder / "nomenclature.csv").write_text("\n".join(["label,name,color", *lines, ""]), encoding="utf-8")
    for year, rows in table.groupby(table.to.dt.year):
        points = gpd.points_from_xy(rows.longitude, rows.latitude)
        gpd.GeoDataFrame({"label": rows.label.values}, geometry=points, crs="EPSG:4326").to_file(
            folder / f"samples_{year}.gpkg"
        )
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(configuration(data) | changes), encoding="utf-8")
    return path


def configuration(data: Path) -> dict:
    """Return the configuration of all six crop years: output dates are the days of the composites of one year."""
    sensor = {
        "type": "series",
        "archive": str(data),
        "file": "{band}.tif",
        "dates": str(data / "timeline"),
        "bands": dict.fromkeys(BANDS, 1),
        "scale": 1.0,
        "step_days": 16,
        "start": "09-14",
        "end": "08-29",
    }
    return {
        "title": "Mato Grosso",
        "years": {year: {"start": f"{year - 1}-09-01", "end": f"{year}-08-31"} for year in YEARS},
        "tiles": ["MT"],
        "sensors": {"modis": sensor},
        "nomenclature": "nomenclature.csv",
        "reference": {"file": "samples_{year}.gpkg", "field": "label", "train_fraction": TRAIN_SHARE},
        "samples": {"years": "all"},
        "cross_validation": {"folds": 2, "block_m": 2000},
    }


@dataclass(frozen=True, eq=False)
class Samples:
    """All samples: features of shape (samples, features), class codes, crop years, and the places of their pixels."""

    features: np.ndarray
    codes: np.ndarray
    years: np.ndarray
    rows: np.ndarray
    columns: np.ndarray


def sampled(data: Path, folder: Path) -> Samples:
    """Run the workflow up to the features of all samples; all of them train, as what tests is chosen here."""
    reference = {key: configuration(data)["reference"][key] for key in ("file", "field")}
    path = write_project(data, folder, reference=reference | {"split": "all"})
    targets = [f"results/{year}/tiles/MT/samples.parquet" for year in YEARS]
    command = [sys.executable, "-m", "snakemake", *targets, "--profile", "local", "--quiet", "all"]
    subprocess.run([*command, "--directory", str(folder), "--configfile", str(path)], cwd=ROOT, check=True)
    tables = [pd.read_parquet(folder / target).assign(year=year) for target, year in zip(targets, YEARS, strict=True)]
    features = [table[[name for name in table if name.startswith("modis_")]].to_numpy() for table in tables]
    whole = pd.concat([table[["code", "year", "row", "column"]] for table in tables])
    return Samples(np.vstack(features), *(whole[name].to_numpy() for name in ("code", "year", "row", "column")))


def on_real_days(samples: Samples, data: Path) -> Samples:
    """Return the samples with bands interpolated between the days that each pixel was really seen on."""
    dates = pd.to_datetime((data / "timeline").read_text(encoding="utf-8").split())
    values = np.stack([_read(data / f"{band}.tif") for band in BANDS])
    day_of_year = _read(data / "doy.tif")
    features = []
    for year, row, column in zip(samples.years, samples.rows, samples.columns, strict=True):
        observations = (dates >= f"{year - 1}-09-01") & (dates <= f"{year}-08-31")
        seen = day_of_year[observations, row, column] - dates[observations].day_of_year
        # A composite of December may have been seen in January.
        days = (dates[observations] - dates[observations][0]).days + seen + np.where(seen < -300, 365, 0)
        output = np.arange(0, 350, 16)
        parts = []
        for band in values[:, observations, row, column]:
            there = np.isfinite(band)
            parts.append(np.interp(output, days[there], band[there]))
        features.append(np.concatenate(parts))
    return Samples((np.array(features) * 10000).astype(np.int16), *(getattr(samples, name) for name in _PLACES))


_PLACES = ("codes", "years", "rows", "columns")


def _read(path: Path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read(masked=True).filled(np.nan)


Division = tuple[np.ndarray, np.ndarray]
"""Positions of the samples that train and of those that test."""


def at_random(samples: Samples) -> Iterator[Division]:
    """Divide as the authors did: 10 % of each class at random, whichever pixel and year."""
    yield from StratifiedShuffleSplit(TIMES, train_size=TRAIN_SHARE, random_state=0).split(
        samples.codes, samples.codes
    )


def of_groups(samples: Samples, groups: np.ndarray) -> Iterator[Division]:
    """Divide whole groups: each tenth of them trains once, and the rest tests; ten times over."""
    for seed in range(TIMES // 10):
        folds = StratifiedGroupKFold(10, shuffle=True, random_state=seed)
        yield from ((train, rest) for rest, train in folds.split(samples.codes, samples.codes, groups))


def accuracies(samples: Samples, divisions: Iterator[Division]) -> tuple[np.ndarray, int]:
    """Return the overall accuracy of a random forest for each division, and in how many of them all classes train."""
    names = tuple(map(str, range(samples.features.shape[1])))
    found, complete = [], 0
    for number, (train, test) in enumerate(divisions):
        given = TrainingSet(samples.features[train], samples.codes[train], train.astype(np.int64), names)
        model = fitting.fit_alone(given, RandomForestSettings(), (), number, 1)
        complete += set(model.classes) == set(samples.codes)
        predicted = model.classes[model.predict_proba(samples.features[test]).argmax(axis=1)]
        found.append((predicted == samples.codes[test]).mean())
    return np.array(found), complete


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.modis", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with samples.csv, timeline, ndvi.tif ...")
    data = parser.parse_args().data.resolve()
    with tempfile.TemporaryDirectory(prefix="landloom-modis-") as folder:
        samples = sampled(data, Path(folder))
    pixels = samples.rows * 10**6 + samples.columns
    blocks = samples.rows // BLOCK_PX * 10**6 + samples.columns // BLOCK_PX
    known = len(samples.codes), len(np.unique(pixels)), len(np.unique(blocks))
    print("{} samples of {} pixels in {} blocks".format(*known))
    rows = {
        "samples at random (the authors' protocol)": accuracies(samples, at_random(samples)),
        "whole pixels, all years together": accuracies(samples, of_groups(samples, pixels)),
        f"whole blocks of {BLOCK_PX} x {BLOCK_PX} pixels": accuracies(samples, of_groups(samples, blocks)),
        "samples at random, on the days really seen": accuracies(on_real_days(samples, data), at_random(samples)),
    }
    print(f"| {TRAIN_SHARE:.0%} train | mean | lowest | highest | all classes train |\n|---|---:|---:|---:|---:|")
    print(f"| published (samples at random, dtwSat) | {PUBLISHED} | | | |")
    for name, (found, complete) in rows.items():
        print(f"| {name} | {found.mean():.3f} | {found.min():.3f} | {found.max():.3f} | {complete} of {TIMES} |")


if __name__ == "__main__":
    main()
