"""Section of the speckle filter, of all radar images."""

from typing import Annotated, Literal

from pydantic import Field

from landloom.core.section import Section


class SpeckleFilterSettings(Section):
    """Speckle filter, applied to linear power before anything else."""

    method: Literal["quegan_yu", "lee", "none"] = Field(
        "quegan_yu",
        description="`quegan_yu`: over all observations of one relative orbit and polarisation (Quegan and Yu 2001); "
        "`lee`: of each image alone; `none`",
    )
    radius: Annotated[int, Field(ge=1, le=10)] = Field(
        2, description="radius of the window in pixels: 2 is a window of 5 x 5 pixels"
    )
