"""Sections of the configuration that say what to make of features: maps, the demo."""

from typing import Annotated

from pydantic import Field

from landloom.core.section import Section


class BoundarySettings(Section):
    """How models of neighbouring regions are weighed against each other along their border."""

    interior_m: Annotated[float, Field(ge=0, le=10_000)] = Field(
        description="distance from the border, inside of its region, from which on a model has its full weight"
    )
    exterior_m: Annotated[float, Field(gt=0, le=10_000)] = Field(
        description="distance from the border, outside of its region, from which on a model has no weight"
    )
    least_weight: Annotated[float, Field(gt=0, le=1)] = Field(
        0.001, description="weight of a model within reach where the line between both distances says less"
    )
    compare: bool = Field(
        False, description="make the map without this fusion, too (`separate.tif`), and compare both"
    )


class MapSettings(Section):
    """The maps to make."""

    crs: str | None = Field(
        None, description="CRS of the mosaic, e.g. EPSG:2154; by default the tiles' own if they share one"
    )
    resolution_m: Annotated[float, Field(gt=0)] | None = Field(
        None, description="pixel of the mosaic, in its CRS' units; by default the finest of the tiles"
    )
    probabilities: bool = Field(False, description="write the probability of every class, too")
    margin: bool = Field(False, description="write by how much (percent) the first class is more probable, too")
    entropy: bool = Field(
        False, description="write the entropy of the probabilities, too, in percent of the largest possible"
    )
    agreement: bool = Field(
        False, description="map where the map agrees with the reference, too: what trained, what tested, right, wrong"
    )
    boundary_fusion: BoundarySettings | None = Field(
        None, description="by default each pixel is classified by the model of its own region alone"
    )
