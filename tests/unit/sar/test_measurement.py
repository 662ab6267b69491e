import zipfile

import numpy as np
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.sar.calibration import Place
from landloom.sar.measurement import numbers_of

NUMBERS = np.arange(30 * 40, dtype=np.uint16).reshape(30, 40)


def write(path, numbers=NUMBERS):
    given = {"driver": "GTiff", "count": 1, "width": numbers.shape[1], "height": numbers.shape[0]}
    with rasterio.open(path, "w", dtype=numbers.dtype, **given) as dataset:
        dataset.write(numbers, 1)
    return path


def packed(tmp_path):
    with zipfile.ZipFile(tmp_path / "p.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(write(tmp_path / "m.tiff"), "a.SAFE/m.tiff")
    return f"/vsizip/{{{tmp_path / 'p.zip'}}}/a.SAFE/m.tiff"


@pytest.mark.parametrize("form", [lambda folder: str(write(folder / "m.tiff")), packed])
def test_parts_are_read(tmp_path, form):
    with numbers_of(form(tmp_path), (30, 40)) as read:
        np.testing.assert_array_equal(read(Place(20, 5), (6, 7)), NUMBERS[20:26, 5:12])
        np.testing.assert_array_equal(read(Place(2, 0), (3, 40)), NUMBERS[2:5])


def test_a_measurement_that_is_cut_is_told(tmp_path):
    path = write(tmp_path / "m.tiff", np.ones((300, 400), np.uint16))
    path.write_bytes(path.read_bytes()[:100_000])
    with numbers_of(str(path), (300, 400)) as read, pytest.raises(InputError, match=r"m\.tiff: cannot be read"):
        read(Place(0, 0), (300, 400))


def test_files_that_do_not_fit_are_refused(tmp_path):
    path = str(write(tmp_path / "m.tiff"))
    with (
        pytest.raises(InputError, match="has 30 lines of 40 uint16 numbers; by its annotation, 31 of 40"),
        numbers_of(path, (31, 40)),
    ):
        pass
    (tmp_path / "cut.tiff").write_bytes(b"II*\0")
    with pytest.raises(InputError, match=r"cut.tiff: cannot be read"), numbers_of(str(tmp_path / "cut.tiff"), (3, 4)):
        pass
    gone = f"/vsizip/{{{tmp_path / 'no.zip'}}}/m.tiff"
    with pytest.raises(InputError, match="cannot be unpacked"), numbers_of(gone, (3, 4)):
        pass
