"""Checks of files: what does not fit is refused with the file's name."""

from contextlib import closing

import numpy as np
import pytest
import rasterio

from landloom.annual import checks
from landloom.annual.files import AnnualFile
from landloom.core.errors import InputError
from unit.annual.making import acquisition, coded, settings, vectors, write

GOOD = coded(vectors(1, 9, 9))
NAMES = [f"A{number:02d}" for number in range(64)]


def check(section):
    found = acquisition(section)
    with closing(AnnualFile(found.mosaic[0], section.values)) as file:
        checks.check(file, section)
        if section.reading["unit_vectors"]:
            checks.check_lengths(file)
        return checks.with_numbers(found, [file], section)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (GOOD[:63], "has 63 bands, but 64 by `values: alphaearth`; is it of another model"),
        (GOOD.astype(np.float32), "holds float32"),
        (GOOD // 2, "have the length 0.2.*`unit_vectors: false`"),
    ],
)
def test_other_numbers_are_refused(tmp_path, values, words):
    write(tmp_path / "2018" / "a.tif", values)
    with pytest.raises(InputError, match=f"a.tif: .*{words}"):
        check(settings(tmp_path, values="alphaearth"))


def test_a_mask_beside_the_bands_is_refused(tmp_path):
    write(tmp_path / "2018" / "a.tif", GOOD)
    with rasterio.open(tmp_path / "2018" / "a.tif", "r+") as file:
        file.write_mask(np.eye(9, dtype=bool))
    with pytest.raises(InputError, match=r"a.tif: hides pixels by a mask"):
        check(settings(tmp_path, values="alphaearth"))


@pytest.mark.parametrize(("interleave", "refused"), [("pixel", True), ("band", False)])
def test_blocks_that_memory_might_not_hold_are_refused(tmp_path, interleave, refused):
    """All bands of a pixel in one block: 1 GB of it; sparse, so that the test writes none."""
    (tmp_path / "2018").mkdir()
    place = {"crs": "EPSG:32631", "transform": rasterio.Affine(10, 0, 0, 0, -10, 0)}
    blocks = {"tiled": True, "blockxsize": 4096, "blockysize": 4096, "sparse_ok": True, "interleave": interleave}
    size = {"count": 64, "height": 4096, "width": 4096, "dtype": "int8"}
    with rasterio.open(tmp_path / "2018" / "a.tif", "w", driver="GTiff", **size, **place, **blocks):
        pass
    section = settings(tmp_path, values="alphaearth", unit_vectors=False)
    if refused:
        with pytest.raises(InputError, match=r"a.tif: is stored in blocks of 4096 x 4096 pixels \(1073 MB\)"):
            check(section)
    else:
        check(section)


def test_a_truncated_file_is_refused(tmp_path):
    path = tmp_path / "2018" / "a.tif"
    write(path, GOOD)
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(InputError, match=r"a.tif: is truncated"):
        check(settings(tmp_path, values="alphaearth"))


def test_what_is_no_raster_is_refused(tmp_path):
    (tmp_path / "2018").mkdir()
    (tmp_path / "2018" / "a.tif").write_text("no raster")
    with pytest.raises(InputError, match=r"a.tif: cannot be read"):
        check(settings(tmp_path, values="alphaearth"))


def test_bands_are_found_by_their_descriptions(tmp_path):
    write(tmp_path / "2018" / "a.tif", GOOD, names=NAMES[::-1])
    found = check(settings(tmp_path, values="alphaearth", bands=["A00", "A62"]))
    assert [(name, band.number) for name, band in found.bands] == [("A00", 64), ("A62", 2)]


def test_without_descriptions_they_stand_in_their_order(tmp_path):
    write(tmp_path / "2018" / "a.tif", GOOD)
    found = check(settings(tmp_path, values="alphaearth"))
    assert [(name, band.number) for name, band in found.bands] == list(zip(NAMES, range(1, 65), strict=True))


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["x"] * 63 + ["A00"], "has no band that is described as A01"),
        (["A00", "A00", "A01"], "describes two bands as A00"),
    ],
)
def test_descriptions_that_lack_a_band_are_refused(tmp_path, names, words):
    write(tmp_path / "2018" / "a.tif", GOOD, names=names)
    with pytest.raises(InputError, match=words):
        check(settings(tmp_path, values="alphaearth", bands=["A00", "A01"]))


def test_names_that_no_file_has_are_refused(tmp_path):
    write(tmp_path / "2018" / "a.tif", GOOD)
    with pytest.raises(InputError, match=r"describes no band; PC1 of `bands` is not among them, nor among \[?.?b001"):
        check(settings(tmp_path, bands=["PC1"]))


def test_files_with_bands_in_other_orders_are_refused(tmp_path):
    for name, order in (("a.tif", NAMES), ("b.tif", NAMES[::-1])):
        write(tmp_path / "2018" / name, GOOD, names=order)
    section = settings(tmp_path, values="alphaearth")
    found = acquisition(section)
    files = [AnnualFile(one, "alphaearth") for one in found.mosaic]
    with pytest.raises(InputError, match=r"b.tif: describes its bands in another order than .*a.tif"):
        checks.with_numbers(found, files, section)


def test_scales_lie_on_the_same_pixels(tmp_path):
    section = settings(tmp_path, values="tessera", scales="{year}/*_s.tif", count=64)
    write(tmp_path / "2018" / "a.tif", GOOD)
    write(tmp_path / "2018" / "a_s.tif", np.ones((1, 9, 8), np.float32))
    with pytest.raises(InputError, match=r"a_s.tif: lies on other pixels than .*a.tif"):
        check(section)
    write(tmp_path / "2018" / "a_s.tif", np.ones((1, 9, 9), np.int16))
    with pytest.raises(InputError, match=r"a_s.tif: has 1 bands of int16"):
        check(section)
