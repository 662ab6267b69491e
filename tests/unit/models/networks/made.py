"""Made-up samples for networks: three classes whose seasons differ."""

import numpy as np

from landloom.models.training_data import FitOptions, TrainingSet
from landloom.training import folds
from landloom.training import settings as model_settings

SENSORS = ("s",)
STAMPS = ("20180101", "20180201", "20180301", "20180401")
NAMES = (*(f"s_{band}_{stamp}" for stamp in STAMPS for band in ("B4", "B8")), "height")


def samples_of(count=160, seed=1, polygons=6):
    random = np.random.default_rng(seed)
    codes = (3 * random.integers(1, 4, count)).astype(np.int32)
    season = np.cos(np.arange(4)[None, :, None] + codes[:, None, None] * np.array([0.7, 1.1]))
    features = (1000 + 900 * season + random.normal(0, 250, (count, 4, 2))).reshape(count, 8)
    features = np.column_stack((features, random.integers(0, 900, count)))
    features[np.repeat(random.random((count, 4)) < 0.1, 2, axis=1).nonzero()] = -10000
    polygon = codes * 100 + random.integers(0, polygons, count)
    return TrainingSet(features.astype(np.int16), codes, polygon.astype(np.int64), NAMES)


def settings_of(**changes):
    content = {"type": "network", "architecture": "tempcnn", "members": 1, "epochs": 4, "batch": 32, **changes}
    return model_settings.of_content(content)


def options_of(threads=1, **changes):
    return FitOptions(
        **{"seed": 5, "threads": threads, "folds_of": folds.of_polygons, "metadata": {}} | changes, sensors=SENSORS
    )
