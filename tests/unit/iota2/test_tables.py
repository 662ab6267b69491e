"""Tables of iota2: names and colours in one, headers."""

import pytest

from landloom.core import nomenclature
from landloom.core.errors import InputError
from landloom.iota2 import tables

NAMES = "Blé: dur:1\nmaïs:10\n\nlac : 01.0\n"
COLORS = "0 255 255 255\n10 255 85 0\n99 1 2 3\n"


def write(folder, names=NAMES, colors=COLORS):
    (folder / "names.txt").write_text(names, encoding="utf-8")
    (folder / "colors.txt").write_text(colors)
    return folder / "names.txt", folder / "colors.txt"


def test_names_and_colours_in_one_table(tmp_path):
    text, remarks = tables.classes(*write(tmp_path, NAMES.replace("01.0", "23")))
    assert text == "label,name,color\n1,Blé: dur,#808080\n10,maïs,#ff5500\n23,lac,#808080\n"
    assert remarks == ["grey, without a colour: 1, 23", "left out, without a name: 99"]
    (tmp_path / "classes.csv").write_text(text, encoding="utf-8")
    assert nomenclature.read(tmp_path / "classes.csv").codes == [1, 10, 23]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, r"names\.txt, line 4: label 1 is given twice"),
        ({"names": "wheat;1\n"}, r"names\.txt, line 1: 'wheat;1' is not of the form `name:label`"),
        ({"names": "\n"}, r"names\.txt: has no class"),
        ({"names": "a:1\n", "colors": "1 2 3\n"}, r"colors\.txt, line 1: '1 2 3' is not of the form"),
        ({"names": "a:1\n", "colors": "1 2 3 256\n"}, r"colors\.txt, line 1: '1 2 3 256' is not of the form"),
    ],
)
def test_lines_of_another_form_are_told(tmp_path, changes, message):
    with pytest.raises(InputError, match=message):
        tables.classes(*write(tmp_path, **changes))


def test_a_table_gets_a_header(tmp_path):
    (tmp_path / "a.csv").write_text("1,2, 11 ,-1\n\n2,1,12,5\n")
    columns = ("source", "destination", "label", "number")
    assert tables.with_header(tmp_path / "a.csv", columns) == f"{','.join(columns)}\n1,2,11,-1\n2,1,12,5\n"
    with pytest.raises(InputError, match=r"a\.csv, line 1: has 4 fields, not 2 \(label, number\)"):
        tables.with_header(tmp_path / "a.csv", ("label", "number"))
