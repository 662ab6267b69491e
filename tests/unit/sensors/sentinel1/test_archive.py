import tarfile
import zipfile

import pytest

from landloom.core.errors import InputError
from landloom.sensors.acquisition import Product
from landloom.sensors.product_files import Members
from landloom.sensors.sentinel1 import archive
from unit.sensors import products
from unit.sensors.sentinel1 import making
from unit.sensors.sentinel1.made_orbit import Scene

SCENE = Scene()
BOX = (1.0, 44.6, 1.1, 44.7)


def both(files, polarisation):
    return archive.text_files(files, polarisation), archive.measurement(files, polarisation)


@pytest.mark.parametrize("depth", ["", "2021/8/9", "GRD/2021/8/9/IW/DV"])
def test_folders_and_packed_products_at_any_depth(tmp_path, depth):
    making.make_safe(tmp_path / depth, SCENE)
    making.zipped(making.make_safe(tmp_path / depth, Scene(orbit=39157, data_take="049F14")))
    first, second = archive.slices(tmp_path)
    assert (first.name.text, first.path.endswith(".SAFE")) == (SCENE.name, True)
    assert (second.name.orbit, second.path.endswith(".zip")) == (39157, True)
    assert (first.manifest.relative_orbit, second.manifest.relative_orbit) == (59, 60)
    for one, prefix in ((first, ""), (second, f"{Scene(orbit=39157, data_take='049F14').name}.SAFE/")):
        found = archive.text_files(archive.members(one), "VH")
        assert found.annotation.startswith(f"{prefix}annotation/s1a-iw-grd-vh-")
        assert found.noise.startswith(f"{prefix}annotation/calibration/noise-s1a-iw-grd-vh-")
        assert archive.measurement(archive.members(one), "VH").endswith("-002.tiff")
    assert archive.measurement(archive.members(second), "VH").startswith(f"/vsizip/{{{second.path}}}/")


def test_a_folder_is_preferred_to_its_packed_copy(tmp_path):
    making.zipped(making.make_safe(tmp_path / "a", SCENE)).rename(tmp_path / f"{SCENE.name}.zip")
    making.make_safe(tmp_path / "b", SCENE)
    (one,) = archive.slices(tmp_path)
    assert one.path == str(tmp_path / "b" / f"{SCENE.name}.SAFE")


def test_names_of_object_stores_and_of_cogs(tmp_path):
    names = ("annotation/iw-vv.xml", "annotation/calibration/calibration-iw-vv.xml")
    names += ("annotation/calibration/noise-iw-vv.xml", "annotation/rfi/rfi-iw-vv.xml", "measurement/iw-vv.tiff")
    store = products.touch(tmp_path / SCENE.name, *names)
    (store / "manifest.safe").write_text(making.manifest(SCENE))
    (one,) = archive.slices(tmp_path)
    assert archive.text_files(archive.members(one), "VV") == names[:3]
    assert archive.measurement(archive.members(one), "VV") == str(store / "measurement/iw-vv.tiff")

    cog = making.make_safe(tmp_path / "cog", Scene(orbit=39157, data_take="049F14"))
    for file in [one for one in cog.rglob("*-00?.*") if one.is_file()]:
        file.rename(file.with_name(file.name.replace("-001.", "-001-cog.").replace("-002.", "-002-cog.")))
    cog.rename(cog.with_name(cog.name.replace(".SAFE", "_COG.SAFE")))
    (one,) = archive.slices(tmp_path / "cog")
    assert archive.measurement(archive.members(one), "VH").endswith("-002-cog.tiff")
    assert archive.text_files(archive.members(one), "VH").noise.endswith("-002-cog.xml")
    assert one.name.text.endswith("_COG")


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("annotation/s1a-", "annotation of VV is missing"),
        ("calibration/calibration-", "calibration of VV is missing"),
        ("calibration/noise-", "noise of VV is missing"),
        ("measurement/", "measurement of VV is missing"),
    ],
)
def test_a_missing_file_is_named(tmp_path, part, words):
    safe = making.make_safe(tmp_path, SCENE)
    for file in safe.rglob("*-vv-*"):
        if part in str(file):
            file.unlink()
    (one,) = archive.slices(tmp_path)
    with pytest.raises(InputError, match=f"{SCENE.name}.SAFE: {words}"):
        both(archive.members(one), "VV")
    assert both(archive.members(one), "VH")


def test_a_polarisation_that_a_product_lacks(tmp_path):
    making.make_safe(tmp_path, Scene(polarisations=("VV",), code="SV"))
    (one,) = archive.slices(tmp_path)
    with pytest.raises(InputError, match="annotation of VH is missing"):
        both(archive.members(one), "VH")


def test_products_without_a_manifest_are_refused(tmp_path):
    safe = making.make_safe(tmp_path, SCENE)
    (safe / "manifest.safe").unlink()
    with pytest.raises(InputError, match=f"{SCENE.name}.SAFE: manifest.safe is missing"):
        archive.slices(tmp_path)
    (safe / "manifest.safe").write_text("<half")
    with pytest.raises(InputError, match=f"{SCENE.name}.SAFE: manifest.safe: is not well-formed"):
        archive.slices(tmp_path)


def test_a_packed_product_that_is_cut(tmp_path):
    path = making.zipped(making.make_safe(tmp_path, SCENE))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match=f"{SCENE.name}.zip: cannot be opened"):
        archive.slices(tmp_path)


def test_other_products_in_the_archive_are_refused(tmp_path):
    making.make_safe(tmp_path, SCENE)
    products.touch(tmp_path / SCENE.name.replace("IW_GRDH", "IW_SLC_"), "manifest.safe")
    with pytest.raises(InputError, match="single look complex images"):
        archive.slices(tmp_path)


def test_packed_files_neither_fill_memory_nor_lie_outside(tmp_path):
    name = f"{SCENE.name}.zip"
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"{SCENE.name}.SAFE/manifest.safe", b" " * (2**24 + 1))
    with pytest.raises(InputError, match=r"manifest.safe cannot be read \(larger than 16 MB\)"):
        archive.slices(tmp_path)
    with zipfile.ZipFile(tmp_path / name, "w") as packed:
        packed.writestr(f"../{SCENE.name}.SAFE/manifest.safe", making.manifest(SCENE))
    with pytest.raises(InputError, match=r"manifest\.safe is missing"):
        archive.slices(tmp_path)


def test_a_measurement_that_no_image_has(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_MEASUREMENT", 1000)
    safe = making.make_safe(tmp_path, SCENE)
    for file in (safe / "measurement").iterdir():
        file.write_bytes(bytes(1001))
    making.zipped(safe)
    (packed,) = archive.slices(tmp_path)
    with pytest.raises(InputError, match=r"-001\.tiff is larger than"):
        archive.measurement(archive.members(packed), "VV")


def test_sizes_of_members(tmp_path):
    (tmp_path / "product").mkdir()
    (tmp_path / "product" / "a").write_bytes(bytes(7))
    with tarfile.open(tmp_path / "product.tar", "w") as packed:
        packed.add(tmp_path / "product" / "a", "a")
    with zipfile.ZipFile(tmp_path / "product.zip", "w") as packed:
        packed.write(tmp_path / "product" / "a", "a")
    for name in ("product", "product.tar", "product.zip"):
        files = Members(Product(SCENE.start.date(), "product", str(tmp_path / name)))
        assert files.size("a") == 7
        with pytest.raises(InputError, match="b cannot be read"):
            files.size("b")


def test_footprints(tmp_path):
    making.make_safe(tmp_path, SCENE)
    (one,) = archive.slices(tmp_path)
    assert one.shows(*BOX)
    assert not one.shows(3.0, 44.6, 3.1, 44.7)
    assert one.shows(1.31, 44.6, 1.4, 44.7)  # beside it, but within the rim


def test_footprints_across_the_meridian(tmp_path):
    making.make_safe(tmp_path, SCENE, [(178.0, 66.0), (-178.5, 66.5), (-178.0, 65.0), (178.5, 64.5)])
    (one,) = archive.slices(tmp_path)
    assert one.shows(179.0, 65.4, 179.5, 65.6)
    assert one.shows(-179.5, 65.4, -179.0, 65.6)
    assert one.shows(179.5, 65.4, -179.5, 65.6)
    assert not one.shows(0.0, 65.4, 1.0, 65.6)
    assert not one.shows(-177.0, 65.4, 177.0, 65.6)
