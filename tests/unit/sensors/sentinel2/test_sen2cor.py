import datetime
import shutil
import zipfile

import pytest

from landloom.core.errors import InputError
from landloom.sensors import registry as sensors
from landloom.sensors.acquisition import Product
from landloom.sensors.product_files import Members
from landloom.sensors.sentinel2.sen2cor import Sen2corSettings, _metadata_name, _scaling, parse_xml

OLD = "S2A_MSIL2A_20190212T192651_N0212_R013_T07HFE_20201007T160857"
NEW = "S2A_MSIL2A_20230625T234621_N0509_R073_T01WCS_20230626T022157"
ALWAYS = (datetime.date(2015, 1, 1), datetime.date(2030, 1, 1))


@pytest.fixture
def real_products(shared_data):
    return shared_data / "stactools_sentinel2" / "tests" / "data-files"


def settings(archive, **given):
    return Sen2corSettings(type="sentinel2_sen2cor", archive=str(archive), **given)


def with_images(source, archive, name, tile):
    """A copy of a real product's metadata with (empty) images where they would be."""
    shutil.copytree(source / f"{name}.SAFE", archive / f"{name}.SAFE", copy_function=shutil.copyfile)
    images = next((archive / f"{name}.SAFE" / "GRANULE").iterdir()) / "IMG_DATA"
    for layer, resolution in [(f"B{n:02d}", "10m") for n in (2, 3, 4, 8)] + [
        (layer, "20m") for layer in ("B02", "B05", "B06", "B07", "B8A", "B11", "B12", "SCL")
    ]:
        path = images / f"R{resolution}" / f"{tile}_{name[11:26]}_{layer}_{resolution}.jp2"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


@pytest.mark.parametrize(("name", "tile", "shift"), [(OLD, "T07HFE", 0.0), (NEW, "T01WCS", -1000.0)])
def test_offsets_of_real_metadata(real_products, tmp_path, name, tile, shift):
    with_images(real_products, tmp_path, name, tile)
    (product,) = sensors.find(settings(tmp_path), tile, *ALWAYS)
    acquisition = sensors.describe(settings(tmp_path), "s2", tile, product)
    assert product.name == name
    assert {(band.gain, band.shift, band.nodata) for _, band in acquisition.bands} == {(1.0, shift, (0,))}
    assert len(acquisition.bands) == 10
    assert acquisition.bands[0][1].path.endswith("_B02_10m.jp2")
    assert acquisition.bands[7][1].path.endswith("_B8A_20m.jp2")
    assert acquisition.masks[0].source.path.endswith("_SCL_20m.jp2")
    assert acquisition.masks[0].invalid_values == (0, 1, 3, 8, 9, 10)


@pytest.mark.parametrize(("classes", "told"), [([0, 1, 3, 8, 9, 10], True), ([3, 8, 9], False)])
def test_the_mask_tells_of_no_data_only_by_class_0(real_products, tmp_path, classes, told):
    with_images(real_products, tmp_path, NEW, "T01WCS")
    narrow = settings(tmp_path, invalid_classes=classes)
    (product,) = sensors.find(narrow, "T01WCS", *ALWAYS)
    assert sensors.describe(narrow, "s2", "T01WCS", product).masks_cover_nodata is told


def test_dates_of_real_products(real_products):
    (old,) = sensors.find(settings(real_products), "T07HFE", *ALWAYS)
    (new,) = sensors.find(settings(real_products), "T01WCS", *ALWAYS)
    assert (old.date, new.date) == (datetime.date(2019, 2, 12), datetime.date(2023, 6, 25))


def test_scaling_of_a_product_without_offset(real_products):
    path = real_products / f"{OLD}.SAFE"
    members = Members(Product(datetime.date(2019, 2, 12), OLD, str(path)))
    assert _scaling(members, _metadata_name(members)) == ({}, 10000.0)


def test_the_latest_baseline_wins_and_both_parts_stay(tmp_path):
    for name in (
        "S2A_MSIL2A_20190212T192651_N0212_R013_T07HFE_20190213T000000",
        "S2A_MSIL2A_20190212T192651_N0500_R013_T07HFE_20230101T000000",
        "S2A_MSIL2A_20190212T192651_N0500_R013_T07HFE_20230101T000500",
    ):
        (tmp_path / f"{name}.SAFE").mkdir()
    found = sensors.find(settings(tmp_path), "T07HFE", *ALWAYS)
    assert [product.name[-15:] for product in found] == ["20230101T000000", "20230101T000500"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_half_that_was_not_processed_again_is_kept(tmp_path, packed):
    """The datastrips in the products tell which half they are."""

    def write(name, strip):
        inside = f"DATASTRIP/DS_2APS_20230101T000000_S20190212T{strip}"
        if packed:
            with zipfile.ZipFile(tmp_path / f"{name}.SAFE.zip", "w") as archive:
                archive.writestr(f"{name}.SAFE/{inside}/MTD_DS.xml", "")
        else:
            (tmp_path / f"{name}.SAFE" / inside).mkdir(parents=True)
            (tmp_path / f"{name}.SAFE" / inside / "MTD_DS.xml").touch()

    write("S2A_MSIL2A_20190212T192651_N0212_R013_T07HFE_20190213T000000", "192648")
    write("S2A_MSIL2A_20190212T192651_N0212_R013_T07HFE_20190213T000500", "192903")
    write("S2A_MSIL2A_20190212T192651_N0500_R013_T07HFE_20230101T000000", "192649")
    found = sensors.find(settings(tmp_path), "T07HFE", *ALWAYS)
    assert sorted(product.name[-15:] for product in found) == ["20190213T000500", "20230101T000000"]
    write("S2A_MSIL2A_20190212T192651_N0500_R013_T07HFE_20230101T000500", "192903")
    found = sensors.find(settings(tmp_path), "T07HFE", *ALWAYS)
    assert [product.name[-15:] for product in found] == ["20230101T000000", "20230101T000500"]


def test_a_missing_image_is_named(real_products, tmp_path):
    with_images(real_products, tmp_path, NEW, "T01WCS")
    next(tmp_path.rglob("*_B11_20m.jp2")).unlink()
    (product,) = sensors.find(settings(tmp_path), "T01WCS", *ALWAYS)
    with pytest.raises(InputError, match="band B11_20m is missing"):
        sensors.describe(settings(tmp_path), "s2", "T01WCS", product)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "<a><b></a>",
        "",
    ],
)
def test_metadata_that_is_no_metadata(text):
    with pytest.raises(InputError, match=r"^here\.xml: "):
        parse_xml(text, "here.xml")
