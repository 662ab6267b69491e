"""Tables that one job writes and another reads."""

import csv
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landloom.core import tables
from landloom.core.errors import InputError
from running import ROOT

# Texts as cells hold them; csv reads a lone carriage return as the end of a line.
CELLS = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, st.integers()), max_size=4))
def test_rows_are_read_as_they_were_written(tmp_path, rows):
    tables.write(tmp_path / "t.csv", ("name", "number"), rows)
    assert tables.read(tmp_path / "t.csv", "rows", lambda row: (row["name"], int(row["number"]))) == rows
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").startswith("name,number\n")


FORMULAS = ["=SUM(A1)", "+cmd", "-2+3", "@x", "\t=1", " =1", "'=1", "''+1", "-", "--1"]
PLAIN = ["wheat", "-5", "+1.5e-3", "'", "'90s", "a=b", "", "-inf"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(tmp_path, text):
    """Neither in tables of ours nor in those of pandas; numbers stay."""
    tables.write(tmp_path / "t.csv", ("name", "number"), [(text, -1)])
    frame = pd.DataFrame({"name": [text, "a"], "number": [-1.5, 2.0]})
    (tmp_path / "f.csv").write_text(tables.frame_text(frame), newline="")
    for name, number in (("t.csv", "-1"), ("f.csv", "-1.5")):
        with (tmp_path / name).open(newline="") as file:
            cell = list(csv.reader(file))[1]
        assert cell == [f"'{text}", number]
    pd.testing.assert_frame_equal(tables.read_frame(tmp_path / "f.csv"), frame)


def test_names_stay_as_they_are(tmp_path):
    """A region may be called NA, as Namibia is, or 01, as a department of France."""
    frame = pd.DataFrame(
        {"region": ["01", "NA", "nan"], "sensor": ["null", "1e3", "s2"], "value": [0.5, np.nan, 2.0]}
    )
    (tmp_path / "f.csv").write_text(tables.frame_text(frame), newline="")
    pd.testing.assert_frame_equal(tables.read_frame(tmp_path / "f.csv"), frame)


@given(st.one_of(st.text(max_size=6), st.sampled_from(PLAIN), st.from_regex(r"'*[=+@-]?'?[0-9=]*", fullmatch=True)))
def test_what_is_escaped_is_read_as_it_was(text):
    assert tables.unescaped(tables.escaped(text)) == text
    assert tables.escaped(text) == text or tables._FORMULA.match(text)


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_stays(text):
    assert tables.escaped(text) == text
    assert tables.unescaped(text) == text


@pytest.mark.parametrize(
    "content", [None, "name\na\n", "name,number\na,x\n", "name,number\na\n", b"name,number\n\xff,1\n"]
)
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "t.csv"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=r"t\.csv: is not a table of rows \(.*\); "):
        tables.read(path, "rows", lambda row: (row["name"], int(row["number"])))


def test_every_table_is_written_without_formulas():
    """By these functions alone; what the demo makes are inputs."""
    writers = re.compile(r"\.to_csv\(|csv\.(?:Dict)?[wW]riter\(")
    found = {path for path in (ROOT / "scripts").rglob("*.py") if writers.search(path.read_text(encoding="utf-8"))}
    names = {str(path.relative_to(ROOT / "scripts")) for path in found if "demo" not in path.parts}
    assert names == {"landloom/core/tables.py"}
