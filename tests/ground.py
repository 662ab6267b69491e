"""Made-up ground: features and objects of a lattice of pixels, cut into tiles in any way."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landloom.core.stored_values import NODATA
from landloom.features.vectors import Layout
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.objects import object_table, segments, tile_sums
from landloom.objects.object_table import Schema
from landloom.objects.sums import Sums

LEFT, TOP, RESOLUTION = 300000.0, 4900000.0, 10.0


@dataclass(frozen=True)
class Known:
    """Features that are known before: see :class:`landloom.features.vectors.Part`."""

    names: tuple[str, ...]

    def write(self, series, pixels, matrix, column, seen):
        matrix[:, column : column + len(self.names)] = series["features"][pixels]
        seen |= series["seen"][pixels]


@dataclass(frozen=True, eq=False)
class Ground:
    """Features (rows, columns, features), what is seen, objects and regions of the whole ground."""

    features: np.ndarray
    seen: np.ndarray
    objects: np.ndarray
    regions: np.ndarray

    @classmethod
    def random(cls, seed, rows=60, columns=50, features=4):
        random = np.random.default_rng(seed)
        matrix = random.integers(-9999, 32768, (rows, columns, features)).astype(np.int16)
        matrix[random.random(matrix.shape) < 0.1] = NODATA
        blocks = random.integers(0, 30, (rows // 5, columns // 5)).repeat(5, axis=0).repeat(5, axis=1)
        objects = np.where(random.random(blocks.shape) < 0.05, 99, blocks).astype(np.int64) * 10**12
        objects[:2, :2] = 5  # an object of which nothing is seen
        seen = random.random(blocks.shape) < 0.9
        seen[:2, :2] = False
        return cls(matrix, seen, objects, (1 + (np.indices(blocks.shape).sum(axis=0) > 55)).astype(np.uint8))

    @property
    def schema(self):
        names = [f"f{number}" for number in range(self.features.shape[2])]
        return Schema.of(names, 2, ["mean", "std", "min", "max"])

    def tile(self, window: Window, owned: Window, folder: Path, side=16) -> Path:
        """Write objects, regions and sums of a tile of the ground, of which it owns a part; return its table."""
        folder.mkdir(parents=True, exist_ok=True)
        grid = Grid("EPSG:32631", LEFT, TOP, RESOLUTION, RESOLUTION, *self.objects.shape).cut(window)
        is_owned = np.zeros(self.objects.shape, np.uint8)
        is_owned[owned.slices] = 1
        mapped = np.zeros(self.objects.shape, np.uint8)  # with a margin of two pixels
        mapped[max(owned.row - 2, 0) : owned.row + owned.rows + 2, max(owned.column - 2, 0) :][
            :, : owned.columns + 2 + min(owned.column, 2)
        ] = 1
        with rasters.create(folder / "objects.tif", grid, "int64", {}) as file:
            file.write(self.objects[window.slices], 1)
        with rasters.create(folder / "regions.tif", grid, "uint8", {}, bands=2, nodata=None) as file:
            file.write(np.stack([self.regions * mapped, is_owned])[:, *window.slices])
        with ExitStack() as files:
            opened = segments.Segments(files, folder / "objects.tif", folder / "regions.tif", True)
            spans = segments.spans(opened, list(grid.windows(side)))
            layout = Layout((Known(self.schema.features),))
            tile = tile_sums.TileObjects(grid, layout, opened, spans, self.schema)
            table = files.enter_context(object_table.writer(folder / "objects.parquet", self.schema))
            tile_sums.sum_tile(tile, _Reader(self, window), table.write)
        return folder / "objects.parquet"


@dataclass(frozen=True)
class _Reader:
    """Gives the features of windows of a tile."""

    ground: Ground
    tile: Window

    def stream(self, windows, wanted=None, counted=None):
        for window in windows:
            if wanted:
                wanted(window)
            place = Window(
                window.row + self.tile.row, window.column + self.tile.column, window.rows, window.columns
            ).slices
            features = self.ground.features[place]
            series = {
                "features": features.reshape(-1, features.shape[2]),
                "seen": self.ground.seen[place].ravel(),
            }
            yield window, series


def naive_sums(matrix, slots, seen, objects):
    """The sums of each object, by a loop over its pixels."""
    found, counts = Sums.empty(objects, matrix.shape[1]), np.zeros(objects, np.int64)
    for values, slot, is_seen in zip(matrix.tolist(), slots, seen, strict=True):
        counts[slot] += is_seen
        for feature, value in enumerate(values if is_seen else ()):
            if value == NODATA:
                found.missing[slot, feature] += 1
                continue
            found.total[slot, feature] += value
            found.squares[slot, feature] += value * value
            found.least[slot, feature] = min(found.least[slot, feature], value)
            found.most[slot, feature] = max(found.most[slot, feature], value)
    return found, counts


def assert_equal_sums(one, other):
    for name, array in one.arrays.items():
        np.testing.assert_array_equal(array, other.arrays[name], name)
