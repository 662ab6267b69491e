"""The whole demonstration: archive, reference, regions, nomenclature and truth in one folder."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from landloom.demo.altitude import write_altitude
from landloom.demo.embeddings import FOLDER as EMBEDDINGS
from landloom.demo.embeddings import write_embeddings
from landloom.demo.imaging import Scene, make_image, make_scene
from landloom.demo.landsat import landsat_frame, plan_landsat_observations, write_landsat
from landloom.demo.landscape import Landscape, majority_code, make_landscape, rotate_crops
from landloom.demo.layout import make_layout
from landloom.demo.passes import Observation, plan_observations
from landloom.demo.phenology import Growth, draw_growth
from landloom.demo.products import write_product, write_raster
from landloom.demo.radar.archive import make_radar_scene, plan_radar_looks, write_radar
from landloom.demo.radar.relief import write_dem
from landloom.demo.sky import draw_sky
from landloom.demo.vectors import write_nomenclature, write_parcels, write_reference, write_regions

DEM = "dem.tif"
DEFAULT_SIZE_PX = 420
THREADS = 2
SENTINEL2, LANDSAT8, ALTITUDE, SENTINEL1 = "sentinel2", "landsat8", "altitude", "sentinel1"


def make_demo(
    folder: Path,
    seed: int = 1,
    years: Sequence[int] = (2018,),
    size_px: int = DEFAULT_SIZE_PX,
    sensors: Sequence[str] = (SENTINEL2,),
) -> None:
    """Write a demonstration archive: what a user would have downloaded, and the truth beside it.

    The same arguments give the same bytes. Written are, with ``{tile}`` T30TYP and T31TBJ::

        {folder}/archive/{tile}/SENTINEL2*/...      THEIA Level-2A products, int16 x10000, nodata -10000
        {folder}/landsat/{tile}/LC08*/...           Landsat 8 Collection 2 Level-2 products, uint16
        {folder}/altitude.tif                       altitude of both tiles, float32, metres, EPSG:2154
        {folder}/sentinel1/S1A*.SAFE/...            Sentinel-1 IW GRD products, uint16
        {folder}/embeddings/{year}/...tif           embeddings of 64 bands, int8, one file for each UTM zone
        {folder}/dem.tif                            steeper heights that Sentinel-1 sees, above the ellipsoid, float32
        {folder}/regions.gpkg                       two eco-climatic regions, EPSG:2154
        {folder}/parcels.gpkg                       all parcels, without classes, EPSG:2154
        {folder}/nomenclature.csv                   codes, names, colours
        {folder}/{year}/reference.gpkg              reference polygons, some of them wrong, EPSG:2154
        {folder}/{year}/truth/{tile}.tif            true class of each 10 m pixel, uint8

    Parameters
    ----------
    folder
        Where to write; made where missing. It must not hold these products already.
    seed
        From which everything is drawn, not negative.
    years
        Years to make, in order; crops rotate from one to the next, the rest of the land stays.
    size_px
        Width and height of a tile in 10 m pixels, even, at least 64.
    sensors
        Which of ``sentinel2``, ``landsat8``, ``altitude``, ``sentinel1`` and ``embeddings`` to make; none changes
        what is made of the others.
    """
    layout = make_layout(size_px)
    folder.mkdir(parents=True, exist_ok=True)
    write_nomenclature(folder / "nomenclature.csv")
    write_regions(folder / "regions.gpkg", layout)
    landscape = make_landscape(layout, seed)
    write_parcels(folder / "parcels.gpkg", landscape)
    for position, year in enumerate(years):
        if position:
            landscape = rotate_crops(landscape, seed, year)
        if ALTITUDE in sensors and not position:
            write_altitude(folder / "altitude.tif", landscape, seed)
        if SENTINEL1 in sensors and not position:
            write_dem(folder / DEM, layout, seed)
        _write_year(folder, landscape, seed, year, sensors)


def _write_year(folder: Path, landscape: Landscape, seed: int, year: int, sensors: Sequence[str]) -> None:
    truth_folder = folder / str(year) / "truth"
    truth_folder.mkdir(parents=True)
    write_reference(folder / str(year) / "reference.gpkg", landscape, seed, year)
    growth = draw_growth(landscape, seed, year)
    if EMBEDDINGS in sensors:
        write_embeddings(folder / EMBEDDINGS, landscape, growth, seed, year)
    if SENTINEL1 in sensors:
        radar = make_radar_scene(landscape, folder / DEM, seed)
        looks = plan_radar_looks(radar, seed, year)
        write_radar(folder / SENTINEL1, radar, landscape, growth, looks, seed, THREADS)
    for tile in landscape.layout.tiles:
        scene, patch_numbers = make_scene(landscape, tile, seed)
        write_raster(truth_folder / f"{tile.name}.tif", majority_code(patch_numbers, landscape.codes), tile, 10)
        if SENTINEL2 in sensors:
            observations = plan_observations(tile, seed, year)
            _write_observations(
                partial(_write_observation, folder / "archive" / tile.name, scene, growth, seed), observations
            )
        if LANDSAT8 in sensors:
            frame = landsat_frame(tile)
            wider, _ = make_scene(landscape, frame, seed)
            observations = plan_landsat_observations(frame, seed, year)
            _write_observations(
                partial(_write_landsat_observation, folder / "landsat" / tile.name, wider, growth, seed), observations
            )


def _write_observations(
    write_observation: Callable[[Observation], None], observations: Sequence[Observation]
) -> None:
    # Every look has random streams of its own: the threads cannot change what is drawn.
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write_observation, observations))


def _write_observation(folder: Path, scene: Scene, growth: Growth, seed: int, observation: Observation) -> None:
    sky = draw_sky(observation, seed, scene.bright_roofs)
    write_product(folder, observation, make_image(scene, growth, observation, sky, seed), sky)


def _write_landsat_observation(
    folder: Path, scene: Scene, growth: Growth, seed: int, observation: Observation
) -> None:
    sky = draw_sky(observation, seed, scene.bright_roofs)
    write_landsat(folder, scene, growth, observation, sky, seed)
