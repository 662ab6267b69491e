"""Random numbers: one independent stream per purpose, so that adding a draw here moves nothing there."""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a stream of random numbers is for; the value is part of its seed."""

    PARCELS = 1
    LANDFORMS = 2
    WOODS = 3
    LAND_USE = 4
    ROTATION = 5
    SOILS = 6
    SEASON = 7
    TEXTURE = 8
    RELIEF = 9
    PASSES = 10
    SURFACE = 11
    CLOUDS = 12
    ATMOSPHERE = 13
    SENSOR = 14
    REFERENCE = 15
    ALTITUDE = 16
    RADAR_RAIN = 17
    RADAR_GROUND = 18
    RADAR_PASSES = 19
    SPECKLE = 20
    EMBEDDINGS = 21


def generator(seed: int, stream: Stream, *keys: int) -> np.random.Generator:
    """Return the generator of one stream, told apart further by `keys` (year, date, tile...)."""
    return np.random.default_rng([seed, int(stream), *keys])
