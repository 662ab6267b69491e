"""Section of the configuration that describes rasters without time, as altitude."""

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, field_validator

from landloom.core.section import FolderPath, PositiveInt, Section, only_placeholders
from landloom.features.names import TAKEN
from landloom.sensors.acquisition import RasterBand


class StaticRasterSettings(Section):
    """A band of a file that is one feature, named as the section: number times `scale` plus `offset`, rounded."""

    file: FolderPath = Field(
        description="file of all tiles, or of each: `{tile}` and `{year}` stand for those of the map, as in "
        "`dem/{tile}.tif`; any CRS, extent and resolution"
    )
    number: PositiveInt = Field(1, description="number of the band in the file")
    scale: Annotated[float, Field(ge=-1e9, le=1e9)] = Field(
        1.0, description="factor to the feature, an integer from -9999 to 32767"
    )
    offset: Annotated[float, Field(ge=-1e9, le=1e9)] = Field(0.0, description="summand to the feature")
    nodata: float | None = Field(
        None,
        description="number without meaning; by default the file's own, else -10000 where int16 needs no scaling",
    )
    resampling: Literal["bilinear", "nearest", "cubic"] = Field(
        "bilinear", description="how it comes onto the tile's grid; `nearest` for codes, as of soils"
    )
    required: bool = Field(
        True, description="whether every tile needs some value; if not, the feature is -10000 where there is none"
    )

    @field_validator("file")
    @classmethod
    def _known_placeholders(cls, file: str) -> str:
        only_placeholders(file, "tile", "year")
        return file

    @field_validator("scale")
    @classmethod
    def _tells_values_apart(cls, scale: float) -> float:
        if scale == 0:
            raise ValueError("must not be 0")
        return scale

    def path(self, tile: str, year: str) -> str:
        """Return the file for a tile and year."""
        return self.file.replace("{tile}", tile).replace("{year}", year)

    def band(self, tile: str, year: str) -> RasterBand:
        """Return the band of the file, with its scaling."""
        return RasterBand(self.path(tile, year), self.number, self.scale, self.offset, self.nodata)


def of_content(content: Mapping[str, object]) -> dict[str, StaticRasterSettings]:
    """Return the typed rasters of a configuration's part that was dumped to plain values."""
    return TypeAdapter(dict[str, StaticRasterSettings]).validate_python(content)


def check_names(rasters: Collection[str], sensors: Collection[str]) -> None:
    """Raise where a raster, named as its feature, could be taken for something else."""
    for name in rasters:
        if name in TAKEN or re.fullmatch(r"run\d+", name):
            raise ValueError(f"rasters.{name}: this name is that of a column of the samples; choose another")
        owner = next((sensor for sensor in sensors if name == sensor or name.startswith(f"{sensor}_")), None)
        if owner:
            raise ValueError(
                f"rasters.{name}: would be taken for a feature of sensors.{owner}, whose names begin so; "
                "choose another name"
            )
