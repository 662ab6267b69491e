"""How patches scatter a radar's waves on a day of the year: gamma nought of VV and VH by green cover and wet soil.

Between bare ground and full green cover, decibels change in proportion to the cover of
:mod:`landloom.demo.phenology`, so that radar and optical products tell of the same seasons. The numbers are
plausible, not measured: in summer crops VH rises by 6 dB as they grow, VV falls where stalks stand (cereals) and
rises where leaves are broad (maize, sunflower); forests change by 1 dB, water and towns not at all. Of the order of
Veloso et al. (2017), Remote Sensing of Environment 199, 415-426.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landloom.demo.classes import Code
from landloom.demo.landscape import Landscape
from landloom.demo.phenology import Growth, green_cover
from landloom.demo.streams import Stream, generator

POLARISATIONS = ("VV", "VH")


@dataclass(frozen=True)
class Scattering:
    """How a class scatters.

    Parameters
    ----------
    bare, green
        Gamma nought in dB of VV and VH without green cover, and with full cover.
    spread_db
        Standard deviation between patches, of roughness.
    soil
        How much of what rain changes in bare soils is seen without green cover, from 0 to 1.
    """

    bare: tuple[float, float]
    green: tuple[float, float]
    spread_db: float
    soil: float


SCATTERING = {
    Code.WINTER_CEREALS: Scattering((-10.5, -19.0), (-14.0, -17.0), 0.9, 1.0),
    Code.MAIZE: Scattering((-10.5, -19.5), (-9.0, -13.5), 0.9, 1.0),
    Code.SUNFLOWER: Scattering((-11.0, -19.5), (-8.5, -13.0), 0.9, 1.0),
    Code.MEADOW: Scattering((-11.5, -19.0), (-12.0, -17.5), 0.8, 0.6),
    Code.ORCHARD: Scattering((-10.0, -16.5), (-9.5, -14.5), 0.9, 0.5),
    Code.BROADLEAVED_FOREST: Scattering((-8.5, -13.6), (-8.8, -14.4), 0.5, 0.0),
    Code.CONIFEROUS_FOREST: Scattering((-9.0, -13.0), (-9.0, -13.0), 0.5, 0.0),
    Code.BUILT_UP: Scattering((-4.0, -11.0), (-4.0, -11.0), 1.2, 0.0),
    Code.WATER: Scattering((-24.0, -30.0), (-24.0, -30.0), 0.0, 0.0),
    Code.ROADS_AND_BARE: Scattering((-13.5, -21.0), (-12.5, -18.5), 1.2, 0.4),
}
WET_SOIL_DB = 2.5
"""How much brighter bare soils are after rain; each date has its own part of it."""


def gamma0_of_patches(
    landscape: Landscape, growth: Growth, seed: int, date_number: int, day: int
) -> NDArray[np.float32]:
    """Return gamma nought of each patch on a day as power, of shape (polarisations, patches).

    Parameters
    ----------
    landscape
        Its patches.
    growth
        Their traits in the year.
    seed
        Of all that is drawn.
    date_number
        Proleptic number of the day, for its rain.
    day
        Day of the year.
    """
    kinds = [SCATTERING[Code(code)] for code in landscape.codes.tolist()]
    bare, green = (np.array([getattr(kind, state) for kind in kinds]).T for state in ("bare", "green"))
    spread, soil = (np.array([getattr(kind, name) for kind in kinds]) for name in ("spread_db", "soil"))
    cover = green_cover(growth, day).astype(np.float64)
    wetness = generator(seed, Stream.RADAR_RAIN, date_number).beta(1.2, 2.5)
    own = generator(seed, Stream.RADAR_GROUND).standard_normal(len(kinds))
    decibels = bare + (green - bare) * cover + spread * own + WET_SOIL_DB * wetness * soil * (1 - cover)
    return np.asarray(10 ** (decibels / 10), np.float32)
