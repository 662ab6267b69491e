"""Pieces of a cell: the parts of patches in it, with their outlines and sums, and their file.

Sums are whole numbers, and corners whole parts of pixels: what is joined from pieces is the same for any cells.
"""

import io
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import shapely

from landloom.core.files import whole
from landloom.vector_maps.simplification import FINENESS

SIDES = ("north", "east", "south", "west")
DIGEST = "digest"


@dataclass(frozen=True)
class Pieces:
    """Pieces of a cell, all arrays in the order of their first pixels.

    Attributes
    ----------
    value : ndarray of int32
        Value of the piece's pixels: class and zone.
    place : ndarray of int64
        Number of the place of its first pixel, see :meth:`landloom.vector_maps.lattice_cells.Lattice.place`.
    sums : ndarray of int64, shape (pieces, sums)
        As :mod:`landloom.vector_maps.attributes` has them.
    corners : ndarray of int32, shape (corners, 2)
        Column and row from the cell's first pixel, in parts of a pixel (`FINENESS`).
    rings, polygons : ndarray of int64
        Where each ring begins among the corners, and each piece among the rings.
    rims : ndarray of int32, shape (4, side)
        Piece of each pixel along the cell's sides, north, east, south, west; -1 without one, and beyond the map.
    """

    value: np.ndarray
    place: np.ndarray
    sums: np.ndarray
    corners: np.ndarray
    rings: np.ndarray
    polygons: np.ndarray
    rims: np.ndarray

    def __len__(self) -> int:
        return len(self.value)

    def shapes(self, row: int, column: int) -> np.ndarray:
        """Return the polygons in pixels, from the place that the cell's first pixel has.

        Parameters
        ----------
        row, column : int
            Of the cell's first pixel.
        """
        xy = self.corners / FINENESS + np.array([column, row])
        made: np.ndarray = shapely.from_ragged_array(shapely.GeometryType.POLYGON, xy, (self.rings, self.polygons))
        return made


def of_polygons(
    shapes: np.ndarray, value: np.ndarray, place: np.ndarray, sums: np.ndarray, rims: np.ndarray
) -> Pieces:
    """Return pieces by their polygons."""
    _, xy, (rings, polygons) = shapely.to_ragged_array(shapes) if len(shapes) else (0, np.empty((0, 2)), _NONE)
    corners = np.rint(xy * FINENESS).astype(np.int32)
    return Pieces(value, place, sums, corners, rings.astype(np.int64), polygons.astype(np.int64), rims)


_NONE = (np.zeros(1, np.int64), np.zeros(1, np.int64))


def save(pieces: Pieces, digest: str, path: Path) -> None:
    """Write pieces, with the digest of what they were made of."""
    arrays = {field.name: getattr(pieces, field.name) for field in fields(pieces)}
    with whole(path) as temporary, temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, **{DIGEST: np.array(digest)}, **arrays)


def load(path: Path, digest: str | None = None) -> Pieces | None:
    """Return the pieces of a file; None if there is none, it is broken, or made of something else.

    Parameters
    ----------
    digest : str, optional
        Of what they should be made of; by default of anything.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as found:
            if digest is not None and str(found[DIGEST]) != digest:
                return None
            return Pieces(**{field.name: found[field.name] for field in fields(Pieces)})
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
