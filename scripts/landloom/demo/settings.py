"""Section of the configuration: the demo archive."""

from typing import Annotated, Literal

from pydantic import Field

from landloom.core.section import Section


class DemoSettings(Section):
    """The demo archive."""

    seed: int = Field(1, ge=0, lt=2**32, description="seed of the made-up landscape and weather")
    size_px: Annotated[int, Field(ge=100, le=10980, multiple_of=2)] = Field(
        420, description="rows and columns of a tile, of 10 m"
    )
    sensors: Annotated[
        list[Literal["sentinel2", "landsat8", "altitude", "sentinel1", "embeddings"]], Field(min_length=1)
    ] = Field(
        ["sentinel2"],
        description="what to make: Sentinel-2 (`demo/archive`), Landsat 8 (`demo/landsat`), a raster of the altitude "
        "(`demo/altitude.tif`), Sentinel-1 (`demo/sentinel1`, and the heights of its ground, `demo/dem.tif`), "
        "embeddings (`demo/embeddings`)",
    )
