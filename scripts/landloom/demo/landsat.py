"""Landsat 8 over the demonstration: its own dates, clouds and pixels of 30 m, as Collection 2 Level-2 products.

Names, bits and scaling as in the Landsat 8-9 Collection 2 Level 2 Science Product Guide (LSDS-1619). OLI's bands are
taken for those of Sentinel-2 at the same wavelengths; the ground is not corrected for its slopes, as in the products.
Only what landloom reads is written: SR_B2 to SR_B7, QA_PIXEL, QA_RADSAT and metadata; scenes are cut to the tiles.
"""

import datetime
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from landloom.demo.imaging import Scene, at_10_m, ground_reflectance, slope_effect_of, through_sky
from landloom.demo.layout import PIXEL_M, DemoTile
from landloom.demo.passes import Observation, draw_cloud_shares
from landloom.demo.phenology import BANDS, Growth
from landloom.demo.products import write_raster
from landloom.demo.sky import CLOUD, CLOUD_MANY_DATES, HIGH_CLOUD, SHADOW, SHADOW_FROM_OUTSIDE, Sky
from landloom.demo.streams import Stream, generator

LANDSAT_PIXEL_M = 30
OLI_BANDS = {2: "B2", 3: "B3", 4: "B4", 5: "B8A", 6: "B11", 7: "B12"}
WRS_PATH, WRS_ROW = {"T30TYP": 200, "T31TBJ": 199}, 29
CYCLE_DAYS, CYCLE_START = 16, datetime.date(2018, 1, 1)
PHASE_DAYS = {200: 5, 199: 14}
OVERPASS = datetime.time(10, 47, 20)
MULTIPLIER, SUMMAND = 2.75e-5, -0.2
MARGIN_M = 60
# Bits of QA_PIXEL; then low confidence (01 of two bits) of cloud, shadow, snow and cirrus, and high (11).
DILATED_BIT, CIRRUS_BIT, CLOUD_BIT, SHADOW_BIT, CLEAR_BIT = 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 6
LOW_CONFIDENCES = 1 << 8 | 1 << 10 | 1 << 12 | 1 << 14
HIGH_CLOUD_CONFIDENCE, HIGH_SHADOW_CONFIDENCE, HIGH_CIRRUS_CONFIDENCE = 3 << 8, 3 << 10, 3 << 14


def landsat_frame(tile: DemoTile) -> DemoTile:
    """Return the ground that is cut out of Landsat's scenes for a tile: a little more, on the grid of their pixels.

    The corners of these pixels lie 15 m beside multiples of 30 m, and so on no grid of Sentinel-2.
    """
    half = LANDSAT_PIXEL_M // 2
    left = LANDSAT_PIXEL_M * math.floor((tile.left_m - MARGIN_M - half) / LANDSAT_PIXEL_M) + half
    top = LANDSAT_PIXEL_M * math.ceil((tile.top_m + MARGIN_M - half) / LANDSAT_PIXEL_M) + half
    reach = tile.size_m + MARGIN_M + max(tile.left_m - left, top - tile.top_m)
    # Even numbers of pixels of 10 m, for the sky, that are whole ones of 30 m.
    size_px = 6 * math.ceil(reach / (6 * PIXEL_M))
    path = WRS_PATH[tile.name]
    overpass = OVERPASS.hour, OVERPASS.minute, OVERPASS.second
    return replace(
        tile,
        left_m=left,
        top_m=top,
        size_px=size_px,
        relative_orbit=path,
        overpass=overpass,
        phase_days=PHASE_DAYS[path],
    )


def plan_landsat_observations(frame: DemoTile, seed: int, year: int) -> tuple[Observation, ...]:
    """Return the looks of a year, every 16 days; paths, which stand for orbits here, have weather of their own."""
    first = datetime.date(year, 1, 1)
    every_day = [first + datetime.timedelta(days=number) for number in range(365)]
    days = [day for day in every_day if ((day - CYCLE_START).days - frame.phase_days) % CYCLE_DAYS == 0]
    shares = draw_cloud_shares(days, generator(seed, Stream.PASSES, year, frame.relative_orbit))
    moments = [datetime.datetime.combine(day, OVERPASS) for day in days]
    pairs = zip(moments, shares, strict=True)
    return tuple(Observation(frame, moment, "LANDSAT8", "02_T1", share, ()) for moment, share in pairs)


def landsat_product(observation: Observation) -> str:
    """Return the name of a product; it was made a month after the acquisition."""
    made = observation.time + datetime.timedelta(days=30)
    path = observation.tile.relative_orbit
    return f"LC08_L2SP_{path:03d}{WRS_ROW:03d}_{observation.time:%Y%m%d}_{made:%Y%m%d}_{observation.version}"


def write_landsat(folder: Path, scene: Scene, growth: Growth, observation: Observation, sky: Sky, seed: int) -> None:
    """Write one product below `folder`, the archive of its tile."""
    name = landsat_product(observation)
    product = folder / name
    product.mkdir(parents=True)
    saturated = _glints(observation, seed)
    for number, stored in _bands(scene, growth, observation, sky, seed).items():
        stored[(saturated >> (number - 1) & 1).astype(bool)] = np.iinfo(np.uint16).max
        write_raster(product / f"{name}_SR_B{number}.TIF", stored, observation.tile, LANDSAT_PIXEL_M, nodata=0)
    write_raster(
        product / f"{name}_QA_PIXEL.TIF", quality(sky.cloud_mask), observation.tile, LANDSAT_PIXEL_M, nodata=1
    )
    write_raster(product / f"{name}_QA_RADSAT.TIF", saturated, observation.tile, LANDSAT_PIXEL_M)
    (product / f"{name}_MTL.txt").write_text(_metadata(observation, name), encoding="utf-8")


def _bands(
    scene: Scene, growth: Growth, observation: Observation, sky: Sky, seed: int
) -> dict[int, NDArray[np.uint16]]:
    """Return the stored numbers of each band, uint16."""
    ground = ground_reflectance(scene, growth, observation, seed)
    light = slope_effect_of(scene.slopes, observation)
    sensor = generator(seed, Stream.SENSOR, *observation.keys)
    size = observation.tile.size_px
    stored = {}
    for number, band in OLI_BANDS.items():
        index = BANDS.index(band)
        seen = through_sky(ground[index].reshape(size, size) * light, sky, index)
        seen = seen.reshape(size // 3, 3, size // 3, 3).mean(axis=(1, 3))
        seen = seen + sensor.standard_normal(seen.shape, dtype=np.float32) * (0.0015 + 0.008 * seen)
        stored[number] = np.clip(np.rint((seen - SUMMAND) / MULTIPLIER), 1, 65534).astype(np.uint16)
    return stored


def _glints(observation: Observation, seed: int) -> NDArray[np.uint16]:
    """Return the bits of QA_RADSAT: some glints, each in several bands."""
    rng = generator(seed, Stream.SENSOR, *observation.keys, 1)
    size = observation.tile.size_m // LANDSAT_PIXEL_M
    saturated = np.zeros((size, size), np.uint16)
    glints = int(rng.poisson(2.0))
    rows, columns = rng.integers(0, size, (2, glints))
    saturated[rows, columns] = rng.integers(1, 1 << 6, glints) << 1
    return saturated


def quality(cloud_mask: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Return QA_PIXEL at 30 m from MAJA's cloud bits at 20 m: what lies anywhere in a pixel counts."""

    def anywhere(bits: int) -> NDArray[np.bool_]:
        fine = at_10_m((cloud_mask & bits) != 0)
        size = fine.shape[0] // 3
        return np.asarray(fine.reshape(size, 3, size, 3).any(axis=(1, 3)))

    cloud, around = anywhere(CLOUD_MANY_DATES), anywhere(CLOUD)
    shadow, cirrus = anywhere(SHADOW | SHADOW_FROM_OUTSIDE), anywhere(HIGH_CLOUD)
    bits = (
        (around & ~cloud) * DILATED_BIT
        | cirrus * (CIRRUS_BIT | HIGH_CIRRUS_CONFIDENCE)
        | cloud * (CLOUD_BIT | HIGH_CLOUD_CONFIDENCE)
        | shadow * (SHADOW_BIT | HIGH_SHADOW_CONFIDENCE)
        | ~around * CLEAR_BIT
    )
    return (bits | LOW_CONFIDENCES).astype(np.uint16)


def _metadata(observation: Observation, name: str) -> str:
    """Return the content of ``*_MTL.txt``, as far as it is needed to know the product and its scaling."""
    scaling = {f"REFLECTANCE_MULT_BAND_{number}": f"{MULTIPLIER:g}" for number in OLI_BANDS}
    scaling |= {f"REFLECTANCE_ADD_BAND_{number}": f"{SUMMAND:.6f}" for number in OLI_BANDS}
    groups = {
        "PRODUCT_CONTENTS": {"LANDSAT_PRODUCT_ID": f'"{name}"', "PROCESSING_LEVEL": '"L2SP"'},
        "IMAGE_ATTRIBUTES": {
            "SPACECRAFT_ID": '"LANDSAT_8"',
            "WRS_PATH": str(observation.tile.relative_orbit),
            "WRS_ROW": str(WRS_ROW),
            "DATE_ACQUIRED": f"{observation.time:%Y-%m-%d}",
            "CLOUD_COVER": f"{100 * observation.cloud_share:.2f}",
        },
        "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS": scaling,
    }
    lines = ["GROUP = LANDSAT_METADATA_FILE"]
    for group, keys in groups.items():
        body = [f"    {key} = {value}" for key, value in keys.items()]
        lines += [f"  GROUP = {group}", *body, f"  END_GROUP = {group}"]
    return "\n".join([*lines, "END_GROUP = LANDSAT_METADATA_FILE", "END", ""])
