"""Sums over the pixels of pieces, and the fields of polygons that follow from them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landloom.core.nomenclature import Nomenclature
from landloom.geo.ground import M2_PER_HECTARE

PIXELS, AREA, MAP_PIXELS, OWN, VALID, VALID_SQUARES, CONFIDENCE, CLASSES = range(8)
"""Columns of sums.

Pixels of the vector map; their area in parts; pixels of the map, those of the polygon's class; valid observations,
squares of their numbers; confidence of the pixels of the polygon's class; from the last on, pixels of the map by
class, unclassified ones first.
"""

_DIGITS = 2
_OSO_LONGEST = 10


@dataclass(frozen=True)
class MapPixels:
    """Pixels of the map in a cell, in any shape.

    Attributes
    ----------
    pieces : ndarray of int
        Piece of each pixel, -1 without one.
    ranks : ndarray of int
        Rank of its class.
    confidence, validity : ndarray of int or None
        Confidence of the class in percent, and number of valid observations; None where there are none.
    """

    pieces: np.ndarray
    ranks: np.ndarray
    confidence: np.ndarray | None
    validity: np.ndarray | None


def sums_of(found: MapPixels, classes: int, alike: np.ndarray, number: int) -> np.ndarray:
    """Return the sums of the map's pixels by piece; columns of the vector map's own pixels are empty.

    Parameters
    ----------
    classes : int
        Number of classes.
    alike : ndarray of bool, shape (pieces, classes + 1)
        Which classes count as the piece's own.
    number : int
        Number of pieces.

    Returns
    -------
    ndarray of int64, shape (pieces, CLASSES + classes + 1)
    """
    inside = found.pieces >= 0
    pieces, ranks = found.pieces[inside].astype(np.int64), found.ranks[inside]
    sums = np.zeros((number, CLASSES + classes + 1), np.int64)
    by_class = np.bincount(pieces * (classes + 1) + ranks, minlength=number * (classes + 1))
    sums[:, CLASSES:] = by_class.reshape(number, classes + 1)
    sums[:, MAP_PIXELS] = sums[:, CLASSES:].sum(axis=1)
    if found.validity is not None:
        valid = found.validity[inside].astype(np.float64)
        sums[:, VALID] = _added(pieces, valid, number)
        sums[:, VALID_SQUARES] = _added(pieces, valid**2, number)
    own = alike[pieces, ranks]
    sums[:, OWN] = np.bincount(pieces[own], minlength=number)
    if found.confidence is not None:
        sums[:, CONFIDENCE] = _added(pieces[own], found.confidence[inside][own].astype(np.float64), number)
    return sums


def _added(pieces: np.ndarray, values: np.ndarray, number: int) -> np.ndarray:
    """Return sums by piece, exact up to 2**53."""
    found: np.ndarray = np.bincount(pieces, values, number).astype(np.int64)
    return found


@dataclass(frozen=True)
class FieldNames:
    """Names of the fields of a vector map; None of those that it lacks.

    Attributes
    ----------
    place, name, code, group, zone, pixels, hectares, square_metres, confidence, valid_mean, valid_deviation
        Text or None.
    shares : dict of rank: str
        Percentage of each class among the map's pixels.
    """

    place: str
    code: str
    name: str | None
    group: str | None
    zone: str | None
    pixels: str | None
    hectares: str | None
    square_metres: str | None
    confidence: str | None
    valid_mean: str | None
    valid_deviation: str | None
    shares: Mapping[int, str]


def own_names(classes: Nomenclature, *, zones: bool, groups: bool, layers: bool) -> FieldNames:
    """Return landloom's names of fields.

    Parameters
    ----------
    zones, groups, layers : bool
        Whether polygons have a zone, a group, and there are a confidence and numbers of valid observations.
    """
    return FieldNames(
        place="id",
        code="code",
        name="class",
        group="group" if groups else None,
        zone="zone" if zones else None,
        pixels="pixels",
        hectares="area_ha",
        square_metres=None,
        confidence="confidence" if layers else None,
        valid_mean="validity_mean" if layers else None,
        valid_deviation="validity_std" if layers else None,
        shares={rank: f"share_{code}" for rank, code in enumerate(classes.codes, 1)},
    )


def oso_names(classes: Nomenclature, *, zones: bool, layers: bool) -> FieldNames:
    """Return the names of fields of the French land cover map OSO, with a short name of each class."""
    return FieldNames(
        place="ID",
        code="Classe",
        name=None,
        group=None,
        zone="Zone" if zones else None,
        pixels=None,
        hectares=None,
        square_metres="Aire",
        confidence="Confidence" if layers else None,
        valid_mean="Validmean" if layers else None,
        valid_deviation="Validstd" if layers else None,
        shares=dict(enumerate(_aliases([entry.name for entry in classes.classes], classes.codes), 1)),
    )


def _aliases(names: Sequence[str], codes: Sequence[int]) -> list[str]:
    """Return a short name of letters and digits for each class: words without accents, each with a capital."""
    found: list[str] = []
    for name, code in zip(names, codes, strict=True):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        words = re.findall("[A-Za-z0-9]+", plain)
        alias = "".join(word[:1].upper() + word[1:] for word in words)[:_OSO_LONGEST]
        known = {one.lower() for one in found}
        found.append(alias if alias and alias.lower() not in known else f"Classe{code}")
    return found


@dataclass(frozen=True)
class Legend:
    """What values of pieces mean: code and name by rank of the class, names of groups, and names of zones."""

    codes: np.ndarray
    names: Sequence[str]
    groups: Sequence[str]
    zones: Sequence[str]


def columns(value: np.ndarray, place: np.ndarray, sums: np.ndarray, legend: Legend, part_ha: float) -> dict[str, Any]:
    """Return the fields of polygons by the attributes of :class:`FieldNames`.

    Parameters
    ----------
    value : ndarray of int
        Zone times the number of ranks, plus rank of the class.
    place, sums : ndarray of int64
        As those of :class:`landloom.vector_maps.pieces.Pieces`.
    part_ha : float
        Hectares of a part of area.
    """
    ranks, zones = value % len(legend.codes), value // len(legend.codes)
    pixels = np.maximum(sums[:, MAP_PIXELS], 1)
    mean = sums[:, VALID] / pixels
    variance = np.maximum(sums[:, VALID_SQUARES] / pixels - mean**2, 0.0)
    own = np.where(sums[:, OWN] > 0, sums[:, OWN], np.nan)  # none where a filter has put a class that is not there
    hectares = sums[:, AREA] * part_ha
    return {
        "place": place,
        "name": np.array(legend.names, object)[ranks],
        "code": legend.codes[ranks],
        "group": np.array(legend.groups, object)[ranks],
        "zone": np.array(["", *legend.zones], object)[zones],
        "pixels": sums[:, PIXELS],
        "hectares": np.round(hectares, 4),
        "square_metres": np.round(hectares * M2_PER_HECTARE, 0),
        "confidence": np.round(sums[:, CONFIDENCE] / own, _DIGITS),
        "valid_mean": np.round(mean, _DIGITS),
        "valid_deviation": np.round(np.sqrt(variance), _DIGITS),
        "shares": np.round(100.0 * sums[:, CLASSES + 1 :] / pixels[:, None], _DIGITS),
    }
