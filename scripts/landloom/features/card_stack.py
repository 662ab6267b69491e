"""Feature vectors made on a graphics card, from the observations of a window, and left there for models.

The host copies the observations of a slice of pixels to where the card reads them; the card fills the gaps, computes
the formulas and lays out vectors.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from landloom.cards.card import Card, Lane
from landloom.cards.matrix import CardMatrix
from landloom.features import card_formulas, sensor_features
from landloom.features.selection import SensorBands
from landloom.features.sensor_features import SensorFeatures
from landloom.features.settings import FeatureSettings
from landloom.features.vectors import Layout
from landloom.geo.grids import Window
from landloom.reading.observations import SeriesWindow
from landloom.timeseries import card_filling

SLICE = 4096
"""Pixels that go to the card together: a quarter of the chunks that are classified."""


class CardStack:
    """Maker of the feature vectors of a tile.

    Parameters
    ----------
    parts : sequence of SensorFeatures
        All parts of the vectors, such as :func:`landloom.features.card_layout.fits` lets pass.
    card : Card
    """

    def __init__(self, parts: Sequence[SensorFeatures], card: Card) -> None:
        self._parts = [_Part(part, card) for part in parts]
        self._card = card
        self._width = sum(len(part.names) for part in parts)

    def stack(self, series: Mapping[str, SeriesWindow], pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Compute the feature vectors of some pixels: see :meth:`landloom.features.vectors.WindowFeatures.stack`.

        Returns
        -------
        features : CardMatrix, shape (pixels, features)
            Stands where an array does.
        seen : ndarray of bool, shape (pixels,)
        """
        vectors = self._card.room((len(pixels), self._width), np.int16)
        seen = np.empty((len(self._parts), len(pixels)), bool)

        def begin(lane: Lane, start: int) -> None:
            some, column = slice(start, start + SLICE), 0
            for part, told in zip(self._parts, seen, strict=True):
                part.write(lane, series, pixels[some], vectors[some], column, told[some])
                column += part.width

        self._card.in_turns(range(0, len(pixels), SLICE), begin)
        return cast(np.ndarray, CardMatrix(vectors, np.arange(len(pixels)))), np.logical_or.reduce(seen)


class _Part:
    """A sensor's features on a card."""

    def __init__(self, of: SensorFeatures, card: Card) -> None:
        line, layout = of.plan, of.row_layout
        formulas = layout.expressions
        self.width = len(of.names)
        self._sensor, self._card, self._layout = of.sensor, card, layout
        self._days = [card.keep(array) for array in (line.days, line.starts, line.output_days)]
        self._formulas = [card.keep(array) for array in (formulas.opcodes, formulas.operands, formulas.ends)]
        self._chosen = card.keep(layout.chosen)

    def write(
        self,
        lane: Lane,
        series: Mapping[str, SeriesWindow],
        pixels: np.ndarray,
        vectors: Any,
        column: int,
        seen: np.ndarray,
    ) -> None:
        """Begin to write the features of some pixels into columns of their vectors, and whether they are seen."""
        window, layout, use = series[self._sensor], self._layout, self._sensor
        values = lane.sent(f"values of {use}", gathered(lane, f"values of {use}", window.values, pixels))
        valid = lane.sent(f"valid of {use}", gathered(lane, f"valid of {use}", window.valid, pixels))
        rows = lane.there(f"rows of {use}", (layout.rows, len(pixels)), np.int16)
        told = lane.there(f"seen of {use}", (len(pixels),), np.bool_)
        launch = self._card.launch
        card_filling.fill[launch(lane, len(pixels), layout.bands)](values, valid, *self._days, rows, told)
        if layout.expressions.ends.size:
            compute = card_formulas.compute[launch(lane, len(pixels), layout.dates)]
            compute(*self._formulas, layout.bands, layout.dates, rows)
        to_vectors = card_formulas.to_vectors[launch(lane, self.width, len(pixels))]
        to_vectors(rows, told, self._chosen, vectors, column)
        lane.fetch(f"fetched seen of {use}", told, seen)


def gathered(lane: Lane, use: str, source: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Copy what a window has of some pixels, its last axis, to where the card reads it."""
    pinned = lane.pinned(use, (*source.shape[:-1], len(pixels)), source.dtype)
    first, last = int(pixels[0]), int(pixels[-1])
    if last - first == len(pixels) - 1:
        np.copyto(pinned, source[..., first : last + 1])
    else:
        np.take(source, pixels, axis=-1, out=pinned, mode="clip")  # other modes make a copy first
    return pinned


def proof(card: Card) -> bool:
    """Return whether a card makes the vectors of a made-up series as the processor does, to the bit."""
    random = np.random.default_rng(0)
    day = datetime.date(2018, 1, 1)
    seen_on = [day + datetime.timedelta(days) for days in (3, 3, 20, 47, 90)]
    wanted = [day + datetime.timedelta(days) for days in (0, 3, 31, 60, 99)]
    formulas = {"a": "(B8 - B4) / (B8 + B4)", "b": "sqrt(abs(B4 * B8 - 0.1)) - min(B4, B8)"}
    settings = FeatureSettings(indices=["brightness"], expressions=formulas)  # type: ignore[call-arg, arg-type]
    part = sensor_features.of_settings(SensorBands("s", ("B4", "B8"), {}), settings, seen_on, wanted)
    pixels = np.arange(1, 70)
    values = random.integers(-9999, 32767, (len(seen_on), 2, 72)).astype(np.int16)
    series = {"s": SeriesWindow(values, random.random((len(seen_on), 72)) < 0.5)}
    there, seen_there = CardStack([part], card).stack(series, pixels)
    here, seen = Layout((part,)).of_window(Window(0, 0, 1, 72), series).stack(pixels)
    return np.array_equal(np.asarray(there), here) and np.array_equal(seen_there, seen)
