"""Boxes of tiles in degrees, as sections of several families have them."""

from typing import Annotated

from pydantic import Field

Box = Annotated[list[float], Field(min_length=4, max_length=4)]
"""West, south, east, north; west is above east across the 180th meridian."""


def check_boxes(boxes: dict[str, list[float]]) -> dict[str, list[float]]:
    """Raise ValueError if a box of a tile is none in degrees."""
    for tile, (west, south, east, north) in boxes.items():
        inside = max(abs(west), abs(east)) <= 180 and -90 <= south < north <= 90
        if not inside or west == east or (west > east and west - east < 180):
            raise ValueError(
                f"{tile}: must be west, south, east, north in degrees, as [1.5, 43.2, 2.9, 44.3]; across the "
                "180th meridian as [179.5, -17.2, -179.5, -16.1]"
            )
    return boxes
