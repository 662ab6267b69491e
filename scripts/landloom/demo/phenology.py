"""How patches reflect light on a day of the year: green cover, straw and soil, mixed linearly.

Every patch is a mixture of a vegetation spectrum, dry matter and a background (soil, litter, roofs, water).
The cover of the green and of the dry part follows sums of double logistic functions of time, the usual model
of seasonal curves of vegetation (Beck et al. 2006, Remote Sensing of Environment 100, 321-334).

The numbers are plausible, of the order of what is published, not measured: spectra of soils, water, roofs,
leaves and straw as in the USGS Spectral Library Version 7 (Kokaly et al. 2017, USGS Data Series 1035) and the
ECOSTRESS library (Meerdink et al. 2019, Remote Sensing of Environment 230, 111196), canopies darker than
their leaves; the calendar of crops as in south-western France (Inglada et al. 2017, Remote Sensing 9(1), 95;
Defourny et al. 2019, Remote Sensing of Environment 221, 551-568): cereals peak in early May and are harvested
around July, maize peaks from late July to August and sunflower a little earlier, broad-leaved trees are green
from late April to November.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from landloom.demo.classes import Code
from landloom.demo.fields import plane_field
from landloom.demo.landscape import Landscape
from landloom.demo.streams import Stream, generator

BANDS = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")

# Reflectances in the order of BANDS.
CROP_CANOPY = (0.026, 0.056, 0.027, 0.090, 0.310, 0.400, 0.430, 0.445, 0.200, 0.095)
GRASS = (0.033, 0.070, 0.043, 0.112, 0.290, 0.350, 0.375, 0.395, 0.235, 0.130)
BROADLEAVED_CANOPY = (0.021, 0.045, 0.023, 0.074, 0.250, 0.320, 0.340, 0.360, 0.170, 0.078)
CONIFER_CANOPY = (0.018, 0.034, 0.021, 0.054, 0.150, 0.182, 0.198, 0.212, 0.100, 0.047)
ORCHARD_CANOPY = (0.028, 0.057, 0.034, 0.092, 0.265, 0.325, 0.348, 0.366, 0.205, 0.105)
STRAW = (0.070, 0.102, 0.140, 0.178, 0.215, 0.245, 0.275, 0.298, 0.355, 0.265)
DARK_SOIL = (0.050, 0.074, 0.098, 0.115, 0.130, 0.142, 0.155, 0.166, 0.225, 0.185)
BRIGHT_SOIL = (0.095, 0.135, 0.180, 0.200, 0.220, 0.238, 0.258, 0.275, 0.360, 0.305)
LITTER = (0.036, 0.050, 0.064, 0.084, 0.118, 0.136, 0.155, 0.172, 0.205, 0.135)
ROOFS = (0.092, 0.118, 0.158, 0.178, 0.200, 0.214, 0.232, 0.244, 0.275, 0.242)
MINERAL = (0.100, 0.120, 0.142, 0.155, 0.166, 0.174, 0.186, 0.194, 0.222, 0.204)
WATER = (0.044, 0.052, 0.036, 0.032, 0.022, 0.020, 0.018, 0.016, 0.010, 0.007)

# Amplitude, day of half rise, its width, day of half fall, its width (days; may lie outside the year).
Pulse = tuple[float, float, float, float, float]


@dataclass(frozen=True)
class Habit:
    """How a class grows.

    Parameters
    ----------
    canopy, background
        Reflectances of full green cover and of what lies under it, in the order of BANDS.
    base, base_spread
        Green cover outside the seasons: mean and standard deviation between patches.
    green, dry
        Seasons of green cover and of dry matter.
    rise_spread_days, fall_spread_days
        Standard deviation between patches of the beginning and the end of seasons.
    amplitude_spread
        Relative standard deviation between patches of the height of seasons.
    soil_share
        How much of the background is the patch's own soil rather than `background`.
    patchiness
        Standard deviation within a patch of green cover.
    roughness
        Relative standard deviation within a patch of brightness.
    """

    canopy: tuple[float, ...]
    background: tuple[float, ...]
    base: float
    base_spread: float
    green: tuple[Pulse, ...]
    dry: tuple[Pulse, ...]
    rise_spread_days: float
    fall_spread_days: float
    amplitude_spread: float
    soil_share: float
    patchiness: float
    roughness: float


HABITS = {
    Code.WINTER_CEREALS: Habit(
        CROP_CANOPY, BRIGHT_SOIL, 0.08, 0.04,
        green=((0.22, -45, 15, 88, 14), (0.80, 82, 12, 168, 8), (0.20, 322, 14, 450, 14)),
        dry=((0.60, 166, 8, 198, 7), (0.28, 198, 5, 262, 18)),
        rise_spread_days=9, fall_spread_days=8, amplitude_spread=0.12,
        soil_share=1.0, patchiness=0.08, roughness=0.05,
    ),
    Code.MAIZE: Habit(
        CROP_CANOPY, BRIGHT_SOIL, 0.09, 0.05,
        green=((0.86, 167, 9, 264, 11), (0.08, -60, 20, 105, 12), (0.07, 318, 18, 470, 12)),
        dry=((0.45, 260, 10, 292, 8), (0.24, 292, 7, 345, 20)),
        rise_spread_days=9, fall_spread_days=10, amplitude_spread=0.14,
        soil_share=1.0, patchiness=0.08, roughness=0.05,
    ),
    Code.SUNFLOWER: Habit(
        CROP_CANOPY, BRIGHT_SOIL, 0.08, 0.05,
        green=((0.72, 148, 9, 221, 10), (0.08, -60, 20, 100, 12), (0.07, 318, 18, 470, 12)),
        dry=((0.42, 220, 8, 258, 8), (0.20, 261, 6, 306, 18)),
        rise_spread_days=10, fall_spread_days=9, amplitude_spread=0.16,
        soil_share=1.0, patchiness=0.09, roughness=0.05,
    ),
    Code.MEADOW: Habit(
        GRASS, BRIGHT_SOIL, 0.52, 0.10,
        green=((0.32, 82, 17, 163, 8), (0.20, 266, 15, 345, 20)),
        dry=((0.26, 178, 14, 264, 15),),
        rise_spread_days=13, fall_spread_days=20, amplitude_spread=0.32,
        soil_share=0.8, patchiness=0.09, roughness=0.06,
    ),
    Code.ORCHARD: Habit(
        ORCHARD_CANOPY, BRIGHT_SOIL, 0.34, 0.12,
        green=((0.32, 104, 14, 302, 15), (0.10, 82, 16, 168, 12)),
        dry=((0.16, 178, 16, 262, 16),),
        rise_spread_days=12, fall_spread_days=14, amplitude_spread=0.32,
        soil_share=0.85, patchiness=0.11, roughness=0.09,
    ),
    Code.BROADLEAVED_FOREST: Habit(
        BROADLEAVED_CANOPY, LITTER, 0.16, 0.08,
        green=((0.72, 106, 9, 306, 12),),
        dry=((0.10, 300, 12, 330, 15),),
        rise_spread_days=6, fall_spread_days=8, amplitude_spread=0.12,
        soil_share=0.15, patchiness=0.08, roughness=0.10,
    ),
    Code.CONIFEROUS_FOREST: Habit(
        CONIFER_CANOPY, LITTER, 0.76, 0.10,
        green=((0.10, 118, 18, 292, 25),),
        dry=(),
        rise_spread_days=8, fall_spread_days=8, amplitude_spread=0.5,
        soil_share=0.15, patchiness=0.09, roughness=0.11,
    ),
    Code.BUILT_UP: Habit(
        GRASS, ROOFS, 0.27, 0.09,
        green=((0.12, 92, 16, 300, 20),),
        dry=((0.08, 178, 16, 262, 16),),
        rise_spread_days=8, fall_spread_days=8, amplitude_spread=0.5,
        soil_share=0.15, patchiness=0.13, roughness=0.20,
    ),
    Code.WATER: Habit(
        GRASS, WATER, 0.005, 0.008,
        green=((0.02, 150, 20, 290, 20),),
        dry=(),
        rise_spread_days=10, fall_spread_days=10, amplitude_spread=0.8,
        soil_share=0.0, patchiness=0.008, roughness=0.07,
    ),
    Code.ROADS_AND_BARE: Habit(
        GRASS, MINERAL, 0.07, 0.05,
        green=((0.07, 90, 18, 180, 20),),
        dry=((0.06, 178, 16, 262, 16),),
        rise_spread_days=10, fall_spread_days=10, amplitude_spread=0.6,
        soil_share=0.3, patchiness=0.07, roughness=0.10,
    ),
}  # fmt: skip

# The mediterranean spring comes earlier; summers without rain thin out what is not irrigated.
MEDITERRANEAN_SHIFT_DAYS = -17.0
MEDITERRANEAN_AMPLITUDE = 0.92
MEDITERRANEAN_DRYNESS = 1.35
SEASON_SPREAD_DAYS = 3.0
LARGEST_COVER = 0.97


@dataclass(frozen=True)
class Growth:
    """The traits of all patches in one year.

    Parameters
    ----------
    canopy, background
        Spectra, float32, shape (patches, bands).
    base
        Green cover outside the seasons, shape (patches,).
    green, dry
        Pulses, shape (patches, pulses, 5).
    patchiness, roughness
        Variation within patches, shape (patches,).
    """

    canopy: NDArray[np.float32]
    background: NDArray[np.float32]
    base: NDArray[np.float32]
    green: NDArray[np.float32]
    dry: NDArray[np.float32]
    patchiness: NDArray[np.float32]
    roughness: NDArray[np.float32]


def draw_growth(landscape: Landscape, seed: int, year: int) -> Growth:
    """Draw the traits of every patch: its soil for good, sowing and vigour for the year."""
    rng = generator(seed, Stream.SEASON, year)
    east = landscape.is_mediterranean
    shift = rng.normal(0, SEASON_SPREAD_DAYS) + np.where(east, MEDITERRANEAN_SHIFT_DAYS, 0.0)
    rise = shift + rng.standard_normal(len(east)) * _trait(landscape, "rise_spread_days")
    # Late sowing mostly means late harvest.
    fall = shift + 0.5 * (rise - shift) + rng.standard_normal(len(east)) * _trait(landscape, "fall_spread_days")
    vigour = np.clip(1 + rng.standard_normal(len(east)) * _trait(landscape, "amplitude_spread"), 0.1, 1.9)
    vigour *= np.where(east, MEDITERRANEAN_AMPLITUDE, 1.0)
    dryness = np.where(east, MEDITERRANEAN_DRYNESS, 1.0) * rng.uniform(0.6, 1.4, len(east))
    base = _trait(landscape, "base") + rng.standard_normal(len(east)) * _trait(landscape, "base_spread")
    leaves = _spectral_variation(rng, len(east), spread=0.075)
    return Growth(
        canopy=(_trait(landscape, "canopy") * leaves).astype(np.float32),
        background=_background(landscape, seed),
        base=np.clip(base, 0.0, 0.95).astype(np.float32),
        green=_move(_pulses(landscape, "green"), rise, fall, vigour),
        dry=_move(_pulses(landscape, "dry"), fall, fall, dryness),
        patchiness=_trait(landscape, "patchiness"),
        roughness=_trait(landscape, "roughness"),
    )


def surface_spectra(growth: Growth, day: float, wetness: float) -> NDArray[np.float32]:
    """Return the reflectance of every patch on a day, and how it varies within the patch.

    Parameters
    ----------
    growth
        Traits of the patches.
    day
        Day of the year.
    wetness
        Darkening of soils by rain, 0 (dry) to 0.3.

    Returns
    -------
    NDArray[np.float32]
        Shape (patches, 3, bands): reflectance, its change by one standard deviation of green cover, and by
        one of brightness.
    """
    green = green_cover(growth, day)
    dry = np.clip(_cover(growth.dry, day), 0, 1) * (1 - green)
    soil = growth.background * (1 - wetness)
    below = soil * (1 - dry)[:, None] + np.array(STRAW, dtype=np.float32) * dry[:, None]
    reflectance = below + green[:, None] * (growth.canopy - below)
    # Gaps show where plants stand: on bare ground nothing varies but its brightness.
    variable = growth.patchiness * np.sqrt(np.clip(green * 1.5, 0.05, 1))
    by_cover = variable[:, None] * (growth.canopy - below)
    by_brightness = growth.roughness[:, None] * reflectance
    return np.stack([reflectance, by_cover, by_brightness], axis=1).astype(np.float32)


def green_cover(growth: Growth, day: float) -> NDArray[np.float32]:
    """Return the part of each patch that green plants cover on a day of the year, shape (patches,)."""
    found: NDArray[np.float32] = np.clip(growth.base + _cover(growth.green, day), 0, LARGEST_COVER)
    return found


def _cover(pulses: NDArray[np.float32], day: float) -> NDArray[np.float32]:
    """Return the sum of double logistic pulses on a day, shape (patches,)."""
    amplitude, rise, rise_width, fall, fall_width = np.moveaxis(pulses, -1, 0)
    found: NDArray[np.float32] = (
        amplitude * expit((day - rise) / rise_width) * expit((fall - day) / fall_width)
    ).sum(axis=1)
    return found


def _move(
    pulses: NDArray[np.float32],
    rise_days: NDArray[np.float64],
    fall_days: NDArray[np.float64],
    factor: NDArray[np.float64],
) -> NDArray[np.float32]:
    amplitude, rise, rise_width, fall, fall_width = np.moveaxis(pulses, -1, 0)
    moved = (
        amplitude * factor[:, None],
        rise + rise_days[:, None],
        rise_width,
        fall + fall_days[:, None],
        fall_width,
    )
    return np.stack(moved, axis=-1).astype(np.float32)


def _trait(landscape: Landscape, name: str) -> NDArray[np.float32]:
    """Return a trait of the class of each patch, shape (patches, ...)."""
    table = np.array([getattr(HABITS[code], name) for code in Code], dtype=np.float32)
    return table[np.searchsorted(np.array(Code), landscape.codes)]


def _pulses(landscape: Landscape, season: str) -> NDArray[np.float32]:
    """Return the pulses of the class of each patch, filled up with pulses of no height."""
    habits = [getattr(HABITS[code], season) for code in Code]
    most = max(len(pulses) for pulses in habits)
    nothing: Pulse = (0.0, 0.0, 1.0, 0.0, 1.0)
    table = np.array([[*pulses, *[nothing] * (most - len(pulses))] for pulses in habits], dtype=np.float32)
    return table[np.searchsorted(np.array(Code), landscape.codes)]


def _background(landscape: Landscape, seed: int) -> NDArray[np.float32]:
    """Return what lies under the vegetation of each patch: its soil, mixed with that of its class."""
    rng = generator(seed, Stream.SOILS)
    field = plane_field(rng, landscape.layout.bounds_m, 60.0, slope=1.8, longest_m=2500.0)
    x, y = landscape.centres.T
    brightness = 0.45 + 0.15 * field.at(x, y) + 0.15 * landscape.is_mediterranean + rng.normal(0, 0.14, len(x))
    brightness = np.clip(brightness, 0, 1)[:, None]
    soil = np.array(DARK_SOIL) * (1 - brightness) + np.array(BRIGHT_SOIL) * brightness
    share = _trait(landscape, "soil_share")[:, None]
    mixed = soil * share + _trait(landscape, "background") * (1 - share)
    return (mixed * _spectral_variation(rng, len(x), spread=0.065)).astype(np.float32)


def _spectral_variation(rng: np.random.Generator, patches: int, spread: float) -> NDArray[np.float64]:
    """Return factors per patch and band: brightness, and visible, near and short-wave infrared apart."""
    domains = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2])
    common = rng.normal(0, spread, (patches, 1))
    return np.exp(common + rng.normal(0, spread, (patches, 3))[:, domains])
