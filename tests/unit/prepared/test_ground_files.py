"""Heights that images are made with: a table of them, and what a job knew of a folder."""

from landloom.core.checksums import FileDigest
from landloom.prepared import ground_files
from landloom.prepared.forms import Maker
from landloom.sensors.sentinel1 import dem_folder
from landloom.sensors.sentinel1.dem_folder import HeightsFile
from landloom.sensors.sentinel1.nearby import Known
from landloom.survey.source_files import SourceFile

BOX = (0.8, 43.7, 1.9, 44.1)
FILES = {"geoid.tif": ("heights", FileDigest(7, "77")), "dem/N43E001.hgt": ("dem", FileDigest(5, "55"))}


def maker(**more):
    return Maker(lambda one, grid, resampling: iter(()), **more)


def test_files_are_listed_by_sensor_and_key():
    assert ground_files.of_makers({"s1": maker(files=FILES), "s2": maker()}) == [
        SourceFile("s1", "dem", "dem/N43E001.hgt", 5, "55"),
        SourceFile("s1", "heights", "geoid.tif", 7, "77"),
    ]


def test_of_folders_what_is_near_is_known():
    near, far = HeightsFile("N43E001.hgt", (5, 1)), HeightsFile("N10E100.hgt", (5, 1))
    makers = {"s1": maker(box=BOX), "one raster": maker(box=BOX), "s2": maker()}
    found = ground_files.known(makers, {"s1": "told", "without images": "told"}, {"s1": [near, far]})
    assert found == {"s1": Known("told", BOX, dem_folder.state([near]))}
