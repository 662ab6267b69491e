"""What hides the ground: clouds and their shadows, the edge of the swath, and the masks that tell of them.

Everything here is computed at 20 m, so that the masks of the two resolutions agree.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from landloom.demo.fields import power_law
from landloom.demo.passes import Observation
from landloom.demo.streams import Stream, generator

CELL_M = 20
# Bits of MAJA's cloud mask.
CLOUD_OR_SHADOW, CLOUD, CLOUD_ONE_DATE, CLOUD_MANY_DATES = 1, 2, 4, 8
THIN_CLOUD, SHADOW, SHADOW_FROM_OUTSIDE, HIGH_CLOUD = 16, 32, 64, 128
THICK_OPACITY, THIN_OPACITY, CASTING_OPACITY = 0.16, 0.05, 0.25
SOFT_EDGE = 0.35
CIRRUS_CHANCE = 0.3
OVERCAST_SHARE = 0.97


@dataclass(frozen=True)
class Sky:
    """The sky over a tile at one look, at 20 m, arrays of shape (size_px / 2, size_px / 2).

    Parameters
    ----------
    opacity
        Share of the signal that comes from clouds, float32, 0 to 1.
    sunlight
        Share of the sun's light that reaches the ground, float32.
    cloud_mask
        MAJA's cloud bits, uint8.
    outside
        Where there are no data.
    """

    opacity: NDArray[np.float32]
    sunlight: NDArray[np.float32]
    cloud_mask: NDArray[np.uint8]
    outside: NDArray[np.bool_]


def draw_sky(observation: Observation, seed: int, bright_roofs: NDArray[np.bool_]) -> Sky:
    """Draw the sky of one look.

    Parameters
    ----------
    look
        The acquisition.
    seed
        Seed of the demonstration.
    bright_roofs
        Where roofs are so bright that they always pass for clouds, at 20 m.
    """
    # Both products of a day see the same clouds, which drifted a little between them.
    rng = generator(seed, Stream.CLOUDS, observation.time.toordinal(), observation.tile.relative_orbit)
    size = observation.tile.size_px // 2
    rows, cols = _shadow_offset(observation, base_height_m=rng.uniform(500, 1400))
    drift = int(observation.time.second % 3)
    pad = max(abs(rows), abs(cols)) + 3
    clouds = _clouds(observation.cloud_share, size, pad, rng)
    clouds = np.roll(clouds, (drift, drift), axis=(0, 1))
    inside = slice(pad, pad + size)
    cirrus = _cirrus(clouds.shape, rng)[inside, inside]
    thick = clouds[inside, inside]
    shade = np.roll(clouds, (rows, cols), axis=(0, 1))[inside, inside]
    from_outside = np.roll(_frame(clouds.shape, inside), (rows, cols), axis=(0, 1))[inside, inside]
    opacity = 1 - (1 - thick) * (1 - cirrus)
    outside = _outside(observation, size)
    mask = _cloud_mask(thick, cirrus, shade, from_outside, bright_roofs)
    # Cirrus lets the light through; under a thick cloud the ground is not seen anyway.
    sunlight = 1 - 0.62 * np.clip(shade, 0, 1)
    return Sky(opacity, sunlight.astype(np.float32), np.where(outside, 0, mask).astype(np.uint8), outside)


def _clouds(share: float, size: int, pad: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the opacity of clouds that cover `share` of the tile, on its grid with `pad` cells around."""
    shape = (size + 2 * pad, size + 2 * pad)
    field = power_law(rng, shape, CELL_M, slope=1.9, longest_m=rng.uniform(1200, 3500))
    if share >= OVERCAST_SHARE:
        overcast: NDArray[np.float32] = np.clip(0.85 + 0.08 * field, 0.3, 1.0)
        return overcast
    threshold = np.quantile(field[pad : pad + size, pad : pad + size], 1 - share)
    found: NDArray[np.float32] = np.clip((field - threshold) / SOFT_EDGE, 0, 0.97).astype(np.float32)
    return found


def _cirrus(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the opacity of high thin clouds, on most dates none."""
    field = power_law(rng, shape, CELL_M, slope=2.2, longest_m=3000)
    present = rng.random() < CIRRUS_CHANCE
    found: NDArray[np.float32] = (present * np.clip(0.09 * (field - 0.6), 0, 0.15)).astype(np.float32)
    return found


def _frame(shape: tuple[int, ...], inside: slice) -> NDArray[np.bool_]:
    frame = np.ones(shape, dtype=bool)
    frame[inside, inside] = False
    return frame


def _shadow_offset(observation: Observation, base_height_m: float) -> tuple[int, int]:
    """Return by how many cells of 20 m (down, right) shadows lie from their clouds."""
    zenith, azimuth = np.radians(observation.sun_zenith_azimuth_deg)
    length = base_height_m * np.tan(zenith) / CELL_M
    # Away from the sun; rows count southwards.
    return round(float(length * np.cos(azimuth))), round(float(-length * np.sin(azimuth)))


def _outside(observation: Observation, size: int) -> NDArray[np.bool_]:
    across = (np.arange(size) + 0.5) / size - 0.5
    outside = np.zeros((size, size), dtype=bool)
    for cut in observation.cuts:
        azimuth = np.radians(cut.azimuth_deg)
        outside |= np.sin(azimuth) * across[None, :] - np.cos(azimuth) * across[:, None] > cut.position
    return outside


def _cloud_mask(
    thick: NDArray[np.float32],
    cirrus: NDArray[np.float32],
    shade: NDArray[np.float32],
    from_outside: NDArray[np.bool_],
    bright_roofs: NDArray[np.bool_],
) -> NDArray[np.uint8]:
    """Return MAJA's bits; as with MAJA, a rim around clouds and shadows is masked with them."""
    rim = np.ones((3, 3), dtype=bool)
    core = thick > THICK_OPACITY
    cloud = binary_dilation(core, rim) | bright_roofs
    thin = ((thick > THIN_OPACITY) | (cirrus > THIN_OPACITY)) & ~cloud
    shadow = binary_dilation(shade > CASTING_OPACITY, rim) & ~cloud
    bits = (
        (cloud | shadow) * CLOUD_OR_SHADOW
        + cloud * CLOUD
        + ((thick > 0.5) | bright_roofs) * CLOUD_ONE_DATE
        + core * CLOUD_MANY_DATES
        + thin * THIN_CLOUD
        + (shadow & ~from_outside) * SHADOW
        + (shadow & from_outside) * SHADOW_FROM_OUTSIDE
        + (cirrus > THIN_OPACITY) * HIGH_CLOUD
    )
    found: NDArray[np.uint8] = bits.astype(np.uint8)
    return found
