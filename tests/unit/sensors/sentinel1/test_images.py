from dataclasses import replace

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.sensors.sentinel1 import archive, images
from unit.sensors.sentinel1 import making
from unit.sensors.sentinel1.made_orbit import Scene

SCENE = Scene(lines=1700, samples=900)
SHORT, NARROW = Scene(lines=600, samples=900), Scene(lines=1700, samples=700)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("ipf", ["002.70", "003.40"])
def test_an_image_of_a_folder_or_of_a_packed_product(tmp_path, packed, ipf):
    scene = replace(SCENE, ipf=ipf)
    safe = making.make_safe(tmp_path, scene, with_tables=True)
    if packed:
        making.zipped(safe)
    (one,) = archive.slices(tmp_path)
    image = images.load(one, "VH")
    assert (image.annotation.polarisation, image.annotation.start) == ("VH", scene.start)
    assert image.calibration.pixels[0, -1] == image.noise.pixels[0, -1] == scene.samples - 1
    assert image.noise.azimuth.blocks.shape == ((3, 4) if ipf > "002.90" else (0, 4))
    assert image.measurement.startswith("/vsizip/" if packed else str(safe))
    np.testing.assert_array_equal(image.noise.lines, [0, 700, 1400, 1699])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("radar")
    making.make_safe(folder, SCENE, with_tables=True)
    return folder


def file(folder, name):
    (found,) = folder.glob(f"*.SAFE/annotation/**/{name}")
    return found


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("s1a-*-vv-*", making.annotation(SCENE, "VH"), "adsHeader/polarisation is 'VH', not VV as in its name"),
        ("noise-*-vv-*", making.noise(SHORT), "vectors of lines 0 to 599 and pixels 0 to 899 do not cover"),
        ("calibration-*-vv-*", making.calibration(NARROW), "do not cover the image's 1700 lines and 900 pixels"),
        ("calibration-*-vv-*", making.noise(SCENE), "is 'noise', not calibration of Sentinel-1"),
        ("noise-*-vv-*", "", "not well-formed XML"),
    ],
)
def test_files_of_another_image(folder, name, text, words):
    path = file(folder, name)
    own = path.read_text()
    path.write_text(text)
    (one,) = archive.slices(folder)
    with pytest.raises(InputError, match=rf"{path.name}: .*{words}"):
        images.load(one, "VV")
    path.write_text(own)
    images.load(one, "VV")
