"""A graphics card beside this machine's processor: speed, and whether both give the same bits (docs/gpu.md).

    PYTHONPATH=scripts python -m benchmarks.cards [--pixels 262144] [--trees 100] [--samples 20000] [--rounds 7]

makes a year of observations and a forest, and lets both devices make feature vectors, walk the forest on vectors of
the host, and do both at once, turn about. It prints the medians in million pixels per second. In numba's simulator
(NUMBA_ENABLE_CUDASIM=1, some dozen pixels) the speeds say nothing.
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import data, forest_files

if TYPE_CHECKING:
    from landloom.cards.card import Card
    from landloom.features.sensor_features import SensorFeatures
    from landloom.models.forest.model import Forest

OBSERVATIONS, MASKED, SIDE = 70, 0.4, 512
Make = Callable[[], np.ndarray]


@dataclass(frozen=True)
class Duel:
    """What both devices do: each call returns the same array."""

    name: str
    card: Make
    processor: Make


def main() -> None:
    """Make the data, measure, print."""
    from landloom.cards import card as cards

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pixels", type=int, default=2**18)
    parser.add_argument("--trees", type=int, default=100)
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    forest, card = trained(options.samples, options.trees), cards.first()
    print(f"{card.name}: {options.pixels} pixels, {forest.nodes.size} nodes, {len(forest.feature_names)} features")
    for duel in duels(card, forest, options.pixels):
        print(measured(duel, options.pixels, options.rounds), flush=True)


def trained(samples: int, trees: int) -> Forest:
    """Return a forest for the features of :func:`duels`."""
    from landloom.models.forest import conversion

    classifier = forest_files.train(*data.samples(samples, seed=1), trees)
    return conversion.from_sklearn(classifier, [f"feature_{number}" for number in range(data.FEATURES)], {})


def duels(card: Card, forest: Forest, pixels: int) -> list[Duel]:
    """Return what is measured, from observations in memory on."""
    from landloom.features import card_layout
    from landloom.features.vectors import Layout
    from landloom.geo.grids import Window
    from landloom.models import placement
    from landloom.reading.observations import SeriesWindow

    values, valid, days = data.series(OBSERVATIONS, data.BANDS, -(-pixels // SIDE), SIDE, MASKED, seed=3)
    series, window, all_of = {"s": SeriesWindow(values, valid)}, Window(0, 0, 1, valid.shape[1]), np.arange(pixels)
    here = Layout((_features(days),)).of_window(window, series)
    there = card_layout.on_card(here.layout, card).of_window(window, series)
    placed, vectors = placement.on_card(forest, card), here.stack(all_of)[0]
    return [
        Duel("vectors", lambda: np.asarray(there.stack(all_of)[0]), lambda: here.stack(all_of)[0]),
        Duel("forest", lambda: placed.predict_proba(vectors), lambda: forest.predict_proba(vectors)),
        Duel(
            "both",
            lambda: placed.predict_proba(there.stack(all_of)[0]),
            lambda: forest.predict_proba(here.stack(all_of)[0]),
        ),
    ]


def _features(days: np.ndarray) -> SensorFeatures:
    """Return the features of the forest: bands on all dates, and as many indices as its samples have."""
    from landloom.features import sensor_features
    from landloom.features.selection import SensorBands
    from landloom.features.settings import FeatureSettings

    bands = tuple(f"B{number}" for number in range(data.BANDS))
    pairs = {
        f"i{number}": f"(B{number + 6} - B{number}) / (B{number + 6} + B{number})" for number in range(data.INDICES)
    }
    settings = FeatureSettings(indices=[], expressions=pairs)
    first = datetime.date(2018, 1, 1)
    seen_on = [first + datetime.timedelta(int(day)) for day in days]
    wanted = [first + datetime.timedelta(10 * number) for number in range(data.DATES)]
    return sensor_features.of_settings(SensorBands("s", bands, {}), settings, seen_on, wanted)


def measured(duel: Duel, pixels: int, rounds: int) -> str:
    """Return a line: speeds of both devices, and whether they agree."""
    same = np.array_equal(duel.card(), duel.processor())
    seconds: dict[str, list[float]] = {"card": [], "processor": []}
    for _ in range(rounds):
        for device, taken in seconds.items():
            start = time.perf_counter()
            getattr(duel, device)()
            taken.append(time.perf_counter() - start)
    speeds = ", ".join(f"{device} {pixels / statistics.median(taken) / 1e6:.3g}" for device, taken in seconds.items())
    return f"{duel.name}: {speeds} million pixels/s; {'the same bits' if same else 'DIFFERENT NUMBERS'}"


if __name__ == "__main__":
    main()
