"""The section `grid` of the configuration: the pixels that tiles are worked on in."""

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from landloom.core.section import FolderPath, Name, Section, only_placeholders


class GridSettings(Section):
    """The pixel grid of each tile, onto which the bands of all sensors come."""

    sensor: Name | None = Field(
        None, description="sensor whose products give the grid; by default the first that sees the tile"
    )
    resolution_m: Annotated[float, Field(gt=0, lt=1e6)] | None = Field(
        None,
        description="side of a pixel in metres, from the upper left corner of the products; by default that of "
        "their finest band. Bands that are finer are averaged",
    )
    like: FolderPath | None = Field(
        None,
        description="instead of both: raster whose CRS, extent and pixels are those of the tile (`{tile}` is "
        "replaced), whatever its values; part of a tile is mapped so, or all years on one grid",
    )

    @field_validator("like")
    @classmethod
    def _known_placeholders(cls, like: str | None) -> str | None:
        return only_placeholders(like, "tile")

    def raster(self, tile: str) -> str | None:
        """Return the raster that gives a tile's grid, if one does."""
        return self.like and self.like.replace("{tile}", tile)

    @model_validator(mode="after")
    def _one_giver(self) -> "GridSettings":
        if self.like and (self.sensor or self.resolution_m):
            raise ValueError("like gives CRS, extent and pixels: leave out `sensor` and `resolution_m`")
        return self
