"""Embeddings of the demonstration: what a foundation model might say of a year, in the files of AlphaEarth.

A fixed, random projection of the true reflectances of twelve days, made a vector of length 1, with some noise, and
coded as int8. The ground west of Greenwich is in a file of UTM zone 30 whose first row is in the south, the ground
east of it in one of zone 31; each tile needs both.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import Transformer

from landloom.demo.imaging import Scene, make_scene
from landloom.demo.landscape import Landscape
from landloom.demo.layout import CENTRE_LONGITUDE, MARGIN_M, PIXEL_M, DemoTile
from landloom.demo.phenology import BANDS, Growth, surface_spectra
from landloom.demo.streams import Stream, generator

FOLDER = "embeddings"
BANDS_OF_MODEL = 64
DAYS = tuple(range(15, 365, 30))
WETNESS = 0.14
TYPICAL = np.array([0.04, 0.07, 0.06, 0.11, 0.22, 0.26, 0.28, 0.29, 0.20, 0.12], dtype=np.float32)
NOISE = 0.02
MISSING = -128
SHARED_M = 100.0
"""Ground on each side of the meridian that both files show."""


def projection() -> NDArray[np.float32]:
    """Return the model, shape (days, bands of the model, bands): the same for every landscape and year."""
    rng = np.random.default_rng(20260201)
    return rng.normal(0, 1, (len(DAYS), BANDS_OF_MODEL, len(BANDS))).astype(np.float32)


def coded(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return values from -1 to 1 as int8 numbers v, of which (v / 127.5)^2 with the sign of v is nearest."""
    numbers = np.rint(np.sqrt(np.abs(vectors)) * 127.5) * np.sign(vectors)
    found: NDArray[np.int8] = np.clip(numbers, -127, 127).astype(np.int8)
    return found


def embeddings(scene: Scene, growth: Growth, rng: np.random.Generator) -> NDArray[np.int8]:
    """Return the embeddings of a scene's pixels, int8 of shape (64, pixels)."""
    found = np.zeros((BANDS_OF_MODEL, scene.texture.shape[1]), np.float32)
    for day, model in zip(DAYS, projection(), strict=True):
        spectra = surface_spectra(growth, day, WETNESS)
        mixed = scene.mixing @ spectra.reshape(len(spectra), -1)
        mean, by_cover, by_brightness = mixed.T.reshape(3, len(BANDS), -1)
        ground = mean + by_cover * scene.texture[0] + by_brightness * scene.texture[1]
        found += model @ (ground - TYPICAL[:, None])
    found /= np.maximum(np.linalg.norm(found, axis=0), 1e-6)
    found += rng.normal(0, NOISE, found.shape).astype(np.float32)
    return coded(found / np.linalg.norm(found, axis=0))


def write_embeddings(folder: Path, landscape: Landscape, growth: Growth, seed: int, year: int) -> None:
    """Write the files of a year, one for each side of the meridian."""
    of_year = folder / str(year)
    of_year.mkdir(parents=True)
    for tile, in_the_west in zip(landscape.layout.tiles, (True, False), strict=True):
        frame = _frame(tile)
        scene, _ = make_scene(landscape, frame, seed)
        rng = generator(seed, Stream.EMBEDDINGS, year, tile.epsg)
        vectors = embeddings(scene, growth, rng).reshape(BANDS_OF_MODEL, frame.size_px, frame.size_px)
        _write(of_year / f"{tile.epsg - 32600}N_made_up.tif", vectors, frame, in_the_west=in_the_west)


def _frame(tile: DemoTile) -> DemoTile:
    """Return a tile with some ground around."""
    around = 2 * PIXEL_M * int(MARGIN_M / (2 * PIXEL_M))
    size_px = tile.size_px + 2 * around // PIXEL_M
    return replace(tile, left_m=tile.left_m - around, top_m=tile.top_m + around, size_px=size_px)


def _write(path: Path, vectors: NDArray[np.int8], frame: DemoTile, *, in_the_west: bool) -> None:
    """Write what lies on one side of the meridian; what lies west of it with the first row in the south."""
    kept = _columns(frame, in_the_west=in_the_west)
    left, bottom = frame.left_m + kept.start * PIXEL_M, frame.top_m - frame.size_m
    vectors = vectors[:, ::-1, kept] if in_the_west else vectors[:, :, kept]
    profile = {
        "driver": "GTiff",
        "count": BANDS_OF_MODEL,
        "height": vectors.shape[1],
        "width": vectors.shape[2],
        "dtype": "int8",
        "nodata": MISSING,
        "crs": f"EPSG:{frame.epsg}",
        "transform": Affine(PIXEL_M, 0, left, 0, PIXEL_M, bottom)
        if in_the_west
        else Affine(PIXEL_M, 0, left, 0, -PIXEL_M, frame.top_m),
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
        "compress": "deflate",
    }
    with rasterio.open(path, "w", **profile) as raster:
        raster.write(vectors)
        for band in range(BANDS_OF_MODEL):
            raster.set_band_description(band + 1, f"A{band:02d}")


def _columns(frame: DemoTile, *, in_the_west: bool) -> slice:
    """Return the columns that show one side of the meridian, and a little of the other."""
    to_degrees = Transformer.from_crs(frame.epsg, 4326, always_xy=True)
    from_degrees = Transformer.from_crs(4326, frame.epsg, always_xy=True)
    y = np.array([frame.top_m, frame.top_m - frame.size_m], float)
    _, latitudes = to_degrees.transform(np.full(2, frame.left_m + frame.size_m / 2), y)
    x, _ = from_degrees.transform(np.full(2, CENTRE_LONGITUDE), latitudes)
    if in_the_west:
        return slice(0, min(int((x.max() + SHARED_M - frame.left_m) / PIXEL_M), frame.size_px))
    return slice(max(int((x.min() - SHARED_M - frame.left_m) / PIXEL_M), 0), frame.size_px)
