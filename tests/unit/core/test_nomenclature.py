"""The nomenclature's groups."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landloom.core import nomenclature
from landloom.core.errors import InputError
from landloom.maps import styles

ROWS = [
    ("4", "oak", "#004400", "forest"),
    ("1", "wheat", "#ffff00", "crops"),
    ("2", "water", "#0000ff", ""),
    ("7", "maize", "#ff8800", " crops "),
    ("3", "pine", "#008800", "forest"),
]


def read(folder, rows, columns="label,name,color,group"):
    path = folder / "classes.csv"
    path.write_text("\n".join([columns, *(",".join(row) for row in rows)]) + "\n")
    return nomenclature.read(path)


def test_groups_stand_for_their_classes(tmp_path):
    classes = read(tmp_path, ROWS)
    assert classes.group_by_code() == {1: "crops", 3: "forest", 4: "forest", 7: "crops"}
    assert classes.code_of_group() == {1: 1, 2: 2, 3: 3, 4: 3, 7: 1}
    found = [(one.code, one.name, one.color) for one in classes.groups().classes]
    assert found == [(1, "crops", "#ffff00"), (2, "water", "#0000ff"), (3, "forest", "#008800")]
    assert classes.group_table() == "code,name,classes\n1,crops,1 7\n2,water,2\n3,forest,3 4\n"


def test_without_groups_each_class_stands_alone(tmp_path):
    classes = read(tmp_path, [row[:3] for row in ROWS], "label,name,color")
    assert classes.group_by_code() == {}
    assert classes.groups() == classes


def test_what_maps_depend_on_holds_no_groups(tmp_path):
    other = [(label, name, color, "") for label, name, color, _ in ROWS]
    assert read(tmp_path, ROWS).label_by_code() == read(tmp_path, other).label_by_code()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("1", "forest", "#004400", ""), ("2", "oak", "#004400", "forest")], "line 2: forest is in no group, but"),
        ([("1", "oak", "#004400", "all"), ("2", "wheat", "#ffff00", "all")], "all classes are in the group all"),
        (
            [("1", "oak", "#004400", "a\u0007"), ("2", "wheat", "#ffff00", "")],
            "line 2: group must not hold line breaks",
        ),
    ],
)
def test_bad_groups_are_named(rows, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read(tmp_path, rows)


def test_a_class_may_bear_the_name_of_its_own_group(tmp_path):
    rows = [("1", "forest", "#004400", "forest"), ("2", "oak", "#004400", "forest"), ("3", "water", "#0000ff", "")]
    assert [one.name for one in read(tmp_path, rows).groups().classes] == ["forest", "water"]


def codes(folder, written):
    return read(folder, [(label, f"class {label}", "#004400", "") for label in written]).code_by_label()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.integers(1, 65535), st.sampled_from("abcdefgh")), min_size=1, max_size=12, unique=True))
def test_whole_numbers_are_codes_and_text_takes_free_ones(tmp_path, written):
    found = codes(tmp_path, map(str, written))
    assert [found[str(label)] for label in written if label in range(1, 65536)] == [
        label for label in written if label in range(1, 65536)
    ]
    assert len(set(found.values())) == len(written)
    texts = [found[label] for label in written if label not in range(1, 65536)]
    assert texts == [code for code in range(1, 30) if code not in written][: len(texts)]


def test_one_label_of_text_leaves_the_numbers_alone(tmp_path):
    assert codes(tmp_path, ["20", "10", "urban"]) == {"20": 20, "10": 10, "urban": 1}
    assert codes(tmp_path, ["2", "1", "x"]) == {"2": 2, "1": 1, "x": 3}
    assert codes(tmp_path, ["07", "3.0", " 5 "]) == {"7": 7, "3": 3, "5": 5}


@pytest.mark.parametrize("twice", [("7", "007"), ("7", "7.0"), ("forêt", "fore\u0302t"), ("oak", "oak\u00a0")])
def test_labels_that_are_one(twice, tmp_path):
    with pytest.raises(InputError, match=r"line 3: label .* is given twice"):
        codes(tmp_path, twice)


def test_groups_and_names_are_composed(tmp_path):
    rows = [
        ("1", "che\u0302ne", "#004400", "fore\u0302t"),
        ("2", "pin", "#004400", "forêt\u00a0"),
        ("3", "eau", "#0000ff", ""),
    ]
    classes = read(tmp_path, rows)
    assert classes.group_by_code() == {1: "forêt", 2: "forêt"}
    assert classes.names_by_code()[1] == "chêne"


def test_codes_that_had_another_label(tmp_path):
    rows = [("oak", "Oak", "#004400", ""), ("2", "Wheat", "#ffff00", "")]
    classes = read(tmp_path, rows)
    trained = json.dumps(classes.label_by_code())
    assert classes.renamed(trained, [1, 2]) == []
    later = read(
        tmp_path, [("ash", "Ash", "#004400", ""), ("oak", "Oak", "#004400", ""), ("2", "Wheat", "#ffff00", "")]
    )
    assert later.renamed(trained, [1, 2]) == ["1 was `oak`, is `ash`"]
    assert later.renamed(trained, [2]) == []


def test_class_names_are_no_formulas_and_the_table_is_a_nomenclature(tmp_path):
    """Whoever opens it in a spreadsheet runs nothing; whoever maps by it has the same classes."""
    given = "label,name,color,group\n1,=1+1,#112233,@a\n-x,+b,#445566,@a\n'=y,'-c,#778899,\n"
    (tmp_path / "n.csv").write_text(given)
    classes = nomenclature.read(tmp_path / "n.csv")
    assert [entry.name for entry in classes.classes] == ["=1+1", "+b", "-c"]
    styles.write_class_table(tmp_path / "classes.csv", classes)
    cells = [cell for line in (tmp_path / "classes.csv").read_text().splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]
    found = nomenclature.read(tmp_path / "classes.csv")
    assert [entry.name for entry in found.classes] == ["=1+1", "+b", "-c"]
    assert found.label_by_code() == classes.label_by_code() == {1: "1", 2: "-x", 3: "=y"}


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_columns_may_be_separated_as_spreadsheets_do(separator, tmp_path):
    rows = [("1", "oak, ash", "#004400", ""), ("2", "water", "#0000ff", "")]
    path = tmp_path / "classes.csv"
    path.write_text("\n".join(separator.join(row) for row in [("label", "name", "color", "group"), *rows]) + "\n")
    assert [one.name for one in nomenclature.read(path).classes] == ["oak, ash", "water"]
