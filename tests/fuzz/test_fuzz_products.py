"""Products with metadata, names and members made to do harm."""

import datetime
import io
import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bad_input.inputs import PERIOD, TILE
from fuzz import material
from fuzz.property import CANARY, refuses_or_accepts, run_with_little_memory, untouched, workplace
from landloom.configuration import configuration
from landloom.core.errors import InputError
from landloom.sensors import product_files, registry
from landloom.sensors import registry as sensors
from landloom.sensors.acquisition import Product
from landloom.sensors.product_files import Members
from landloom.sensors.sentinel2 import sen2cor
from landloom.sensors.settings import SensorSettings
from unit.sensors.products import MADE

SAFE = "S2A_MSIL2A_20180601T105621_N0400_R094_T30TYP_20180601T140000.SAFE"
IMAGES = f"GRANULE/L2A_{TILE}_A1/IMG_DATA"
LAYERS = [f"{IMAGES}/R10m/{TILE}_20180601_B03_10m.jp2", f"{IMAGES}/R20m/{TILE}_20180601_SCL_20m.jp2"]
METADATA = b"""<?xml version="1.0" encoding="UTF-8"?><n1:Level-2A xmlns:n1="https://x">
<BOA_QUANTIFICATION_VALUE unit="none">10000
</BOA_QUANTIFICATION_VALUE><BOA_ADD_OFFSET_VALUES_LIST><BOA_ADD_OFFSET band_id="2">-1000</BOA_ADD_OFFSET>
</BOA_ADD_OFFSET_VALUES_LIST></n1:Level-2A>"""
THEIA = "SENTINEL2A_20180601-105936-349_L2A_T30TYP_C_V2-2"
SETTINGS = registry.sections_of(
    {
        "safe": {"type": "sentinel2_sen2cor", "archive": "archive", "bands": ["B3"]},
        "maja": {"type": "sentinel2_theia", "archive": "archive", "bands": ["B3"]},
        "wasp": {"type": "sentinel2_l3a", "archive": "archive", "bands": ["B3"]},
        "landsat8": {"type": "landsat8_theia", "archive": "archive", "bands": ["B3"]},
        "n2a": {"type": "landsat_theia_old", "archive": "archive", "bands": ["green"]},
        "usgs": {
            "type": "landsat_c2",
            "archive": "archive",
            "bands": ["green"],
            "path_rows": {"T30TYP": ["199029"], "D0005H0002": ["199029"]},
        },
        "hls": {"type": "hls", "archive": "archive", "bands": ["green"]},
    }
)
# Every family with names of its own, by its made-up product.
FAMILIES = {kind: made for kind, made in MADE.items() if kind not in ("series", "stac")}
SETTINGS |= registry.sections_of(
    {kind: {"type": kind, "archive": "archive", **made.section} for kind, made in FAMILIES.items()}
)
TILES = {kind: made.tile for kind, made in FAMILIES.items()} | {"n2a": "D0005H0002"}
MADE_NAMES = sorted({part for made in FAMILIES.values() for name in made.files for part in name.split("/")})
SYNTHESIS = "SENTINEL2X_20180615-000000-000_L3A_T30TYP_C_V1-1"
LANDSAT8 = "LANDSAT8-OLITIRS-XS_20180601-103629-617_L2A_T30TYP_D_V1-9"
N2A = "LANDSAT5_TM_XS_20180601_N2A_France-MetropoleD0005H0002"
USGS = "LC08_L2SP_199029_20180601_20200825_02_T1"
HLS = "HLS.S30.T30TYP.2018152T105439.v2.0"
NAMED = ("S2A_", "SENTINEL2", "LANDSAT", "LC08_", "HLS.")


def describe_all(settings: SensorSettings, tile: str = TILE) -> None:
    """Do with an archive what listing and survey do before they open a raster."""
    for product in sensors.find(settings, tile, *PERIOD):
        acquisition = sensors.describe(settings, "s2", tile, product)
        sensors.why_unwanted(settings, product)
        for path in [band.path for _, band in acquisition.bands] + [mask.source.path for mask in acquisition.masks]:
            assert not path.startswith("/vsi") or ".." not in path.split("}")[1]
            assert path.startswith(("/vsizip/{archive/", "/vsitar/{archive/", "archive/"))


def write_safe(folder: Path, metadata: bytes) -> Path:
    product = folder / "archive" / SAFE
    for name in LAYERS:
        (product / name).parent.mkdir(parents=True, exist_ok=True)
        (product / name).touch()
    (product / "MTD_MSIL2A.xml").write_bytes(metadata)
    return product


def with_numbers(offset: str, quantification: str, band: str = "2") -> bytes:
    text = METADATA.decode().replace("-1000", offset).replace("10000\n", quantification).replace('"2"', f'"{band}"')
    return text.encode("utf-8", "surrogatepass")


xml_text = st.text(st.characters(exclude_characters="<&\r"), max_size=20)
metadata = (
    material.damaged(METADATA) | st.binary(max_size=200) | st.builds(with_numbers, xml_text, xml_text, xml_text)
)


@given(content=metadata)
@example(content=with_numbers("-1000", "0"))
@example(content=with_numbers("-1000", "nan"))
@example(content=with_numbers("inf", "10000"))
@example(content=with_numbers("x", "10000"))
@example(content=with_numbers("1", "1", "x"))
@example(content=with_numbers("1", "1", "9" * 5000))
@example(content=with_numbers("1", "1e-320"))
def test_metadata_of_a_folder(content: bytes):
    with workplace() as folder:
        write_safe(folder, content)
        with untouched(folder):
            refuses_or_accepts(describe_all, SETTINGS["safe"], names=(SAFE,))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
ATTACKS = {
    "file": b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
    "network": b'<!DOCTYPE a [<!ENTITY e SYSTEM "http://127.0.0.1:1/x">]><a>&e;</a>',
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % e SYSTEM "http://127.0.0.1:1/x"> %e;]><a/>',
    "document type elsewhere": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>',
    "billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l11;</a>'.encode(),
    "quadratic": b'<!DOCTYPE a [<!ENTITY e "' + b"x" * 10**5 + b'">]><a>' + b"&e;" * 10**5 + b"</a>",
    "undeclared entity": b"<a>&e;</a>",
    "deep": b"<a>" * 10**5,
    "deep and whole": b"<a>" * 10**5 + b"</a>" * 10**5,
    "attribute": b'<a b="' + b"x" * 10**7 + b'"/>',
    "attributes": b"<a " + b" ".join(b'b%d="1"' % n for n in range(10**5)) + b"/>",
    "name": b"<" + b"a" * 10**7 + b"/>",
    "open comment": b"<a><!--" + b"-" * 10**7,
    "utf-16": METADATA.decode().encode("utf-16"),
    "utf-32": METADATA.decode().encode("utf-32"),
    "unknown encoding": METADATA.replace(b"UTF-8", b"x-unheard-of"),
    "utf-7": METADATA.replace(b"UTF-8", b"utf-7"),
    "too large": b" " * (product_files.MOST_TEXT + 1) + METADATA,
    "empty": b"",
    "nul": b"\0" * 1000,
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("zipped", [False, True])
def test_attacks_by_xml(attack: str, zipped: bool):
    with workplace() as folder:
        product = write_safe(folder, ATTACKS[attack])
        if zipped:
            shutil.make_archive(str(product), "zip", product.parent, product.name)
            shutil.rmtree(product)
        with untouched(folder):
            message = refuses_or_accepts(describe_all, SETTINGS["safe"], names=(SAFE,))
        # Python decodes the text before it is parsed, so what encoding it claims does not matter.
        assert message or attack in ("unknown encoding", "utf-7")
        assert "root:" not in message


def test_document_types_are_refused_whatever_they_declare():
    with pytest.raises(InputError, match=r"p\.xml: declares entities or a document type"):
        sen2cor.parse_xml(ATTACKS["file"].decode(), "p.xml")


# .zip files


member_names = (
    st.sampled_from(
        [
            *(f"{SAFE}/{name}" for name in LAYERS),
            f"{SAFE}/MTD_MSIL2A.xml",
            f"../../{CANARY}",
            f"/{CANARY}",
            f"../{SAFE}/MTD_MSIL2A.xml",
            f"/{LAYERS[0]}",
            f"{SAFE}/../../{LAYERS[0]}",
            f"..\\{CANARY}",
        ]
    )
    | st.sampled_from([text for text in material.INJECTIONS if "\ud800" not in text])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
)
product_files = st.lists(st.tuples(member_names, metadata | st.just(METADATA), st.booleans()), max_size=6)
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


def write_zip(path: Path, content: list[tuple[str, bytes, bool]], method: int) -> bytes:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, text, linked in content:
            entry = zipfile.ZipInfo(name or "x")
            entry.external_attr = ((stat.S_IFLNK if linked else stat.S_IFREG) | 0o644) << 16
            archive.writestr(entry, text, method)
    return path.read_bytes()


@given(content=product_files, method=st.sampled_from(METHODS), damage=st.booleans(), data=st.data())
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_zip_members(content: list[tuple[str, bytes, bool]], method: int, damage: bool, data: st.DataObject):
    with workplace() as folder:
        path = folder / "archive" / f"{SAFE}.zip"
        packed = write_zip(path, content, method)
        if damage:
            path.write_bytes(data.draw(material.damaged(packed)))
        with untouched(folder):
            refuses_or_accepts(describe_all, SETTINGS["safe"], names=(SAFE,))


WHOLE_ZIP = [*((f"{SAFE}/{name}", b"", False) for name in LAYERS), (f"{SAFE}/MTD_MSIL2A.xml", METADATA, False)]


@given(data=st.data(), method=st.sampled_from(METHODS))
def test_damaged_zip(data: st.DataObject, method: int):
    with workplace() as folder:
        path = folder / "archive" / f"{SAFE}.zip"
        path.write_bytes(data.draw(material.damaged(write_zip(path, WHOLE_ZIP, method))))
        refuses_or_accepts(describe_all, SETTINGS["safe"], names=(SAFE,))


def zip_of(folder: Path, content: list[tuple[str, bytes, bool]], method: int = zipfile.ZIP_DEFLATED) -> Members:
    path = folder / f"{SAFE}.zip"
    write_zip(path, content, method)
    return Members(Product(datetime.date(2018, 6, 1), SAFE, str(path)))


def test_members_that_lead_out_of_the_archive_are_not_there(tmp_path: Path):
    names = ["../a.xml", "/a.xml", "a/../../a.xml", "a\nb.xml", "inside/..a.xml"]
    assert zip_of(tmp_path, [(name, b"", False) for name in names]).names == ["inside/..a.xml"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_doubled_member_is_ambiguous(tmp_path: Path):
    with pytest.raises(InputError, match="is present 2 times"):
        zip_of(tmp_path, [("a.xml", b"1", False), ("a.xml", b"2", False)]).one(r"\.xml$", "metadata")


def test_linked_member_is_not_followed(tmp_path: Path):
    assert zip_of(tmp_path, [("a.xml", b"/etc/passwd", True)]).text("a.xml") == "/etc/passwd"


def encrypted(content: bytes) -> bytes:
    """Set the flag of encryption of all members."""
    data = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + place] |= 1
            start = data.find(mark, start + 4)
    return bytes(data)


def of_unknown_compression(content: bytes) -> bytes:
    return content.replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x61\x00"
    )


@pytest.mark.parametrize("change", [encrypted, of_unknown_compression])
def test_zip_that_python_cannot_unpack(tmp_path: Path, change: Callable[[bytes], bytes]):
    path = tmp_path / f"{SAFE}.zip"
    path.write_bytes(change(write_zip(path, WHOLE_ZIP, zipfile.ZIP_STORED)))
    with pytest.raises(InputError, match=r"MTD_MSIL2A\.xml cannot be read"):
        Members(Product(datetime.date(2018, 6, 1), SAFE, str(path))).text(f"{SAFE}/MTD_MSIL2A.xml")


DESCRIBE = """
import datetime, sys
from landloom.sensors import registry
from landloom.sensors import registry as sensors
from landloom.core.errors import InputError
content = {"s": {"type": "sentinel2_sen2cor", "archive": sys.argv[1], "bands": ["B3"]}}
settings = registry.sections_of(content)["s"]
(product,) = sensors.find(settings, "T30TYP", datetime.date(2018, 1, 1), datetime.date(2018, 12, 31))
try:
    sensors.describe(settings, "s", "T30TYP", product)
except InputError as error:
    print(error)
"""


def test_bomb_in_a_zip(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / f"{SAFE}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in LAYERS:
            archive.writestr(f"{SAFE}/{name}", b"")
        with archive.open(f"{SAFE}/MTD_MSIL2A.xml", "w") as member:
            for _ in range(600):
                member.write(b"\0" * 2**20)
    assert (tmp_path / f"{SAFE}.zip").stat().st_size < 4 * 2**20
    assert "MTD_MSIL2A.xml cannot be read (larger than 16 MB)" in run_with_little_memory(
        DESCRIBE, str(tmp_path), megabytes=500
    )


# Products of Landsat: metadata, .tar files

MTL = """GROUP = LANDSAT_METADATA_FILE
  GROUP = LEVEL2_SURFACE_REFLECTANCE_PARAMETERS
    REFLECTANCE_MULT_BAND_3 = 2.75e-05
    REFLECTANCE_ADD_BAND_3 = -0.2
  END_GROUP = LEVEL2_SURFACE_REFLECTANCE_PARAMETERS
END_GROUP = LANDSAT_METADATA_FILE
"""
MTL_JSON = """{"LANDSAT_METADATA_FILE": {"LEVEL2_SURFACE_REFLECTANCE_PARAMETERS":
 {"REFLECTANCE_MULT_BAND_3": "2.75e-05", "REFLECTANCE_ADD_BAND_3": -0.2}}}"""
MTL_XML = """<L><LEVEL2_SURFACE_REFLECTANCE_PARAMETERS><REFLECTANCE_MULT_BAND_3>2.75e-05</REFLECTANCE_MULT_BAND_3>
<REFLECTANCE_ADD_BAND_3>-0.2</REFLECTANCE_ADD_BAND_3></LEVEL2_SURFACE_REFLECTANCE_PARAMETERS></L>"""
FORMS = {"txt": MTL, "json": MTL_JSON, "xml": MTL_XML}
LANDSAT_FILES = [f"{USGS}_{layer}.TIF" for layer in ("SR_B3", "QA_PIXEL", "QA_RADSAT")]


@given(form=st.sampled_from(sorted(FORMS)), data=st.data())
def test_metadata_of_landsat(form: str, data: st.DataObject):
    """Damaged, or with anything for a number: what is accepted has a scaling that means something."""
    text = FORMS[form]
    changed = st.builds(text.replace, st.just("2.75e-05"), material.texts).map(
        lambda one: one.encode("utf-8", "surrogatepass")
    )
    content = data.draw(material.damaged(text.encode()) | changed | st.binary(max_size=200))
    with workplace() as folder:
        (folder / "archive").mkdir()
        for name in LANDSAT_FILES:
            (folder / "archive" / name).touch()
        (folder / "archive" / f"{USGS}_MTL.{form}").write_bytes(content)
        with untouched(folder):
            refuses_or_accepts(scaled, SETTINGS["usgs"], names=(USGS,))


def scaled(settings: SensorSettings) -> None:
    for product in sensors.find(settings, "199029", *PERIOD):
        ((_, band),) = sensors.describe(settings, "s", "199029", product).bands
        assert abs(band.gain) <= 1e10
        assert abs(band.shift) <= 1e10


tar_names = st.sampled_from(
    [*LANDSAT_FILES, f"{USGS}_MTL.txt", f"../../{CANARY}", f"/{CANARY}", f"../{LANDSAT_FILES[0]}", "a\nb"]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=10)


@given(
    content=st.lists(st.tuples(tar_names, st.just(MTL.encode()) | st.binary(max_size=50), st.booleans()), max_size=6),
    damage=st.booleans(),
    data=st.data(),
)
def test_tar_members(content: list[tuple[str, bytes, bool]], damage: bool, data: st.DataObject):
    with workplace() as folder:
        path = folder / "archive" / f"{USGS}.tar"
        path.parent.mkdir()
        with tarfile.open(path, "w") as archive:
            for name, text, linked in content:
                entry = tarfile.TarInfo(name)
                entry.size, entry.linkname = (0, "/etc/passwd") if linked else (len(text), "")
                entry.type = tarfile.SYMTYPE if linked else tarfile.REGTYPE
                archive.addfile(entry, io.BytesIO(text))
        if damage:
            path.write_bytes(data.draw(material.damaged(path.read_bytes())))
        with untouched(folder):
            refuses_or_accepts(describe_all, SETTINGS["usgs"], "199029", names=(USGS,))


# Archives


def test_pipes_and_loops_in_an_archive(tmp_path: Path):
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "loop").symlink_to("loop")
    (archive / "up").symlink_to("..")
    (archive / "nowhere").symlink_to("/nowhere/at/all")
    os.mkfifo(archive / f"{SAFE}.zip")
    os.mkfifo(archive / f"{THEIA}.zip")
    os.mkfifo(archive / f"{USGS}.tar")
    for name in ("safe", "maja", "usgs"):
        settings = SETTINGS[name].model_copy(update={"archive": str(archive)})
        message = refuses_or_accepts(describe_all, settings, names=("cannot be opened (no such file, or a pipe",))
        assert message


def test_metadata_that_is_a_pipe():
    with workplace() as folder:
        product = write_safe(folder, b"")
        (product / "MTD_MSIL2A.xml").unlink()
        os.mkfifo(product / "MTD_MSIL2A.xml")
        assert refuses_or_accepts(
            describe_all, SETTINGS["safe"], names=("MTD_MSIL2A.xml cannot be read (no such file",)
        )


file_names = st.sampled_from(
    [
        *MADE_NAMES,
        SAFE,
        f"{SAFE}.zip",
        THEIA,
        f"{THEIA}.zip",
        SYNTHESIS,
        f"{SYNTHESIS}.zip",
        LANDSAT8,
        N2A,
        f"{N2A}.zip",
        N2A.replace("20180601", "20181301"),
        USGS,
        f"{USGS}.tar",
        f"{USGS}_SR_B3.TIF",
        f"{USGS}_QA_PIXEL.TIF",
        f"{USGS}_QA_RADSAT.TIF",
        f"{USGS}_MTL.txt",
        USGS.replace("20180601_", "20181301_"),
        HLS,
        f"{HLS}.B03.tif",
        f"{HLS}.Fmask.tif",
        HLS.replace("2018152", "2018400"),
        SAFE.replace("20180601T1", "20189901T1"),
        THEIA.replace("2018", "٢٠١٨"),
        THEIA.replace("V2-2", "V" + "9" * 150 + "-2"),
        "x\n",
        "\udcff",
        "a b;$(touch canary)'\"",
        "[",
        "*",
        "{tile}",
    ]
)


@given(
    names=st.lists(st.tuples(file_names, file_names, st.booleans()), max_size=5),
    name=st.sampled_from(sorted(SETTINGS)),
)
def test_names_in_an_archive(names: list[tuple[str, str, bool]], name: str):
    with workplace() as folder:
        (folder / "archive").mkdir()
        for above, own, is_folder in names:
            path = folder / "archive" / above / own
            if not path.parent.exists() or path.parent.is_dir():
                path.parent.mkdir(exist_ok=True)
                if not path.exists():
                    path.mkdir() if is_folder else path.touch()
        refuses_or_accepts(describe_all, SETTINGS[name], TILES.get(name, TILE), names=NAMED)


# Series of files that the user describes


pieces = st.sampled_from(
    ["{tile}", "{date}", "{band}", "*", "/", "_", "a", ".tif", "[", "]", "?", "..", "(", "\\", "%", "é"]
)
patterns = st.lists(pieces, min_size=1, max_size=8).map("".join) | material.texts
styles = st.lists(
    st.sampled_from([f"%{code}" for code in "YmdHMSjybBaAUWwuGVpfzZcxX%"] + ["-", "(", "T"]), max_size=6
).map("".join)
FILES = [
    "20180601_red.tif",
    "2018-06-01.tif",
    "T30TYP_20180601_red.tif",
    "a" * 200 + "20180601.tif",
    "\udcff20180601.tif",
    "(",
]


@given(
    file=patterns,
    style=styles | st.just("%Y%m%d") | material.texts,
    band=patterns | st.none(),
    mask=patterns | st.none(),
)
@example(file="{date}.tif", style="%Y%Y", band=None, mask=None)
@example(file="*" * 40 + "{date}", style="%Y%m%d", band=None, mask=None)
@example(file="{date}", style="%Y%m%d", band="{date}{date}", mask=None)
@example(file="{date}/\0", style="%Y%m%d", band=None, mask=None)
@example(file="\udcff{date}.tif", style="%Y%m%d", band=None, mask=None)
def test_series_patterns(file: str, style: str, band: str | None, mask: str | None):
    content: dict[str, Any] = {"type": "series", "archive": "archive", "file": file, "date_format": style}
    content["bands"] = {"red": {"file": band}} if band else {"red": 1}
    content |= {"mask": {"file": mask, "invalid_values": [1]}} if mask else {}
    with workplace() as folder:
        for tile in (".", TILE):
            (folder / "archive" / tile).mkdir(parents=True, exist_ok=True)
            for name in FILES:
                (folder / "archive" / tile / name).touch()
        with untouched(folder):
            refuses_or_accepts(parsed_or_not, content, names=("archive", "two files of one date", "sensors.own"))


def parsed_or_not(content: dict[str, Any]) -> None:
    """Read the settings as a part of a configuration, for its messages, and use them."""
    try:
        settings = registry.sections_of({"own": content})["own"]
    except ValueError:
        configuration.parse({"sensors": {"own": content}})
        raise
    for product in sensors.find(settings, TILE, *PERIOD):
        sensors.describe(settings, "own", TILE, product)
