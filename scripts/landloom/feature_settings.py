"""Section of the configuration that says what features to make of the series."""

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
