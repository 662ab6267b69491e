"""From patches and sky to the pixels of a Level-2A product."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.ndimage import uniform_filter

from landloom.demo.fields import PlaneField, plane_field
from landloom.demo.landforms import TOWNS
from landloom.demo.landscape import Landscape, mixing_matrix, rasterize_patches
from landloom.demo.layout import PIXEL_M, DemoTile, Layout
from landloom.demo.passes import Observation
from landloom.demo.phenology import BANDS, Growth, surface_spectra
from landloom.demo.sky import Sky
from landloom.demo.streams import Stream, generator

BANDS_10_M = ("B2", "B3", "B4", "B8")
BANDS_20_M = ("B5", "B6", "B7", "B8A", "B11", "B12")
NODATA = -10000
QUANTIFICATION = 10000
SATURATED = 15000
RELIEF_M = 22.0
# Clouds are white up to the near infrared; ice and water absorb beyond.
CLOUD_SPECTRUM = np.array([0.60, 0.59, 0.59, 0.60, 0.61, 0.62, 0.62, 0.63, 0.44, 0.33], dtype=np.float32)
# Light of the sky in shadows: mostly blue.
SKYLIGHT = np.array([0.016, 0.012, 0.008, 0.007, 0.006, 0.006, 0.005, 0.005, 0.002, 0.001], dtype=np.float32)
# What an error of 0.1 in aerosol optical thickness leaves behind, of this order.
HAZE = np.array([0.012, 0.009, 0.007, 0.006, 0.004, 0.004, 0.003, 0.003, 0.001, 0.001], dtype=np.float32)


@dataclass(frozen=True)
class Scene:
    """What does not change on a tile from date to date.

    Parameters
    ----------
    mixing
        Share of each patch in each pixel, shape (pixels, patches).
    texture
        Patterns within patches: green cover and brightness, shape (2, pixels), standard deviation 1.
    slopes
        Rise of the ground per metre eastwards and northwards, shape (2, rows, cols).
    bright_roofs
        Where roofs always pass for clouds, at 20 m, bool.
    """

    mixing: sparse.csr_array
    texture: NDArray[np.float32]
    slopes: NDArray[np.float32]
    bright_roofs: NDArray[np.bool_]


@dataclass(frozen=True)
class Image:
    """The pixels of one product.

    Parameters
    ----------
    flat
        Reflectance with slope correction (FRE) per band, int16 times 10000, nodata -10000.
    surface
        Reflectance without slope correction (SRE), likewise.
    saturation
        Saturation bits at 10 m and at 20 m, uint8.
    """

    flat: Mapping[str, NDArray[np.int16]]
    surface: Mapping[str, NDArray[np.int16]]
    saturation: tuple[NDArray[np.uint8], NDArray[np.uint8]]


def make_scene(landscape: Landscape, tile: DemoTile, seed: int) -> tuple[Scene, NDArray[np.int32]]:
    """Return the scene of a tile and the raster of its patches (see `rasterize_patches`)."""
    x, y = tile.pixel_centres()
    bounds = landscape.layout.bounds_m
    texture = [
        plane_field(generator(seed, Stream.TEXTURE, kind), bounds, PIXEL_M, slope, longest).at(x, y).ravel()
        for kind, (slope, longest) in enumerate(((1.1, 250.0), (0.5, 60.0)))
    ]
    height_m = RELIEF_M * relief_field(landscape.layout, seed).at(x, y)
    south, east = np.gradient(height_m, PIXEL_M)
    patch_numbers = rasterize_patches(landscape, tile)
    mixing = mixing_matrix(patch_numbers, len(landscape.patches))
    scene = Scene(mixing, np.stack(texture), np.stack([east, -south]), _bright_roofs(landscape, x, y))
    return scene, patch_numbers


def relief_field(layout: Layout, seed: int) -> PlaneField:
    """Return the hills, of standard deviation 1."""
    return plane_field(generator(seed, Stream.RELIEF), layout.bounds_m, 80.0, slope=3.0, longest_m=2500.0)


def make_image(scene: Scene, growth: Growth, observation: Observation, sky: Sky, seed: int) -> Image:
    """Return the pixels of one product."""
    ground = ground_reflectance(scene, growth, observation, seed)
    size = observation.tile.size_px
    slope_effect = slope_effect_of(scene.slopes, observation)
    sensor = generator(seed, Stream.SENSOR, *observation.keys)
    noise = {band: _noise(band, size, sensor) for band in BANDS}
    saturation = _saturation(sky, sensor)
    flat: dict[str, NDArray[np.int16]] = {}
    surface: dict[str, NDArray[np.int16]] = {}
    for index, band in enumerate(BANDS):
        clear = ground[index].reshape(size, size)
        for images, light in ((flat, np.float32(1)), (surface, slope_effect)):
            seen = through_sky(clear * light, sky, index)
            images[band] = _quantify(seen, noise[band], band, sky, saturation)
    return Image(flat, surface, saturation)


def _bright_roofs(landscape: Landscape, x_m: NDArray[np.float64], y_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return a hall of about 40 m in the middle of each town."""
    bright = np.zeros((x_m.shape[0] // 2, x_m.shape[1] // 2), dtype=bool)
    x20, y20 = (axis.reshape(bright.shape[0], 2, -1, 2).mean(axis=(1, 3)) for axis in (x_m, y_m))
    for across, up, _ in TOWNS:
        x, y = landscape.layout.position(across, up)
        bright |= (np.abs(x20 - x) < 18) & (np.abs(y20 - y) < 18)
    return bright


def ground_reflectance(scene: Scene, growth: Growth, observation: Observation, seed: int) -> NDArray[np.float32]:
    """Return the reflectance of the ground through imperfectly corrected air, shape (bands, pixels)."""
    day_keys = observation.time.toordinal(), observation.tile.relative_orbit
    rng = generator(seed, Stream.SURFACE, *day_keys)
    spectra = surface_spectra(growth, observation.day_of_year, wetness=rng.uniform(0.0, 0.28))
    # Tillage, irrigation, mowing: every patch has its own days.
    spectra[:, 0] *= rng.normal(1.0, 0.035, (spectra.shape[0], 1)).astype(np.float32)
    mixed = scene.mixing @ spectra.reshape(len(spectra), -1)
    mean, by_cover, by_brightness = mixed.T.reshape(3, len(BANDS), -1)
    ground = mean + by_cover * scene.texture[0] + by_brightness * scene.texture[1]
    air = generator(seed, Stream.ATMOSPHERE, *day_keys)
    gain = air.normal(1.0, 0.025) * air.normal(1.0, 0.008, len(BANDS))
    haze = air.normal(0.0, 0.6) * HAZE
    found: NDArray[np.float32] = np.maximum(ground * gain.astype(np.float32)[:, None] + haze[:, None], 0.0005)
    return found


def slope_effect_of(slopes: NDArray[np.float32], observation: Observation) -> NDArray[np.float32]:
    """Return sunlight on the slope relative to flat ground, by the cosine of incidence."""
    zenith, azimuth = np.radians(observation.sun_zenith_azimuth_deg)
    east, north = slopes
    towards_sun = -(east * np.sin(azimuth) + north * np.cos(azimuth)) * np.tan(zenith)
    cosine_ratio = (1 + towards_sun) / np.sqrt(1 + east**2 + north**2)
    found: NDArray[np.float32] = np.clip(cosine_ratio, 0.5, 1.5).astype(np.float32)
    return found


def through_sky(ground: NDArray[np.float32], sky: Sky, band: int) -> NDArray[np.float32]:
    """Return the reflectance of a band as it is seen through the sky, at 10 m."""
    opacity, sunlight = (_smoothly_at_10_m(layer) for layer in (sky.opacity, sky.sunlight))
    lit = ground * sunlight + SKYLIGHT[band] * (1 - sunlight)
    found: NDArray[np.float32] = lit * (1 - opacity) + CLOUD_SPECTRUM[band] * opacity
    return found


def _smoothly_at_10_m(layer: NDArray[np.float32]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = uniform_filter(at_10_m(layer), 3, mode="nearest")
    return found


def at_10_m(layer: NDArray) -> NDArray:
    """Return a 20 m layer on the 10 m grid."""
    return layer.repeat(2, axis=0).repeat(2, axis=1)


def _noise(band: str, size: int, rng: np.random.Generator) -> NDArray[np.float32]:
    pixels = size if band in BANDS_10_M else size // 2
    return rng.standard_normal((pixels, pixels), dtype=np.float32)


def _quantify(
    seen: NDArray[np.float32],
    noise: NDArray[np.float32],
    band: str,
    sky: Sky,
    saturation: tuple[NDArray[np.uint8], NDArray[np.uint8]],
) -> NDArray[np.int16]:
    """Return what is stored: at the band's resolution, with noise, saturated pixels and nodata."""
    if band in BANDS_10_M:
        bit, saturated, outside = BANDS_10_M.index(band), saturation[0], at_10_m(sky.outside)
    else:
        size = seen.shape[0] // 2
        seen = seen.reshape(size, 2, size, 2).mean(axis=(1, 3))
        bit, saturated, outside = BANDS_20_M.index(band), saturation[1], sky.outside
    seen = seen + noise * (0.0025 + 0.012 * seen)
    stored = np.clip(np.rint(seen * QUANTIFICATION), -100, SATURATED)
    stored[(saturated >> bit & 1).astype(bool)] = SATURATED
    stored[outside] = NODATA
    return stored.astype(np.int16)


def _saturation(sky: Sky, rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return saturation bits at 10 m and 20 m: some glints, each in several bands."""
    size = sky.outside.shape[0]
    glints = int(rng.poisson(3.0))
    rows, cols = rng.integers(0, size, (2, glints))
    coarse = np.zeros((size, size), dtype=np.uint8)
    coarse[rows, cols] = rng.integers(1, 1 << len(BANDS_20_M), glints)
    fine = np.zeros((2 * size, 2 * size), dtype=np.uint8)
    fine[2 * rows + 1, 2 * cols] = rng.integers(1, 1 << len(BANDS_10_M), glints)
    coarse[sky.outside] = 0
    fine[at_10_m(sky.outside)] = 0
    return fine, coarse
