"""The section `sanity` of the configuration: above which values the checks of the maps warn or fail."""

from typing import Annotated

from pydantic import Field

from landloom.core.section import PositiveInt, Section

Level = Annotated[float, Field(ge=0, le=1)] | None
_SEAMS = "of two tiles: share of the pixels that both map where their grounds meet, on which they disagree"
_MOSAIC = "share of the tiles' classified pixels that the mosaic lacks, has too many, or shows with another class"
_FOREIGN = "share of the pixels of a tile or mosaic with a label that is not in the nomenclature"
_NEIGHBOURS = (
    "of a tile: share of its classified pixels that would have to change class for its class shares to be those of "
    "a neighbour (median over its neighbours)"
)
_REFERENCE = (
    "of a region: share of its classified pixels that would have to change class for its class shares to be those of "
    "the reference polygons' pixels"
)


class WarningLevels(Section):
    """Above which value a check's finding is a warning in the report; `null`: never."""

    unclassified_map: Level = Field(0.2, description="share of the map's ground without a class")
    unclassified_tile: Level = Field(0.2, description="share of a tile's own ground without a class")
    foreign_labels: Level = Field(None, description=_FOREIGN)
    lost_classes: Level = Field(0.0, description="share of a region's trained classes that stand nowhere in its map")
    mosaic: Level = Field(0.02, description=_MOSAIC)
    seams: Level = Field(0.4, description=_SEAMS)
    neighbour_shares: Level = Field(0.6, description=_NEIGHBOURS)
    reference_shares: Level = Field(0.6, description=_REFERENCE)


class FailureLevels(Section):
    """Above which value a check's finding ends the workflow before the report (the maps stay); `null`: never."""

    unclassified_map: Level = Field(0.9, description="share of the map's ground without a class")
    unclassified_tile: Level = Field(None, description="share of a tile's own ground without a class")
    foreign_labels: Level = Field(0.0, description=_FOREIGN)
    lost_classes: Level = Field(None, description="share of a region's trained classes that stand nowhere in its map")
    mosaic: Level = Field(0.1, description=_MOSAIC)
    seams: Level = Field(0.9, description=_SEAMS)
    neighbour_shares: Level = Field(None, description=_NEIGHBOURS)
    reference_shares: Level = Field(None, description=_REFERENCE)


class SanitySettings(Section):
    """Checks of the maps, as they are made: a finding above a level is a warning, or ends the workflow."""

    warn: WarningLevels = Field(WarningLevels(), description="levels of warnings")  # type: ignore[call-arg]
    fail: FailureLevels = Field(FailureLevels(), description="levels of failures")  # type: ignore[call-arg]
    fewest_seam_pixels: PositiveInt = Field(
        100, description="two tiles that both classify fewer pixels than this are not compared"
    )
