"""Regressors on the tree cover of the example: ``python -m benchmarks.tree_cover FOLDER``, where the example was run.

All 2500 samples of a year, 25 blocks of 10 x 10 pixels dealt to 5 folds; all folds together are scored. Networks need
``.venv-networks/bin/python``.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.accuracy import value_folds, value_scores
from landloom.accuracy.value_folds import Estimates
from landloom.models.training_data import TrainingSet
from landloom.reference.target_settings import TargetSettings
from landloom.training import folds, value_fitting
from landloom.training import settings as model_settings
from landloom.training.value_fitting import ValuePlan

SAMPLES = "results/{year}/tiles/ROMANIA/samples.parquet"
TARGET = TargetSettings(field="tree_cover", range=(0, 100))
BLOCK_PX, FOLDS = 10, 5

REGRESSORS = {
    "random forest (max_features: 0.1)": {"type": "random_forest", "max_features": 0.1},
    "HistGradientBoostingRegressor": {"type": "sklearn", "regressor": "HistGradientBoostingRegressor"},
    **{name: {"type": "network", "architecture": name} for name in ("mlp", "attention", "tempcnn")},
}


def read(folder: Path, year: int) -> tuple[TrainingSet, np.ndarray]:
    """Return the samples, and the block of each in place of its polygon, a point."""
    table = pd.read_parquet(folder / SAMPLES.format(year=year))
    names = [name for name in table.columns if name.startswith("sentinel2_")]
    blocks = (table.row // BLOCK_PX * 5 + table.column // BLOCK_PX).to_numpy(np.int64)
    features, codes = np.ascontiguousarray(table[names].to_numpy(np.int16)), table.code.to_numpy(np.int32)
    values = table.value.to_numpy(np.float32)
    return TrainingSet(features, codes, blocks, tuple(names), values=values), blocks


def by_blocks(samples: TrainingSet, count: int, seed: int) -> np.ndarray:
    """Return folds of whole blocks, for what is held out while a network is fitted."""
    return folds.of_blocks(samples.codes, samples.polygons, count, seed)


def scores(samples: TrainingSet, fold_of_sample: np.ndarray, content: dict) -> dict[str, float]:
    """Return the scores of a regressor over all folds."""
    plan = ValuePlan(model_settings.of_content(content), TARGET, by_blocks, 1, 1, ["sentinel2"], {})
    values, spreads = value_fitting.out_of_fold(samples, fold_of_sample, plan)
    truth = samples.known_values()
    found = Estimates(values, spreads)
    widths = value_folds.half_widths(truth, found, fold_of_sample, plan.calibration, TARGET.intervals)
    return value_scores.scores(value_scores.Pairs(truth, values, widths, np.ones(len(truth))))


def main() -> None:
    """Print a line for each regressor."""
    parser = argparse.ArgumentParser(prog="benchmarks.tree_cover", description=__doc__)
    parser.add_argument("folder", type=Path, help="of a run of config/examples/tree_cover.yaml")
    parser.add_argument("--year", type=int, default=2018, help="of the images; the reference is of 2018")
    parser.add_argument("--members", type=int, default=1, help="of networks")
    parser.add_argument("--only", nargs="+", choices=list(REGRESSORS), default=list(REGRESSORS))
    arguments = parser.parse_args()
    samples, blocks = read(arguments.folder.resolve(), arguments.year)
    fold_of_block = np.random.default_rng(0).permutation(np.arange(25) % FOLDS)
    print("| regressor | RMSE | MAE | R² | within intervals of 90 % | mean width | CPU s |")
    print("|---|---:|---:|---:|---:|---:|---:|", flush=True)
    for name in arguments.only:
        content = REGRESSORS[name] | ({"members": arguments.members} if "architecture" in REGRESSORS[name] else {})
        start = time.process_time()
        one = scores(samples, fold_of_block[blocks], content)
        cells = [name, f"{one['rmse']:.2f}", f"{one['mae']:.2f}", f"{one['r2']:.3f}", f"{one['coverage']:.3f}"]
        cells += [f"{one['mean_width']:.1f}", f"{time.process_time() - start:.0f}"]
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
