import hashlib
import json
import os
import zipfile
from datetime import date

import pytest

from landloom.core import checksums
from landloom.core.errors import InputError
from landloom.sensors import archive_listing
from landloom.sensors.acquisition import Acquisition, Mask, RasterBand
from landloom.sensors.inventory import Inventory
from landloom.sensors.series_settings import SeriesSettings
from landloom.survey import source_files
from landloom.survey.acquisition_table import AcquisitionRecord

PERIOD = date(2018, 1, 1), date(2018, 12, 31)


def acquisition(*bands, mask, metadata=()):
    pairs = tuple((f"B{number}", RasterBand(str(path))) for number, path in enumerate(bands))
    return Acquisition("s2", "T", date(2018, 1, 1), "P", pairs, (Mask(RasterBand(str(mask)), 1),), metadata=metadata)


def written(folder, **contents):
    paths = [folder / f"{name}.tif" for name in contents]
    for path, text in zip(paths, contents.values(), strict=True):
        path.write_text(text)
    return paths


def test_every_file_is_listed_once_with_its_checksum(tmp_path):
    red, nir, mask = written(tmp_path, red="r", nir="nn", mask="m")
    (tmp_path / "meta.xml").write_text("<x/>")
    one = acquisition(red, nir, red, mask=mask, metadata=(str(tmp_path / "meta.xml"),))
    found = source_files.of_acquisitions([one], tmp_path / "memory.json", 2)
    assert [file.path for file in found] == sorted(map(str, [red, nir, mask, tmp_path / "meta.xml"]))
    by_path = {file.path: file for file in found}
    assert by_path[str(nir)].bytes == 2
    assert by_path[str(nir)].sha256 == hashlib.sha256(b"nn").hexdigest()
    source_files.write(found, tmp_path / "files.csv")
    assert source_files.read(tmp_path / "files.csv") == found


def test_a_zipped_product_is_one_file(tmp_path):
    path = tmp_path / "a b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("red.tif", "r")
    one = acquisition(f"/vsizip/{{{path}}}/red.tif", mask=f"/vsizip/{{{path}}}/folder/mask.tif")
    assert one.files == [str(path)]


def test_content_changes_with_what_decides_how_an_image_is_read_and_with_no_remark(tmp_path):
    record = [AcquisitionRecord("s2", date(2018, 1, 1), "P", "", 0.5)]
    red, mask = written(tmp_path, red="r", mask="m")
    one = acquisition(red, mask=mask)

    def content(auxiliary=""):
        if auxiliary:
            (tmp_path / "red.tif.aux.xml").write_text(f"<PAMDataset>{auxiliary}</PAMDataset>")
        files = source_files.of_acquisitions([one], tmp_path / "memory.json", 1)
        return source_files.with_content(record, files, [one])[0].content

    plain = content()
    remarks = '<Metadata><MDI key="STATISTICS_MAXIMUM">1</MDI></Metadata>'
    band = '<PAMRasterBand band="1">{}<Metadata><MDI key="STATISTICS_MEAN">5</MDI></Metadata></PAMRasterBand>'
    assert content(remarks) == content(remarks + band.format("<Histograms/>")) == plain
    assert content("<broken") != plain
    nodata = content(band.format("<NoDataValue>7</NoDataValue>"))
    scale = content(band.format("<NoDataValue>7</NoDataValue><Scale>2</Scale>"))
    assert len({plain, nodata, scale}) == 3
    assert content(remarks + band.format("<NoDataValue>7</NoDataValue><Histograms/>")) == nodata
    (tmp_path / "red.tfw").write_text("10\n0\n0\n-10\n5\n5\n")
    assert content() not in (plain, nodata)


def test_content_changes_with_any_file_and_not_with_the_folder(tmp_path):
    records = [
        AcquisitionRecord("s2", date(2018, 1, 1), "P", "", 0.5),
        AcquisitionRecord("s2", date(2018, 1, 2), "Q", "broken", 0.0),
    ]
    found = []
    for name, red in (("here", "r"), ("there", "r"), ("other", "R")):
        folder = tmp_path / name
        folder.mkdir()
        files = written(folder, red=red, mask="m")
        one = acquisition(files[0], mask=files[1])
        uses = source_files.of_acquisitions([one], folder / "memory.json", 1)
        used, skipped = source_files.with_content(records, uses, [one])
        assert skipped == records[1]
        found.append(used.content)
    assert found[0] == found[1] != found[2]


def test_checksums_are_remembered_until_a_file_changes(tmp_path, monkeypatch):
    paths = [str(path) for path in written(tmp_path, a="1", b="2")]
    memory = tmp_path / "memory" / "checksums.json"
    first = checksums.of_files(paths, memory, 2)
    read = []
    real = checksums.of_file
    monkeypatch.setattr(checksums, "of_file", lambda path: read.append(path) or real(path))
    assert checksums.of_files(paths, memory, 2) == first
    assert read == []
    stamp = (tmp_path / "b.tif").stat()
    (tmp_path / "b.tif").write_text("3")
    os.utime(paths[1], ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # a copy that keeps size and time of change
    again = checksums.of_files(paths, memory, 2)
    assert read == [paths[1]]
    assert again[paths[0]] == first[paths[0]]
    assert again[paths[1]].sha256 == hashlib.sha256(b"3").hexdigest()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"a": 1}', '{"a": [1]}', json.dumps({"a": ["x", "y"]})])
def test_a_damaged_memory_is_no_memory(tmp_path, damage):
    (path,) = written(tmp_path, a="1")
    memory = tmp_path / "memory.json"
    memory.write_text(damage)
    assert checksums.of_files([str(path)], memory, 1)[str(path)].sha256 == hashlib.sha256(b"1").hexdigest()


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.tif: cannot be read"):
        checksums.of_files([str(tmp_path / "gone.tif")], tmp_path / "memory.json", 1)


def series_listing(archive):
    settings = SeriesSettings(
        type="series",
        archive=str(archive),
        file="{tile}_{date}_{band}.tif",
        bands={"red": {"number": 1}, "nir": {"number": 1}},
    )
    return archive_listing.listing({"own": settings}, "T", *PERIOD, Inventory(["T"]))


def test_listing_notices_a_change_of_any_file_of_a_series(tmp_path):
    for day in ("20180101", "20180102"):
        written(tmp_path, **{f"T_{day}_red": "1", f"T_{day}_nir": "1"})
    before = series_listing(tmp_path)
    assert [line[:3] for line in before] == [["own", f"2018-01-0{day}", f"2018010{day}"] for day in (1, 2)]
    assert series_listing(tmp_path) == before
    os.utime(tmp_path / "T_20180102_nir.tif", ns=(1, 1))
    after = series_listing(tmp_path)
    assert after[0] == before[0]
    assert after[1] != before[1]
