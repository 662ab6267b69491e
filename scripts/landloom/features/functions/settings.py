"""Section of the configuration that names functions of the user's own, which make features."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from landloom.core.section import FolderPath, InputPath, Name, Section, TextLike, only_placeholders

MOST_PADDING_PX = 256


def _placeholders(pattern: str) -> str:
    only_placeholders(pattern, "tile", "year")
    return pattern


RasterPath = Annotated[FolderPath, AfterValidator(_placeholders)]
FunctionName = Annotated[
    str,
    Field(max_length=60),
    TextLike("[A-Za-z_][A-Za-z0-9_]*", "the name of a Python function (letters, digits, _)"),
]


class FunctionSettings(Section):
    """A Python function of your own, which makes features; docs/functions.md says what it gets and returns."""

    file: InputPath = Field(description="Python file; it is run as it stands, so name only files that you trust")
    name: FunctionName = Field(description="the function in it")
    prefix: Name | None = Field(None, description="begins the names of its features; by default the function's name")
    arguments: dict[str, Any] = Field({}, description="its keyword arguments")
    rasters: dict[Name, RasterPath] = Field(
        {},
        description="rasters without time that it reads, by a name of your choice; in their paths, `{tile}` and "
        "`{year}` stand for those of the job; they are brought onto the tile's grid by bilinear interpolation, or "
        "averaged where they are finer",
    )
    padding_px: Annotated[int, Field(ge=0, le=MOST_PADDING_PX)] = Field(
        0, description="how many pixels around each pixel its features depend on"
    )
    scale: Annotated[float, Field(gt=0, le=1e6)] = Field(
        1000.0, description="features are rounded results times this, from -32767 to 32767"
    )
    keep: Annotated[list[str], Field(min_length=1)] | None = Field(
        None, description="names of those of its results that become features; by default all"
    )
    held_series: Annotated[int, Field(ge=1, le=1000)] = Field(
        6,
        description="how many arrays of all dates or looks (float32) it holds at a time, its own among them: windows "
        "are small enough for these",
    )

    @property
    def label(self) -> str:
        """Return what the names of its features begin with."""
        return self.prefix or self.name
