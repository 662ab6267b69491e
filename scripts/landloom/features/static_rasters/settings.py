"""Section of the configuration for static rasters such as altitude."""

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, field_validator

from landloom.core.section import FolderPath, PositiveInt, Section, only_placeholders
from landloom.features.names import TAKEN
from landloom.sensors.acquisition import RasterBand, file_scaling
from landloom.sensors.file_scaling import FILE_SCALING, Scale


class StaticRasterSettings(Section):
    """Band of a file as one feature, named like the section: number times `scale` plus `offset`, rounded."""

    file: FolderPath = Field(
        description="one file for all tiles, or one per tile: `{tile}` and `{year}` are replaced, as in "
        "`dem/{tile}.tif`; any CRS, extent and resolution"
    )
    number: PositiveInt = Field(1, description="number of the band in the file")
    scale: Annotated[Scale, Field(ge=-1e9, le=1e9)] | None = Field(
        None,
        description="factor of the number; features are integers from -9999 to 32767; by default the scale that the "
        "file declares, else 1",
    )
    offset: Annotated[float, Field(ge=-1e9, le=1e9)] | None = Field(
        None, description="added to the scaled number; by default the offset that the file declares, else 0"
    )
    file_scaling: Literal["use", "ignore"] = FILE_SCALING
    nodata: float | None = Field(
        None,
        description="nodata value, beside the file's own; without both, -10000 where int16 needs no scaling",
    )
    resampling: Literal["bilinear", "nearest", "cubic"] = Field(
        "bilinear", description="resampling to the tile's grid; `nearest` for codes, as of soils"
    )
    required: bool = Field(
        True, description="whether every tile needs valid values; if not, the feature is -10000 in tiles without"
    )

    @field_validator("file")
    @classmethod
    def _known_placeholders(cls, file: str) -> str:
        only_placeholders(file, "tile", "year")
        return file

    def path(self, tile: str, year: str) -> str:
        """Return the file for a tile and year."""
        return self.file.replace("{tile}", tile).replace("{year}", year)

    def band(self, tile: str, year: str) -> RasterBand:
        """Return the band of the file, with its scaling."""
        nodata = () if self.nodata is None else (self.nodata,)
        ignored = self.file_scaling == "ignore"
        return RasterBand(
            self.path(tile, year),
            self.number,
            1.0 if self.scale is None else self.scale,
            self.offset or 0.0,
            nodata,
            unit=1.0,
            file_scale=file_scaling(self.scale, ignored),
            file_offset=file_scaling(self.offset, ignored),
        )


def of_content(content: Mapping[str, object]) -> dict[str, StaticRasterSettings]:
    """Return the typed sections of rasters from plain values."""
    return TypeAdapter(dict[str, StaticRasterSettings]).validate_python(content)


def check_names(rasters: Collection[str], sensors: Collection[str]) -> None:
    """Raise if a raster's name is ambiguous, since it is also the name of its feature."""
    for name in rasters:
        if name in TAKEN or re.fullmatch(r"run\d+", name):
            raise ValueError(f"rasters.{name}: this is the name of a column of the samples; choose another")
        owner = next((sensor for sensor in sensors if name == sensor or name.startswith(f"{sensor}_")), None)
        if owner:
            raise ValueError(
                f"rasters.{name}: would be taken for a feature of sensors.{owner}, whose names begin so; "
                "choose another name"
            )
