"""What checks of maps go by, and what they find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landloom.accuracy.class_counts import TileCounts
from landloom.maps.mosaic_counts import MosaicCounts

if TYPE_CHECKING:  # not needed by the configuration, which imports the table of checks
    from landloom.checks.file_borders import FileBorder
    from landloom.checks.seam_steps import Step
    from landloom.checks.seams import Seam

Pixels = Mapping[int, float]
"""Pixels, or hectares, by class code."""


@dataclass(frozen=True)
class Finding:
    """A finding of a check.

    Attributes
    ----------
    check : str
        Key of the check in the configuration.
    run : str
    place : str
        Tile, two tiles, region or layer; empty for the whole map.
    value : float
        From 0 (perfect) to 1.
    detail : str
        Details, such as names of classes.
    """

    check: str
    run: str
    place: str
    value: float
    detail: str = ""


@dataclass(frozen=True)
class Context:
    """Context of the checks, common to the maps of all runs.

    Attributes
    ----------
    names : dict of code: str
        Names of the classes.
    regions : list of str
        Names; numbers count from 1.
    neighbours : dict of tile: list of tiles
    map_pixels : dict of tile: float
        Pixels of the map per pixel of the tile.
    validity : MosaicCounts
        The mosaic of valid observations.
    fewest_seam_pixels : int
    span : float
        Width of the range of a target.
    """

    names: Mapping[int, str]
    regions: Sequence[str]
    neighbours: Mapping[str, Sequence[str]]
    map_pixels: Mapping[str, float]
    validity: MosaicCounts
    fewest_seam_pixels: int
    span: float = 1.0


@dataclass(frozen=True)
class RunResult:
    """Counts of one run's maps.

    Attributes
    ----------
    name : str
    tiles : dict of tile: TileCounts
    mosaics : dict of layer: MosaicCounts
        ``classification`` is among them.
    seams : list of Seam
    reference, samples : dict of region: Pixels
        Pixels of the reference polygons, and training samples among them; regions without any are omitted.
    file_borders : sequence of FileBorder
        Of annual images, along the borders of their files.
    steps : sequence of Step
        Of a target, in place of seams.
    """

    name: str
    tiles: Mapping[str, TileCounts]
    mosaics: Mapping[str, MosaicCounts]
    seams: "Sequence[Seam]"
    reference: Mapping[str, Pixels]
    samples: Mapping[str, Pixels]
    file_borders: "Sequence[FileBorder]" = ()
    steps: "Sequence[Step]" = ()
