"""Section of the configuration for user-defined functions that compute features."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from landloom.core.section import FolderPath, InputPath, Name, PythonName, Section, only_placeholders

MOST_PADDING_PX = 256


def _placeholders(pattern: str) -> str:
    only_placeholders(pattern, "tile", "year")
    return pattern


RasterPath = Annotated[FolderPath, AfterValidator(_placeholders)]


class FunctionSettings(Section):
    """User-defined Python function that computes features; docs/functions.md describes arguments and results."""

    file: InputPath = Field(description="Python file; it is executed, so name only files that you trust")
    name: PythonName = Field(description="the function in it")
    interface: Literal["landloom", "iota2"] = Field(
        "landloom", description="what it is written for: landloom, or the external features of iota2"
    )
    prefix: Name | None = Field(None, description="prefix of its features' names; by default the function's name")
    arguments: dict[str, Any] = Field({}, description="its keyword arguments")
    rasters: dict[Name, RasterPath] = Field(
        {},
        description="static rasters that it reads, by a name of your choice; in their paths, `{tile}` and "
        "`{year}` stand for those of the job; they are resampled to the tile's grid by bilinear interpolation, or "
        "averaged if they are finer",
    )
    padding_px: Annotated[int, Field(ge=0, le=MOST_PADDING_PX)] = Field(
        0, description="distance in pixels up to which its features depend on neighbours"
    )
    scale: Annotated[float, Field(gt=0, le=1e6)] = Field(
        1000.0, description="features are rounded results times this, from -32767 to 32767"
    )
    keep: Annotated[list[str], Field(min_length=1)] | None = Field(
        None, description="names of the results that become features; by default all"
    )
    held_series: Annotated[int, Field(ge=1, le=1000)] = Field(
        6,
        description="arrays of all dates or observations (float32) in memory at a time, including its own: windows "
        "are small enough for these",
    )

    @property
    def label(self) -> str:
        """Return the prefix of its features' names."""
        return self.prefix or self.name
