"""Vector files of users: which layer is meant, in which CRS; reading of all formats behind one door."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from landloom.core import labels
from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.geo import geoparquet, ogr_files, point_tables, vectors
from landloom.geo.opening import vector_doors
from landloom.geo.opening.geopackages import RefusedVectorError

_FORMATS = (geoparquet, point_tables, ogr_files)
"""Modules that read a format each; the first that says `is_one` of a file reads it."""


@dataclass(frozen=True)
class VectorFile:
    """A vector file, and what the configuration says of it.

    Attributes
    ----------
    key : str
        Key of the file, as ``reference.file``; those of layer and CRS stand beside it.
    path : str
    layer : str or None
        None for the only layer with geometries.
    crs : str or None
        Of the coordinates, where the file does not say it.
    """

    key: str
    path: str
    layer: str | None = None
    crs: str | None = None

    def key_of(self, part: str) -> str:
        """Return the key of what else is said of the file: ``reference.test_crs`` of ``reference.test_file``."""
        return self.key.removesuffix("file") + part


@dataclass(frozen=True)
class Description:
    """What a vector file holds, without its features.

    Attributes
    ----------
    features : int
        Their number.
    crs : CRS, text or JSON of one, or None
    fields : tuple of str
    """

    features: int
    crs: object
    fields: tuple[str, ...]


def read(file: VectorFile) -> gpd.GeoDataFrame:
    """Read a layer, with the features' ids as index: their positions from 0 where the format has none.

    Raises
    ------
    InputError
        If the file cannot be read, has no CRS or is empty; if it has several layers and none is chosen.
    """
    with _told(file):
        frame = _format(file.path).read(file.path, _layer(file))
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"{file.key}: {file.path} has no geometries{point_tables.advice(file.path)}")
    frame = _with_crs(frame, file)
    if frame.empty:
        raise InputError(f"{file.key}: {file.path} is empty")
    return frame


def describe(file: VectorFile) -> Description:
    """Return what a layer holds; raises as :func:`read`."""
    with _told(file):
        return Description(*_format(file.path).describe(file.path, _layer(file)))


def values(file: VectorFile, field: str) -> pd.Series:
    """Return the values of one field; raises as :func:`read`, and as :func:`field_of`."""
    name = field_of(file, field)
    with _told(file):
        of_field: pd.Series = _format(file.path).values(file.path, _layer(file), name)
        return of_field


def field_of(file: VectorFile, field: str) -> str:
    """Return the name of a field as the file has it.

    Raises
    ------
    InputError
        As :func:`read`; if the file has no such field, or more than one.
    """
    there = describe(file).fields
    names = vectors.field_names(field, there)
    if len(names) != 1:
        raise InputError(vectors.not_one_field(field, there, file.path, file.key))
    return names[0]


def _format(path: str) -> ModuleType:
    """Return the module that reads a file's format."""
    return next(module for module in _FORMATS if module.is_one(path))


@contextlib.contextmanager
def _told(file: VectorFile) -> Iterator[None]:
    """Replace what readers raise by a message that names the file and what can be read."""
    try:
        yield
    except InputError:
        raise
    except RefusedVectorError as error:
        raise InputError(f"{file.key}: {file.path} {error}") from None
    except Exception as error:  # the readers raise many kinds
        raise InputError(
            f"{file.key}: {file.path} is damaged, or not of the format that its name says; read are "
            f"{vector_doors.KNOWN} ({error})"
        ) from None


def _layer(file: VectorFile) -> str | None:
    """Return the name of the layer to read, as the file writes it; None in formats without layers.

    Tables without geometries, as of styles, count only where there is nothing else.
    """
    layers = _format(file.path).layers(file.path)
    if file.layer is not None:
        return _named_layer(file, list(layers))
    with_geometries = [name for name, has_geometries in layers.items() if has_geometries]
    if len(with_geometries) > 1:
        raise InputError(
            f"{file.key}: {file.path} has several layers, {shortened(with_geometries)}; "
            f"say which by `{file.key_of('layer')}`"
        )
    return next(iter(with_geometries or layers), None)


def _named_layer(file: VectorFile, layers: list[str]) -> str:
    same = [name for name in layers if labels.plain(name) == labels.plain(file.layer or "")]
    if not same:
        there = f"it has {shortened(layers)}" if layers else "files of its kind have no layers; leave the key out"
        which = labels.named(file.layer or "", layers)
        raise InputError(f"{file.key_of('layer')}: {file.path} has no layer {which}; {there}")
    return same[0]


def _with_crs(frame: gpd.GeoDataFrame, file: VectorFile) -> gpd.GeoDataFrame:
    """Return a layer with its CRS: its own, or that of the configuration."""
    if problem := crs_problem(file, frame.crs):
        raise InputError(problem)
    return frame.set_crs(file.crs) if frame.crs is None else frame


def crs_problem(file: VectorFile, own: object) -> str | None:
    """Return a message if nothing says the CRS of a file, or the configuration says another than the file.

    Parameters
    ----------
    file : VectorFile
    own : CRS, text or JSON of one, or None
        As the file says it.
    """
    key = file.key_of("crs")
    if file.crs is None:
        lacks = f"{file.key}: {file.path} has no coordinate reference system; give it by `{key}`, as EPSG:4326"
        return lacks if own is None else None
    try:
        given = CRS.from_user_input(file.crs)
    except CRSError:
        return f"{key}: `{file.crs}` is not a coordinate reference system; write e.g. EPSG:4326"
    there = given if own is None else CRS.from_user_input(own)
    if there.equals(given, ignore_axis_order=True):
        return None
    return f"{key}: {file.crs} is not that of {file.path}, which is {there.name}; leave the key out"


def encoding_hint(path: str, unknown: list[str], known: list[str]) -> str:
    """Return what is likely wrong with labels that are unknown: a shapefile that does not say its encoding.

    Returns
    -------
    str
        Beginning with a semicolon; empty if all labels are ASCII, or the file says its encoding.
    """
    file = Path(path)
    garbled = [label for label in unknown if not label.isascii()]
    if file.suffix.lower() != ".shp" or not garbled or _has_cpg(file):
        return ""
    lacks = f"; {path} has no .cpg, the file that names the encoding of its labels"
    fitting = ogr_files.encoding_of(garbled, known)
    if fitting is None:
        return f"{lacks}: if they look garbled, write {file.stem}.cpg with its name, as UTF-8, beside it"
    return f"{lacks}, which fit as {fitting}: write {file.stem}.cpg with the text {fitting} beside it"


def _has_cpg(file: Path) -> bool:
    return any(file.with_suffix(suffix).exists() for suffix in (".cpg", ".CPG", ".cst"))
