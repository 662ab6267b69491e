"""Section of the configuration: maps and their layers."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, create_model, model_validator

from landloom.core.section import Section
from landloom.maps.layers import LAYERS


class BoundarySettings(Section):
    """Weights of the models of neighbouring regions along their border."""

    interior_m: Annotated[float, Field(ge=0, le=10_000)] = Field(
        description="distance from the border, inside of its region, beyond which a model has full weight"
    )
    exterior_m: Annotated[float, Field(gt=0, le=10_000)] = Field(
        description="distance from the border, outside of its region, beyond which a model has no weight"
    )
    least_weight: Annotated[float, Field(gt=0, le=1)] = Field(
        0.001, description="smallest weight of a model between both distances"
    )
    compare: bool = Field(
        False, description="also make the map without this fusion (`separate.tif`), and compare both"
    )


class MapSettings(Section):
    """Maps and their layers."""

    crs: str | None = Field(None, description="CRS of the mosaic, e.g. EPSG:2154; by default the tiles' common CRS")
    resolution_m: Annotated[float, Field(gt=0)] | None = Field(
        None,
        description="side of the mosaic's pixels in metres, of a CRS measured in metres on the ground; by default "
        "the finest of the tiles",
    )
    resolution: Annotated[float, Field(gt=0)] | None = Field(
        None, description="instead, in units of its CRS: degrees, feet, or units of Web Mercator"
    )
    agreement: bool = Field(
        False,
        description="also map the agreement with the reference: training and test pixels, right, wrong, unclassified",
    )
    boundary_fusion: BoundarySettings | None = Field(
        None, description="by default each pixel is classified only by the model of its region"
    )

    @model_validator(mode="after")
    def _one_resolution(self) -> "MapSettings":
        if self.resolution_m and self.resolution:
            raise ValueError("give either `resolution_m` (metres) or `resolution` (units of the CRS)")
        return self


if not TYPE_CHECKING:  # with a key for each optional layer
    _KEYS = {
        layer.name: (bool, Field(False, description=f"write `{layer.name}.tif`: {layer.description}"))
        for layer in LAYERS
        if layer.on_demand
    }
    MapSettings = create_model("MapSettings", __base__=MapSettings, __doc__=MapSettings.__doc__, **_KEYS)
