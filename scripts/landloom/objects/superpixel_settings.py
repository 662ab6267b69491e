"""Section of the configuration: superpixels."""

from typing import Annotated

from pydantic import Field

from landloom.core.section import Section


class SuperpixelSettings(Section):
    """Superpixels: small segments of alike pixels, the same in all tiles that show the ground (docs/context.md)."""

    side_px: Annotated[int, Field(ge=3, le=100)] = Field(
        10,
        description="side of the square cells that superpixels start from, in pixels: they have about as many each",
    )
    features: dict[str, Annotated[float, Field(gt=0, le=1e6)]] | None = Field(
        None,
        description="few quantities of the feature vectors to segment by, each with a difference that counts as much "
        "as one of the others, in its unit, as `{NDVI: 0.1, B8: 0.05, altitude: 50}` (of one sensor: "
        "`sentinel2_NDVI`); by default the indices and expressions of each sensor or, where it has none, its bands",
    )
    periods: Annotated[int, Field(ge=1, le=12)] = Field(
        3, description="parts of the output dates, by each of which the mean of a quantity counts"
    )
    iterations: Annotated[int, Field(ge=1, le=20)] = Field(
        10, description="times that pixels choose their superpixel; more of them need wider margins"
    )
    compactness: Annotated[float, Field(gt=0, le=1000)] = Field(
        1.0,
        description="the larger, the rounder: how much of the differences named by `features` counts as a distance "
        "of `side_px`",
    )

    @property
    def reach_px(self) -> int:
        """Return how many pixels lie between two of one superpixel at most, in rows and columns each."""
        return 3 * self.side_px - 1
