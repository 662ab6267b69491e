"""Sections of the configuration that say what to make of the series: features, maps, the demo."""

from typing import Annotated

from pydantic import Field

from landloom.section import Section


class FeatureSettings(Section):
    """What the classifier sees of every pixel."""

    bands: bool = Field(True, description="use the gap-filled bands themselves")
    indices: list[str] | None = Field(
        None,
        description="spectral indices by their name in spyndex, and `brightness` (Euclidean norm of the bands); by "
        "default NDVI, NDMI and brightness as far as a sensor has the bands (a `series` says so by `common_names`)",
    )


class MapSettings(Section):
    """The maps to make."""

    crs: str | None = Field(
        None, description="CRS of the mosaic, e.g. EPSG:2154; by default the tiles' own if they share one"
    )
    resolution_m: Annotated[float, Field(gt=0)] | None = Field(
        None, description="pixel of the mosaic, in its CRS' units; by default the finest of the tiles"
    )
    probabilities: bool = Field(False, description="write the probability of every class, too")


class DemoSettings(Section):
    """The demo archive."""

    seed: int = Field(1, ge=0, lt=2**32, description="seed of the made-up landscape and weather")
    size_px: Annotated[int, Field(ge=100, le=10980, multiple_of=2)] = Field(
        420, description="rows and columns of a tile, of 10 m"
    )
