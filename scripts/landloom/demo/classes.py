"""The land cover classes of the demonstration: codes, names and colours."""

from dataclasses import dataclass
from enum import IntEnum


class Code(IntEnum):
    """Integer codes of the classes, as in the reference polygons and the truth rasters."""

    WINTER_CEREALS = 1
    MAIZE = 2
    SUNFLOWER = 3
    MEADOW = 4
    ORCHARD = 5
    BROADLEAVED_FOREST = 6
    CONIFEROUS_FOREST = 7
    BUILT_UP = 8
    WATER = 9
    ROADS_AND_BARE = 10


@dataclass(frozen=True)
class LandClass:
    """One line of the nomenclature.

    Parameters
    ----------
    code
        Code in the reference and the truth.
    name
        Class name in English.
    color
        Colour on maps, ``#rrggbb``.
    """

    code: Code
    name: str
    color: str


# Hues in the manner of the OSO maps: yellow and orange crops, greens for grass and trees, magenta towns.
CLASSES = (
    LandClass(Code.WINTER_CEREALS, "winter cereals", "#e8d174"),
    LandClass(Code.MAIZE, "maize", "#e07b39"),
    LandClass(Code.SUNFLOWER, "sunflower", "#fff04a"),
    LandClass(Code.MEADOW, "meadow", "#a9d77e"),
    LandClass(Code.ORCHARD, "orchard", "#c79fd6"),
    LandClass(Code.BROADLEAVED_FOREST, "broad-leaved forest", "#3f9b3a"),
    LandClass(Code.CONIFEROUS_FOREST, "coniferous forest", "#135c36"),
    LandClass(Code.BUILT_UP, "built-up", "#d1316d"),
    LandClass(Code.WATER, "water", "#2f6fd0"),
    LandClass(Code.ROADS_AND_BARE, "roads and bare ground", "#8c8c94"),
)

CLASS_NAMES = {int(land_class.code): land_class.name for land_class in CLASSES}
