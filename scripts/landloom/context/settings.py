"""Section of the configuration: auto-context."""

from typing import Annotated, Literal

from pydantic import Field

from landloom.core.section import Section


class ContextSettings(Section):
    """Auto-context: several models one after another, each of which sees what the one before says around a pixel.

    Features of the pixel's superpixel (section `superpixels`) join those of the pixel: which share of it the model
    before gives to each class. See docs/context.md.
    """

    iterations: Annotated[int, Field(ge=1, le=5)] = Field(
        3, description="models after the first, which sees the pixel alone"
    )
    histogram: Literal["labels", "probabilities"] = Field(
        "labels",
        description="what a superpixel has of each class: the share of its pixels with that label, or their mean "
        "probability",
    )
    context_pixels: Annotated[int, Field(ge=10, le=10_000)] = Field(
        100,
        description="pixels of each superpixel with samples whose features are kept for training, drawn at random "
        "where it has more",
    )
