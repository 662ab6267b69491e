"""Section of the configuration: maps and their layers."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, create_model

from landloom.core.section import Section
from landloom.maps.layers import LAYERS


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
    agreement: bool = Field(
        False, description="map where the map agrees with the reference, too: what trained, what tested, right, wrong"
    )
    boundary_fusion: BoundarySettings | None = Field(
        None, description="by default each pixel is classified by the model of its own region alone"
    )


if not TYPE_CHECKING:  # with a key for each layer that is made on demand
    _KEYS = {
        layer.name: (bool, Field(False, description=f"write `{layer.name}.tif`: {layer.description}"))
        for layer in LAYERS
        if layer.on_demand
    }
    MapSettings = create_model("MapSettings", __base__=MapSettings, __doc__=MapSettings.__doc__, **_KEYS)
