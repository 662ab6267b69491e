"""Maps of objects: each is predicted once, from the table of its tile, and painted on its pixels."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from landloom.core.files import whole as atomic
from landloom.core.progress import Stopwatch
from landloom.features import vectors as features
from landloom.geo.grids import Window
from landloom.maps.applied_models import model_of
from landloom.maps.output_block import CONFIDENCE_SCALE, PROBABILITY_SCALE
from landloom.maps.prediction import Chunk, Place, PlainChunk
from landloom.models.interface import Model, SingleModel
from landloom.objects.borders import whole
from landloom.objects.object_table import Objects, Reader
from landloom.objects.regions import regions_of
from landloom.objects.segments import Segments
from landloom.objects.statistics import ObjectFeatures
from landloom.objects.sums import ranks_of


@dataclass(frozen=True)
class PaintedModel(SingleModel):
    """A model whose only feature is the place of an object among those that were predicted before.

    Attributes
    ----------
    probabilities : ndarray of float32, shape (objects, classes)
    classes : ndarray of int32, shape (classes,)
    """

    probabilities: np.ndarray
    classes: np.ndarray
    feature_names: tuple[str, ...] = ("object",)
    metadata: dict[str, str] = field(default_factory=dict)

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """Return the probabilities of the objects of pixels.

        Parameters
        ----------
        features : ndarray of int32, shape (pixels, 1)
            Place of each pixel's object.
        """
        found: np.ndarray = self.probabilities[features[:, 0]]
        return found


@dataclass(frozen=True)
class ObjectWindow:
    """A window whose pixels get what their objects have: see :class:`landloom.maps.prediction.Part`.

    Attributes
    ----------
    window : Window
    places : ndarray of int32, shape (pixels,)
        Place of each pixel's object among those that were predicted; -1 for none.
    region : int
        Any region of the tile: painted models are the same in all.
    """

    window: Window
    places: np.ndarray
    region: int

    def chunks(self) -> Iterator[Chunk]:
        """Yield all pixels of objects."""
        pixels = np.flatnonzero(self.places >= 0)
        for part in features.chunks(len(pixels)):
            chunk = pixels[part]
            yield PlainChunk(chunk, self.places[chunk][:, np.newaxis], self.region)


@dataclass(frozen=True)
class ObjectParts:
    """Windows of a tile whose objects were predicted: see :class:`landloom.maps.prediction.Parts`.

    Attributes
    ----------
    segments : Segments
    known : ndarray of int64, ascending
        Numbers of the objects that were predicted.
    region : int
        Any region of the tile.
    """

    segments: Segments
    known: np.ndarray
    region: int

    def stream(self, place: Place, windows: Sequence[Window], stopwatch: Stopwatch) -> Iterator[ObjectWindow]:
        """Yield the windows; the tile's series are not read."""
        for window in windows:
            yield ObjectWindow(window, ranks_of(self.segments.read(window).numbers, self.known), self.region)


@dataclass(frozen=True)
class ObjectTables:
    """Tables of a tile's objects.

    Attributes
    ----------
    tile : path
    borders : path or None
        Of the objects that lie in several tiles.
    features : ObjectFeatures
    first_regions : tuple of int
        See :func:`landloom.objects.regions.regions_of`.
    """

    tile: Path | str
    borders: Path | str | None
    features: ObjectFeatures
    first_regions: tuple[int, ...]

    def parts(self) -> Iterator[Objects]:
        """Yield all objects of the tile, some at a time; those of several tiles with the sums of all of these."""
        reader = Reader(self.tile)
        shared = Reader(self.borders).chosen(reader.numbers()) if self.borders else None
        for part in reader.parts():
            yield whole(part, shared)
        if shared is not None:
            yield shared


@dataclass(frozen=True, eq=False)
class Predicted:
    """All objects of a tile that have a valid pixel, ascending, and what the models of each run say of them.

    Attributes
    ----------
    numbers : ndarray of int64, shape (objects,)
    regions : ndarray of int32, shape (objects,)
        Region whose model decides.
    pixels, seen : ndarray of int64, shape (objects,)
        All pixels of the object, those of other tiles too, and the valid ones.
    models : list of PaintedModel
    """

    numbers: np.ndarray
    regions: np.ndarray
    pixels: np.ndarray
    seen: np.ndarray
    models: list[PaintedModel]


def predict(tables: ObjectTables, runs: Sequence[Mapping[int, Model]], codes: np.ndarray) -> Predicted:
    """Predict all objects of a tile that have a valid pixel.

    Parameters
    ----------
    tables : ObjectTables
    runs : sequence of dict of region number: Model
        Models of each run.
    codes : ndarray of int32
        All codes of the nomenclature, ascending.

    Raises
    ------
    InputError
        If a region of an object has no model.
    """
    known = [np.empty((0, 4), np.int64)]
    found: list[list[np.ndarray]] = [[np.empty((0, len(codes)), np.float32)] for _ in runs]
    for part in tables.parts():
        objects = part.taken(np.flatnonzero(part.seen > 0))
        matrix = tables.features.matrix(objects.seen, objects.sums)
        regions = regions_of(objects.regions, tables.first_regions)
        known.append(np.stack([objects.numbers, regions, objects.pixels, objects.seen], axis=1))
        for models, predicted in zip(runs, found, strict=True):
            predicted.append(_probabilities(models, matrix, regions, codes))
    order = np.argsort(np.concatenate(known)[:, 0])
    numbers, of_region, pixels, seen = np.ascontiguousarray(np.concatenate(known)[order].T)
    painted = [PaintedModel(np.concatenate(several)[order], codes) for several in found]
    return Predicted(numbers, of_region.astype(np.int32), pixels, seen, painted)


def _probabilities(
    models: Mapping[int, Model], matrix: np.ndarray, regions: np.ndarray, codes: np.ndarray
) -> np.ndarray:
    """Return the probabilities of all codes, (objects, codes) float32; 0 for codes that a model does not know."""
    found = np.zeros((len(matrix), len(codes)), np.float32)
    for region in np.unique(regions):
        rows = np.flatnonzero(regions == region)
        model = model_of(models, int(region))
        probabilities, _ = model.decide(np.ascontiguousarray(matrix[rows]))
        found[np.ix_(rows, np.searchsorted(codes, model.classes))] = probabilities
    return found


def write_labels(predicted: Predicted, model: PaintedModel, path: Path | str) -> None:
    """Write what the models of a run say of a tile's objects.

    Columns: ``object``, ``region`` (number), ``pixels``, ``valid_pixels``, ``code``, ``confidence`` (percent), and
    the probability of each class x 1000, ``probability_<code>``; as the map's layers have them.
    """
    best = model.probabilities.argmax(axis=1) if len(model.probabilities) else np.empty(0, np.int64)
    confidence = model.probabilities.max(axis=1, initial=0)
    columns = {
        "object": predicted.numbers,
        "region": predicted.regions,
        "pixels": predicted.pixels,
        "valid_pixels": predicted.seen,
        "code": model.classes[best],
        "confidence": _scaled(confidence, CONFIDENCE_SCALE).astype(np.uint8),
    }
    for place, code in enumerate(model.classes.tolist()):
        columns[f"probability_{code}"] = _scaled(model.probabilities[:, place], PROBABILITY_SCALE)
    table = pa.table({name: pa.array(column) for name, column in columns.items()})
    with atomic(path) as temporary:
        pq.write_table(table, temporary, write_page_checksum=True)


def _scaled(probabilities: np.ndarray, scale: int) -> np.ndarray:
    """Return stored probabilities, halves rounded up as in the layers of a map."""
    found: np.ndarray = np.floor(probabilities * np.float32(scale) + np.float32(0.5)).astype(np.uint16)
    return found
