"""Tables that one job writes and another reads."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landloom.core import tables
from landloom.core.errors import InputError

# Texts as cells hold them; csv reads a lone carriage return as the end of a line.
CELLS = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, st.integers()), max_size=4))
def test_rows_are_read_as_they_were_written(tmp_path, rows):
    tables.write(tmp_path / "t.csv", ("name", "number"), rows)
    assert tables.read(tmp_path / "t.csv", "rows", lambda row: (row["name"], int(row["number"]))) == rows
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").startswith("name,number\n")


@pytest.mark.parametrize(
    "content", [None, "name\na\n", "name,number\na,x\n", "name,number\na\n", b"name,number\n\xff,1\n"]
)
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "t.csv"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=r"t\.csv: is not a table of rows \(.*\); "):
        tables.read(path, "rows", lambda row: (row["name"], int(row["number"])))
