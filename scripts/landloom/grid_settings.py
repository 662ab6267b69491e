"""The section `grid` of the configuration: the pixels that tiles are worked on in."""

from typing import Annotated

from pydantic import Field

from landloom.section import Name, Section


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
