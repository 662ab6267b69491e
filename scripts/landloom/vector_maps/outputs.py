"""Files of a vector map: GeoPackage, FlatGeobuf, GeoParquet, one GeoPackage for each zone, zip; all in streams."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from pyarrow import parquet
from pyproj import CRS

from landloom.core.files import whole
from landloom.geo import grids, vectors
from landloom.geo.grids import Grid
from landloom.vector_maps import attributes
from landloom.vector_maps.attributes import FieldNames, Legend
from landloom.vector_maps.joining import Patches

GEOMETRY = "geometry"
Row = tuple[int, int, float, float]
"""Code of a class or group, its polygons, their hectares, and those of the largest."""

_DIGITS = {"degree": 8}
"""Decimals of coordinates by unit of the CRS; millimetres of others."""

_MILLIMETRES = 3
_ZIP_TIME = (2000, 1, 1, 0, 0, 0)
"""Fixed time of files in a zip file, so that equal content gives equal bytes."""

_TYPES = {
    "place": pa.int64(),
    "code": pa.int32(),
    "name": pa.string(),
    "group": pa.string(),
    "zone": pa.string(),
    "pixels": pa.int64(),
    "hectares": pa.float64(),
    "square_metres": pa.float64(),
    "confidence": pa.float64(),
    "valid_mean": pa.float64(),
    "valid_deviation": pa.float64(),
}
"""Type of each field by its attribute of :class:`FieldNames`, in the order of the file."""


@dataclass(frozen=True)
class Table:
    """Fields of a vector map: names, what values mean, hectares of a part of area, and the grid of pixels."""

    names: FieldNames
    legend: Legend
    part_ha: float
    grid: Grid

    def schema(self) -> pa.Schema:
        """Return names and types of the columns, with the metadata of GeoParquet (version 1.1)."""
        own = [(getattr(self.names, name), kind) for name, kind in _TYPES.items() if getattr(self.names, name)]
        shares = [(name, pa.float64()) for name in self.names.shares.values()]
        crs = CRS.from_user_input(self.grid.crs).to_json_dict()
        geometry = {"encoding": "WKB", "geometry_types": ["Polygon"], "crs": crs}
        geo = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: geometry}}
        return pa.schema([*own, *shares, (GEOMETRY, pa.binary())], metadata={"geo": json.dumps(geo)})

    def batch(self, patches: Patches) -> pa.RecordBatch:
        """Return patches as rows, their polygons in the CRS."""
        found = attributes.columns(patches.value, patches.place, patches.sums, self.legend, self.part_ha)
        arrays = [pa.array(found[name], kind) for name, kind in _TYPES.items() if getattr(self.names, name)]
        arrays += [pa.array(found["shares"][:, rank - 1]) for rank in self.names.shares]
        shapes = shapely.to_wkb(placed(patches.shapes, self.grid))
        return pa.record_batch([_filled(array) for array in arrays] + [pa.array(shapes, pa.binary())], self.schema())


def _filled(array: pa.Array) -> pa.Array:
    """Return an array with null instead of NaN."""
    return array if not pa.types.is_floating(array.type) else pa.array(array.to_numpy(False), from_pandas=True)


def placed(shapes: np.ndarray, grid: Grid) -> np.ndarray:
    """Return polygons in pixels of a grid as polygons in its CRS, to the millimetre, outer rings anticlockwise."""
    digits = _DIGITS.get(grids.unit(grid.crs), _MILLIMETRES)
    corner, size = np.array([grid.left, grid.top]), np.array([grid.resolution, -grid.resolution_y])
    on_ground = shapely.transform(shapes, lambda xy: np.round(corner + xy * size, digits))
    found: np.ndarray = shapely.orient_polygons(on_ground)
    return found


@dataclass(frozen=True)
class Targets:
    """Files to be written; None of those that are not wanted.

    Attributes
    ----------
    geopackage, flatgeobuf, geoparquet : Path or None
    zones : dict of zone: Path
        A GeoPackage for each zone.
    """

    geopackage: Path
    flatgeobuf: Path | None
    geoparquet: Path | None
    zones: dict[str, Path]


def write(parts: Iterator[Patches], table: Table, layer: str, targets: Targets) -> list[Row]:
    """Write all files of a vector map.

    Parameters
    ----------
    parts : iterator of Patches
        Some patches at a time: no more are in memory.

    Returns
    -------
    list of Row
        Of each class or group that has polygons.

    Raises
    ------
    InputError
        If the disk is full or the folder cannot be written.
    """
    summary = _Summary(len(table.legend.codes))
    with ExitStack() as files:
        keep = _parquet_writer(files, table, targets.geoparquet)
        schema = table.schema()

        def batches() -> Iterator[pa.RecordBatch]:
            for patches in parts:
                if len(patches.value):
                    summary.add(patches)
                    batch = table.batch(patches)
                    if keep:
                        keep.write_batch(batch)
                    yield batch

        reader = pa.RecordBatchReader.from_batches(schema, batches())
        vectors.write_stream(targets.geopackage, reader, layer, table.grid.crs, GEOMETRY)
    for path, driver, where in _copies(table, targets):
        vectors.copy_layer(targets.geopackage, layer, path, driver, where)
    return summary.rows(table)


def _copies(table: Table, targets: Targets) -> list[tuple[Path, str, str | None]]:
    """Return the files that are copied from the GeoPackage: path, driver and condition."""
    copies: list[tuple[Path, str, str | None]] = []
    if targets.flatgeobuf:
        copies.append((targets.flatgeobuf, "FlatGeobuf", None))
    for zone, path in targets.zones.items():
        quoted = zone.replace("'", "''")
        copies.append((path, "GPKG", f"\"{table.names.zone}\" = '{quoted}'"))
    return copies


def _parquet_writer(files: ExitStack, table: Table, path: Path | None) -> parquet.ParquetWriter | None:
    """Return an open writer of GeoParquet, if it is wanted."""
    if path is None:
        return None
    temporary = files.enter_context(whole(path))
    writer = parquet.ParquetWriter(temporary, table.schema(), compression="zstd", write_page_checksum=True)
    return files.enter_context(writer)


class _Summary:
    """Polygons and areas by class, added up as they are written."""

    def __init__(self, ranks: int) -> None:
        self._numbers = np.zeros(ranks, np.int64)
        self._areas = np.zeros(ranks, np.int64)
        self._largest = np.zeros(ranks, np.int64)

    def add(self, patches: Patches) -> None:
        """Count some patches."""
        ranks, areas = patches.value % len(self._numbers), patches.sums[:, attributes.AREA]
        self._numbers += np.bincount(ranks, minlength=len(self._numbers))
        np.add.at(self._areas, ranks, areas)
        np.maximum.at(self._largest, ranks, areas)

    def rows(self, table: Table) -> list[Row]:
        """Return code, polygons, hectares and those of the largest polygon."""
        return [
            (
                int(table.legend.codes[rank]),
                int(self._numbers[rank]),
                round(int(self._areas[rank]) * table.part_ha, 4),
                round(int(self._largest[rank]) * table.part_ha, 4),
            )
            for rank in np.flatnonzero(self._numbers).tolist()
        ]


def pack(polygons: Path, style: Path, path: Path) -> None:
    """Pack a file of polygons and their style, by the same name, into a zip file."""
    names = {polygons: polygons.name, style: polygons.with_suffix(style.suffix).name}
    with whole(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as packed:
        for file, name in names.items():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with file.open("rb") as content, packed.open(entry, "w", force_zip64=True) as target:
                _copy(content, target)


def _copy(source: Any, target: Any) -> None:
    """Copy the content of an open file."""
    while block := source.read(2**20):
        target.write(block)
