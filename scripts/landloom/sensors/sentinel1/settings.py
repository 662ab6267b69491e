"""Section of a series of Sentinel-1 GRD products (``type: sentinel1_grd``)."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, field_validator

from landloom.core.section import FolderPath, InputPath, Section, only_placeholders
from landloom.core.stored_values import DECIBEL_SCALE
from landloom.sensors.key_effects import KeyEffect
from landloom.sensors.sentinel1.filter_settings import SpeckleFilterSettings
from landloom.sensors.settings import SensorSettings, check_bands
from landloom.sensors.stac.boxes import Box, check_boxes

ELLIPSOID = "ellipsoid"

PAIRS = (("VV", "VH"), ("HH", "HV"))
"""Polarisations that a product may have together."""


class RadarMaskSettings(Section):
    """Pixels of radar images that are invalid, beside those without data."""

    layover: bool = Field(True, description="whether ground is invalid that several slopes are seen on at once")
    shadow: bool = Field(True, description="whether ground is invalid that a slope hides from the satellite")
    border: bool = Field(
        True,
        description="whether the borders of the image are invalid where the processor has left noise (its versions "
        "before 2.90, March 2018)",
    )


class Sentinel1GrdSettings(SensorSettings):
    """Sentinel-1 IW GRD of high resolution (`.SAFE` folders, `.zip`, COG, object stores), versions 2.36 and later.

    Backscatter is stored in dB times 100. A section has the images of one `pass`, or of some relative `orbits`.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    TELLS_ORBIT: ClassVar[bool] = True
    HAS_GRID: ClassVar[bool] = False
    IMAGES: ClassVar[str] = "radar"
    UNIT: ClassVar[float] = DECIBEL_SCALE

    type: Literal["sentinel1_grd"]
    archive: Annotated[FolderPath, KeyEffect.CHOICE] = Field(
        description="folder that holds the products, at any depth (of seven at most, as object stores nest them)"
    )
    bands: list[str] = Field(
        ["VV", "VH"], description="polarisations to use, in this order: VV, VH, or HH, HV", min_length=1
    )
    direction: Annotated[Literal["ascending", "descending"] | None, KeyEffect.CHOICE] = Field(
        None, alias="pass", description="only images of one direction of flight; without it, of both"
    )
    boxes: Annotated[dict[str, Box], KeyEffect.CHOICE] = Field(
        {},
        description="west, south, east and north of each tile in degrees: products elsewhere are not looked at. "
        "Without it, surveys look through all of the archive, and find those that show their tile",
    )
    dem: FolderPath = Field(
        description="heights of the ground: a raster (`{tile}` is replaced), or a folder of tiles (SRTM `.hgt`, "
        "Copernicus 1-degree GeoTIFFs) that cover the map's tiles and some km around them"
    )
    heights: InputPath = Field(
        description="what the heights of `dem` refer to: `ellipsoid`, or the raster of the geoid that they are above "
        "(its heights above the ellipsoid are added; Copernicus: EGM2008, SRTM: EGM96)"
    )
    radiometry: Annotated[Literal["gamma_terrain", "gamma", "sigma"], KeyEffect.READING] = Field(
        "gamma_terrain",
        description="`gamma_terrain`: gamma nought by the true area of slopes (Small 2011); `gamma`, `sigma`: gamma "
        "and sigma nought of flat ground",
    )
    noise: Annotated[bool, KeyEffect.READING] = Field(True, description="whether thermal noise is taken off")
    filter: Annotated[SpeckleFilterSettings, KeyEffect.FILTERING] = Field(
        SpeckleFilterSettings(),  # type: ignore[call-arg]
        description="speckle filter",
    )
    mask: Annotated[RadarMaskSettings, KeyEffect.READING] = Field(
        RadarMaskSettings(),  # type: ignore[call-arg]
        description="invalid pixels",
    )

    @field_validator("bands")
    @classmethod
    def _together_in_a_product(cls, bands: list[str]) -> list[str]:
        check_bands(bands, [band for pair in PAIRS for band in pair])
        if not any(set(bands) <= set(pair) for pair in PAIRS):
            raise ValueError(f"{bands} are never in one product; give VV, VH, or HH, HV")
        return bands

    @field_validator("dem")
    @classmethod
    def _known_placeholders(cls, dem: str) -> str:
        return str(only_placeholders(dem, "tile"))

    @field_validator("boxes")
    @classmethod
    def _boxes_are_degrees(cls, boxes: dict[str, Box]) -> dict[str, Box]:
        return check_boxes(boxes)

    @property
    def geoid(self) -> str | None:
        """Return the raster of the geoid; None if heights refer to the ellipsoid."""
        return None if self.heights == ELLIPSOID else self.heights

    @property
    def reading(self) -> dict[str, Any]:
        """Return the speckle filter, as plain values."""
        return {"filter": self.filter.model_dump(mode="json")}

    @property
    def covers_all_places(self) -> bool:
        """Return whether products of any place count: without boxes, until the tile's place is known."""
        return not self.boxes

    def at(self, tile: str, box: tuple[float, float, float, float]) -> Self:
        """Return the section with the products alone that may show a tile's box in degrees."""
        return self.model_copy(update={"boxes": {tile: list(box)}})

    def ground_folder(self, tile: str) -> str:
        """Return the folder of heights of a tile; empty where they are one raster."""
        dem = self.dem.replace("{tile}", tile)
        return dem if Path(dem).is_dir() else ""

    def ground_files(self, tile: str) -> list[str]:
        """Return the elevation model where it is one raster, and the geoid; a folder is searched by the job."""
        dem = [] if self.ground_folder(tile) else [self.dem.replace("{tile}", tile)]
        return [*dem, *([self.geoid] if self.geoid else [])]

    @property
    def hint_without_products(self) -> str:
        """Return a hint for a tile without products."""
        return "Is its ground seen in this `pass` and from these `orbits`, with all `bands`?"
