"""Elevation models as files: one raster, or tiles of a folder that are put together as they are read.

Tiles that continue one another's pixels are one lattice: those of SRTM, or of a belt of latitude of the Copernicus
DEM, whose columns grow wider towards the poles. Positions in a lattice are counted from the zero of its coordinates,
so that what is read of a place does not depend on which tiles are near.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from pyproj import CRS
from rasterio.enums import MaskFlags

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.geo import grids
from landloom.geo.grids import Grid, Window
from landloom.geo.opening import raster_doors

LOWEST_M, HIGHEST_M = -1000.0, 9500.0
"""No land is lower or higher: such numbers are voids, also where the file does not say so."""

ELLIPSOIDAL = "ellipsoidal"
"""Vertical system of a CRS whose third axis is the height above the ellipsoid, as EPSG:4979."""

_FEET = re.compile(r"\b(ft|foot|feet|ftus|us-ft)\b", re.I)
"""Units of heights, of a band or of a vertical CRS, that are no metres."""

_SAME_PX, _SNAPPED, _ADJOINING_PX = 0.01, 4, 2
TURN = 360.0


@dataclass(frozen=True)
class DemFile:
    """A raster of heights.

    Attributes
    ----------
    path : Path
    grid : Grid
    vertical : str
        Name of the vertical coordinate reference system that the file declares, :data:`ELLIPSOIDAL` of one of three
        dimensions; empty if none.
    """

    path: Path
    grid: Grid
    vertical: str

    @property
    def is_in_degrees(self) -> bool:
        """Return whether x is a longitude, which is the same after a whole turn."""
        return bool(CRS.from_user_input(self.grid.crs).is_geographic)


@dataclass(frozen=True)
class Box:
    """Rectangle in the coordinates of a CRS."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class Piece:
    """A file where it is wanted: turned by whole circles of longitude.

    Attributes
    ----------
    file : DemFile
    turn : float
        Added to its x.
    """

    file: DemFile
    turn: float

    @property
    def box(self) -> Box:
        """Return the ground that it covers."""
        grid = self.file.grid
        return Box(grid.left + self.turn, grid.bottom, grid.right + self.turn, grid.top)

    @property
    def sizes(self) -> tuple[float, float]:
        """Return the height and width of a pixel."""
        return self.file.grid.resolution_y, self.file.grid.resolution

    @property
    def fractions(self) -> tuple[float, float]:
        """Return which part of a row and column lies between the zero of the coordinates and the lattice's lines."""
        down, right = (round(place % 1, _SNAPPED) % 1 for place in self._places())
        return down, right

    @property
    def start(self) -> tuple[int, int]:
        """Return the row and column of its first pixel in the lattice."""
        down, right = (round(place - part) for place, part in zip(self._places(), self.fractions, strict=True))
        return down, right

    def _places(self) -> tuple[float, float]:
        return -self.box.top / self.sizes[0], self.box.left / self.sizes[1]


def describe(path: Path, key: str = "dem") -> DemFile:
    """Return what a raster of heights says about itself.

    Parameters
    ----------
    path : Path
    key : str
        Of the configuration that names it, for messages.

    Raises
    ------
    InputError
        If it cannot be used.
    """
    try:
        with raster_doors.opened(path) as dataset:
            grid, unit = grids.of_dataset(dataset), dataset.units[0] or ""
            crs = CRS.from_user_input(dataset.crs.to_wkt())
    except (rasterio.errors.RasterioError, ValueError) as error:
        raise InputError(f"{key}: {path}: cannot be used ({error}); wanted is a north-up raster of heights") from None
    parts, is_solid = crs.sub_crs_list, not crs.is_compound and len(crs.axis_info) > 2
    told = " ".join([unit, *(axis.unit_name for part in parts[1:] for axis in part.axis_info)])
    if _FEET.search(told):
        raise InputError(f"{key}: {path}: is in feet ({shortened(told.strip())}); convert its heights to metres")
    return DemFile(path, grid, parts[1].name if len(parts) > 1 else ELLIPSOIDAL * is_solid)


def pieces_in(files: Sequence[DemFile], box: Box) -> list[Piece]:
    """Return the files of one CRS that reach a box, where they do."""
    pieces = [Piece(file, turn) for file in files for turn in ((-TURN, 0.0, TURN) if file.is_in_degrees else (0.0,))]
    return [piece for piece in pieces if min(_shared(piece.box, box)) > 0]


def _shared(one: Box, other: Box) -> tuple[float, float]:
    """Return how high and wide the common part of two boxes is; negative where there is none."""
    high = min(one.top, other.top) - max(one.bottom, other.bottom)
    return high, min(one.right, other.right) - max(one.left, other.left)


def lattices(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces by lattice.

    Raises
    ------
    InputError
        If two files cover the same ground: two elevation models are in one folder.
    """
    found: list[list[Piece]] = []
    for piece in pieces:
        same = next((group for group in found if _continue(group[0], piece)), None)
        if same is None:
            found.append([piece])
        else:
            same.append(piece)
    for number, piece in enumerate(pieces):
        for other in pieces[:number]:
            if _overlap(piece, other):
                raise InputError(
                    f"dem: {other.file.path} and {piece.file.path} cover the same ground; "
                    "keep one elevation model in the folder"
                )
    return found


def _continue(one: Piece, other: Piece) -> bool:
    """Return whether the pixels of two files lie on one lattice."""
    same = [math.isclose(*pair, rel_tol=1e-7) for pair in zip(one.sizes, other.sizes, strict=True)]
    apart = [a - b for a, b in zip(one.fractions, other.fractions, strict=True)]
    return all(same) and all(abs(part - round(part)) < _SAME_PX for part in apart)


def _overlap(one: Piece, other: Piece) -> bool:
    """Return whether pieces have more of the ground in common than a row or column at their edges."""
    widest = [max(pair) for pair in zip(one.sizes, other.sizes, strict=True)]
    return all(
        length > _ADJOINING_PX * size for length, size in zip(_shared(one.box, other.box), widest, strict=True)
    )


def read_lattice(pieces: Sequence[Piece], window: Window) -> np.ndarray:
    """Return the heights of a window of a lattice, as float32, NaN where no file has any.

    Scale and offset that a file declares are applied.

    Parameters
    ----------
    pieces : sequence of Piece
        Of one lattice; where two have a pixel, the first counts.
    window : Window
        In rows and columns of the lattice.
    """
    out = np.full((window.rows, window.columns), np.nan, np.float32)
    for piece in pieces:
        (row, column), grid = piece.start, piece.file.grid
        top, left = max(window.row, row), max(window.column, column)
        bottom = min(window.row + window.rows, row + grid.rows)
        right = min(window.column + window.columns, column + grid.columns)
        if top < bottom and left < right:
            part = out[top - window.row : bottom - window.row, left - window.column : right - window.column]
            heights = _read(piece.file.path, ((top - row, bottom - row), (left - column, right - column)))
            np.copyto(part, heights, where=np.isnan(part))
    return out


def _read(path: Path, ranges: Any) -> np.ndarray:
    try:
        with raster_doors.opened(path) as dataset:
            heights: np.ndarray = dataset.read(1, window=ranges).astype(np.float32)
            if (dataset.scales[0], dataset.offsets[0]) != (1.0, 0.0):
                heights = (heights * dataset.scales[0] + dataset.offsets[0]).astype(np.float32)
            if dataset.mask_flag_enums[0] != [MaskFlags.all_valid]:
                heights[dataset.read_masks(1, window=ranges) == 0] = np.nan
    except rasterio.errors.RasterioError as error:
        raise InputError(f"dem: {path}: cannot be read ({error}); download it again") from None
    heights[(heights < LOWEST_M) | (heights > HIGHEST_M)] = np.nan
    return heights


def check_datum(file: DemFile, are_ellipsoidal: bool) -> None:
    """Raise if a file declares other heights than the configuration.

    Raises
    ------
    InputError
    """
    if file.vertical == ELLIPSOIDAL and not are_ellipsoidal:
        raise InputError(
            f"heights: {file.path} says that its heights are above the ellipsoid, to which a geoid would be added; "
            "write `ellipsoid`"
        )
    if file.vertical not in ("", ELLIPSOIDAL) and are_ellipsoidal:
        raise InputError(
            f"heights: {file.path} says that its heights are {shortened(file.vertical)}, not above the ellipsoid; "
            "name the raster of that geoid"
        )
