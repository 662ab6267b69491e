import tempfile
from xml.etree import ElementTree

import pytest

from landloom.core import files, nomenclature
from landloom.core.errors import InputError
from landloom.core.files import scratch, whole, write_text
from landloom.maps import styles


def test_a_failed_write_leaves_nothing(tmp_path):
    write_text(tmp_path / "a.txt", "old")

    def fail():
        with whole(tmp_path / "a.txt") as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.txt": "old"}


@pytest.fixture
def near(tmp_path, monkeypatch):
    """The disk of the machine, with room."""
    folder = tmp_path / "near"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(files, "_lies_in_memory", lambda _: False)
    return folder


def scratch_used(output, size):
    """Use scratch; return where it was, after it is gone."""
    with scratch(output, size) as folder:
        (folder / "file").touch()
    assert not folder.exists()
    return folder


def test_scratch_lies_on_the_disk_of_the_machine(near, tmp_path):
    assert scratch_used(tmp_path / "far" / "a.tif", 1000).parent == near
    assert not (tmp_path / "far").exists()
    assert not list(near.iterdir())


def test_scratch_lies_beside_the_output_where_there_is_no_room(near, tmp_path):
    assert scratch_used(tmp_path / "far" / "a.tif", 10**18).parent == tmp_path / "far"


def test_scratch_is_not_memory(near, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_lies_in_memory", lambda folder: folder == near)
    folder = tmp_path / "far" / ".a.tif.scratch"
    folder.mkdir(parents=True)
    (folder / "left by a killed job").touch()
    assert scratch_used(tmp_path / "far" / "a.tif", 1000) == folder


def test_memory_is_told_from_disks(tmp_path):
    assert files._lies_in_memory(files.Path("/dev/shm"))
    assert not files._lies_in_memory(files.Path("/proc"))


def read(tmp_path, text):
    (tmp_path / "n.csv").write_text(text, encoding="utf-8")
    return nomenclature.read(tmp_path / "n.csv")


def test_integer_labels_are_codes(tmp_path):
    found = read(tmp_path, "label,name,color\n31,pré,#AABBCC\n2,blé,#000001\n")
    assert found.codes == [2, 31]
    assert found.colormap() == {0: (0, 0, 0, 0), 2: (0, 0, 1, 255), 31: (170, 187, 204, 255)}


def test_text_labels_take_free_codes(tmp_path):
    found = read(tmp_path, "color,label,name\n#000000,wood,forest\n#000000,7,other\n")
    assert found.code_by_label() == {"wood": 1, "7": 7}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "lacks the columns"),
        ("label,name\n1,a\n", r"lacks the columns \['color'\]"),
        ("label,name,color\n", "has no class"),
        ("label,name,color\n1,a,red\n", "line 2: color 'red'"),
        ("label,name,color\n1,a,#000000\n1,b,#000000\n,c,#000000\n", "line 3: label 1 .* twice; line 4: label and"),
        ("label,name,color\n1,a\n", "line 2: color None"),
        ("label,name,color\n0,a,#000000\n70000,b,#000000\n", "line 2: label 0 is not .* line 3: label 70000 is not"),
    ],
)
def test_faults_are_named_by_line(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, text)


def test_styles_escape_names(tmp_path):
    classes = read(tmp_path, 'label,name,color\n2,"a <b> & ""c""",#112233\n')
    styles.write_class_names(tmp_path / "x.aux.xml", classes)
    styles.write_qgis_style(tmp_path / "x.qml", classes)
    assert '<Category>a &lt;b&gt; &amp; "c"</Category>' in (tmp_path / "x.aux.xml").read_text()
    assert "label='a &lt;b&gt; &amp; \"c\"'" in (tmp_path / "x.qml").read_text()
    table = ElementTree.parse(tmp_path / "x.aux.xml").find(".//GDALRasterAttributeTable")
    assert [one.findtext("Name") for one in table.iter("FieldDefn")][:3] == ["Value", "Class", "Label"]
    assert [one.text for one in table.iter("F")] == ["2", 'a <b> & "c"', "2", "17", "34", "51", "255"]


def test_a_style_of_the_ogc(tmp_path):
    classes = read(tmp_path, 'label,name,color\n2,"a <b> & ""c""",#112233\n9,x,#ffffff\n')
    styles.write_sld(tmp_path / "x.sld", classes)
    entries = list(ElementTree.parse(tmp_path / "x.sld").iter("{http://www.opengis.net/sld}ColorMapEntry"))
    assert [(one.get("quantity"), one.get("color"), one.get("label")) for one in entries] == [
        ("2", "#112233", 'a <b> & "c"'),
        ("9", "#ffffff", "x"),
    ]


def test_files_of_tiles_are_in_the_order_of_the_tiles():
    assert files.of_tiles("2018/{tile}/run0/a.tif", ["B", "A"]) == ["2018/B/run0/a.tif", "2018/A/run0/a.tif"]
