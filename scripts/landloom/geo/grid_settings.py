"""Section `grid` of the configuration: the working grid of the tiles."""

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from landloom.core.section import FolderPath, Name, Section, only_placeholders


class GridSettings(Section):
    """Pixel grid of each tile, to which the bands of all sensors are resampled."""

    sensor: Name | None = Field(
        None, description="sensor whose products define the grid; by default the first one with products of the tile"
    )
    resolution_m: Annotated[float, Field(gt=0, lt=1e6)] | None = Field(
        None,
        description="side of a pixel in metres, from the upper left corner of the products; by default that of "
        "their finest band. Finer bands are averaged",
    )
    like: FolderPath | None = Field(
        None,
        description="instead of both: raster that gives the tile's CRS, extent and pixels (`{tile}` is "
        "replaced); its values are ignored. Maps a part of a tile, or all years on one grid",
    )

    @field_validator("like")
    @classmethod
    def _known_placeholders(cls, like: str | None) -> str | None:
        return only_placeholders(like, "tile")

    def raster(self, tile: str) -> str | None:
        """Return the raster that defines a tile's grid, if there is one."""
        return self.like and self.like.replace("{tile}", tile)

    @model_validator(mode="after")
    def _one_giver(self) -> "GridSettings":
        if self.like and (self.sensor or self.resolution_m):
            raise ValueError("like gives CRS, extent and pixels: leave out `sensor` and `resolution_m`")
        return self
