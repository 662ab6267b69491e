"""Nomenclatures, and tables of ours that something has damaged."""

import datetime
import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fuzz import material
from fuzz.property import refuses_or_accepts, run_with_little_memory, untouched, workplace
from landloom.core import nomenclature
from landloom.core.errors import InputError
from landloom.features import pipeline
from landloom.geo import grids
from landloom.geo.grids import Grid
from landloom.maps import styles
from landloom.survey import acquisition_table
from landloom.survey.acquisition_table import AcquisitionRecord

CLASSES = b"label,name,color\n1,wood,#008000\n2,field,#ffff00\n3,water,#0000ff\n"
cells = material.texts.map(lambda text: text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
lines = st.lists(st.lists(cells, max_size=5), max_size=5)


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    """Draw a file of lines, quoted or not, in some encoding."""
    end, separator = draw(st.sampled_from(["\n", "\r\n", "\r"])), draw(st.sampled_from([",", ";", "\t"]))
    quote = draw(st.sampled_from(["", '"']))
    rows = [["label", "name", "color"], *draw(lines)]
    text = end.join(separator.join(f"{quote}{cell}{quote}" for cell in row) for row in rows)
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode(draw(st.sampled_from(["utf-8", "utf-16"])))


def rows(*labels: str) -> bytes:
    return b"label,name,color\n" + "\n".join(f"{label},name,#000000" for label in labels).encode()


@given(content=csv_files() | material.damaged(CLASSES) | st.binary(max_size=100))
@example(content=b"")
@example(content=b"\0" * 1000)
@example(content=b",".join(b"column%d" % n for n in range(5000)) + b"\n1")
@example(content=b"label,name,color" + b",x" * 5000 + b"\n1,a,#000000" + b",1" * 9000)
@example(content=b"label,name,color,label\n1,a,#000000,2")
@example(content=b'label,name,color\n1,"a\nb",#000000')
@example(content=b'label,name,color\n1,"' + b"x" * 200_000)
@example(content=rows("9" * 5000))
@example(content=rows("-" + "9" * 5000))
@example(content=rows("7", "007"))
@example(content=rows("٣"))
@example(content=rows(*(f"a{n}" for n in range(70_000))))
def test_nomenclature(content: bytes):
    with workplace() as folder:
        path = folder / "classes.csv"
        path.write_bytes(content)
        with untouched(folder):
            refuses_or_accepts(read_and_use, path, names=("nomenclature",))


def read_and_use(path: Path) -> None:
    """Read classes and write them as a map has them, which must be well-formed whatever their names."""
    classes = nomenclature.read(path)
    assert len(set(classes.codes)) == len(classes.codes)
    assert all(1 <= code <= 65535 for code in classes.codes)
    assert len(classes.colormap()) == len(classes.codes) + 1
    if len(classes.codes) < 100:
        for write in (styles.write_class_names, styles.write_qgis_style):
            write(path.parent.parent / "out.xml", classes)
            ElementTree.parse(path.parent.parent / "out.xml")
            (path.parent.parent / "out.xml").unlink()


@pytest.mark.parametrize(
    "name", ["<script>", '"quoted"', "'", "&amp;", "]]>", "\u202eltr", "a;b", "$(touch canary)", "=1+1"]
)
def test_names_of_classes_come_back_from_the_styles(name: str, tmp_path: Path):
    quoted = name.replace('"', '""')
    (tmp_path / "classes.csv").write_text(f'label,name,color\n1,"{quoted}",#008000\n', encoding="utf-8")
    classes = nomenclature.read(tmp_path / "classes.csv")
    styles.write_class_names(tmp_path / "names.xml", classes)
    styles.write_qgis_style(tmp_path / "style.qml", classes)
    (entry,) = ElementTree.parse(tmp_path / "style.qml").iter("paletteEntry")
    assert entry.get("label") == name
    assert [one.text for one in ElementTree.parse(tmp_path / "names.xml").iter("Category")] == ["unclassified", name]


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "a\x07", "a\x85b", "\uffff"])
def test_names_that_xml_cannot_hold(name: str, tmp_path: Path):
    (tmp_path / "classes.csv").write_text(f'label,name,color\n1,"{name}",#008000\n', encoding="utf-8")
    with pytest.raises(InputError, match="label and name must not hold line breaks or control characters"):
        nomenclature.read(tmp_path / "classes.csv")


def test_seven_is_seven_however_it_is_written(tmp_path: Path):
    (tmp_path / "classes.csv").write_bytes(rows("7", "007"))
    with pytest.raises(InputError, match="line 3: label 7 is given twice"):
        nomenclature.read(tmp_path / "classes.csv")


@pytest.mark.parametrize("kind", ["pipe", "endless", "large"])
def test_nomenclature_that_is_another_thing(kind: str, tmp_path: Path):
    path = tmp_path / "classes.csv"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    else:
        path.touch()
        os.truncate(path, 2**33)
    code = "import sys; from landloom.core import nomenclature; nomenclature.read(sys.argv[1])"
    code = f"try:\n    {code}\nexcept Exception as error:\n    print(type(error).__name__, error)"
    said = run_with_little_memory(code, str(path), megabytes=500)
    assert said.startswith(f"InputError nomenclature {path}: cannot be read (")


# Our own files, damaged


GRID = Grid("EPSG:32630", 700_000.0, 4_880_000.0, 10.0, 10.0, 200, 200)
DATES = json.dumps({"s2": ["2018-01-01", "2018-01-11"]}).encode()
RECORDS = [
    AcquisitionRecord("s2", datetime.date(2018, 6, 1), "product", "", 0.5),
    AcquisitionRecord("s2", datetime.date(2018, 6, 2), "b", "no", 0.0),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.just("s2"), inner, max_size=3)
    ),
    max_leaves=5,
)
garbage = st.binary(max_size=50) | json_values.map(json.dumps).map(str.encode)


@given(content=material.damaged(json.dumps(GRID.__dict__, indent=1).encode()) | garbage)
@example(content=json.dumps(GRID.__dict__ | {"rows": -1}).encode())
@example(content=json.dumps(GRID.__dict__ | {"rows": 10**400}).encode())
@example(content=json.dumps(GRID.__dict__ | {"left": float("nan")}).encode())
@example(content=json.dumps(GRID.__dict__ | {"resolution": [1]}).encode())
@example(content=b"[" * 10**5)
@example(content=b'{"rows": ' + b"9" * 5000 + b"}")
def test_grid(content: bytes):
    with workplace() as folder:
        (folder / "grid.json").write_bytes(content)
        refuses_or_accepts(grids.load, folder / "grid.json", names=("grid.json: is not a tile's grid",))


@given(content=material.damaged(DATES) | garbage)
@example(content=b"[" * 10**5)
@example(content=b'{"s2": [1]}')
@example(content=b'{"s2": "2018-01-01"}')
def test_dates(content: bytes):
    with workplace() as folder:
        (folder / "dates.json").write_bytes(content)
        refuses_or_accepts(pipeline.read_dates, folder / "dates.json", names=("dates.json: is not a list of dates",))


@given(data=st.data())
def test_acquisitions(data: st.DataObject):
    with workplace() as folder:
        path = folder / "acquisitions.csv"
        acquisition_table.write(RECORDS, path)
        path.write_bytes(data.draw(material.damaged(path.read_bytes()) | csv_files()))
        refuses_or_accepts(acquisition_table.read, path, names=("acquisitions.csv: is not a table of acquisitions",))


def test_grid_and_looks_come_back_as_they_were(tmp_path: Path):
    grids.save(GRID, tmp_path / "grid.json")
    acquisition_table.write(RECORDS, tmp_path / "acquisitions.csv")
    assert grids.load(tmp_path / "grid.json") == GRID
    assert acquisition_table.read(tmp_path / "acquisitions.csv") == RECORDS


def test_names_of_files_that_are_no_text_are_written_as_escapes(tmp_path: Path):
    problem = f"{os.fsdecode(b'archive/' + bytes([255]))}: cannot be read"
    acquisition_table.write(
        [AcquisitionRecord("s2", datetime.date(2018, 6, 1), "product", problem, 0.0)], tmp_path / "acquisitions.csv"
    )
    (record,) = acquisition_table.read(tmp_path / "acquisitions.csv")
    assert record.problem == "archive/\\udcff: cannot be read"
