"""Section `grid` of the configuration: the working grid of the tiles."""

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from landloom.core.section import FolderPath, Name, Section, only_placeholders


class TileBox(Section):
    """Ground of a tile, in the CRS of its grid."""

    crs: str = Field(description="coordinate reference system of the tile's grid in metres, as `EPSG:32631`")
    bounds: Annotated[list[float], Field(min_length=4, max_length=4)] = Field(
        description="left, bottom, right and top of the tile, whole pixels apart"
    )

    @field_validator("bounds")
    @classmethod
    def _in_order(cls, bounds: list[float]) -> list[float]:
        left, bottom, right, top = bounds
        if not (left < right and bottom < top and max(map(abs, bounds)) < 1e9):
            raise ValueError("must be left, bottom, right, top")
        return bounds


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

    boxes: dict[Name, TileBox] = Field(
        {},
        description="instead of `sensor` and `like`: CRS and bounds of every tile, with `resolution_m`; for projects "
        "whose products give no grid, as embeddings alone",
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
        if self.boxes and (self.sensor or self.like or not self.resolution_m):
            raise ValueError("boxes: need `resolution_m`, and neither `sensor` nor `like`")
        for tile, box in self.boxes.items():
            sizes = (box.bounds[2] - box.bounds[0], box.bounds[3] - box.bounds[1])
            pixels = [size / self.resolution_m for size in sizes if self.resolution_m]
            if any(abs(number - round(number)) > 1e-6 or round(number) < 1 for number in pixels):
                raise ValueError(f"boxes.{tile}.bounds: are not whole pixels of {self.resolution_m} m apart")
        return self
