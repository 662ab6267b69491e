"""The format of iota2's files: all that occurs in them, and messages for what does not."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landloom.core.errors import InputError
from landloom.iota2 import reading

EVERYTHING = """# a comment
chain:
{
\toutputPath:'/a b/c#d'  # not a comment within quotes
    runs : 2
    ratio = 0.5,
    step:1e-3 ten:10.
    'strategy.percent.p' : -1
    firstStep:init
    nothing: None, on:True off : False
    empty:[]
    features: ["NDVI",
               "NDWI"]
    nested : {"per_model":[{"target_model":4,
                            "sampler":"periodic"}],
              inner: {deep: 'x'},
              }
    odd : `handlers.x`
}
argTrain :
{
}
"""


def test_all_that_occurs():
    document = reading.of_text(EVERYTHING)
    assert [(one.name, one.line) for one in document.entries] == [("chain", 2), ("argTrain", 20)]
    chain = document.entries[0].value
    assert reading.plain(chain) == {
        "outputPath": "/a b/c#d",
        "runs": 2,
        "ratio": 0.5,
        "step": 0.001,
        "ten": 10.0,
        "strategy.percent.p": -1,
        "firstStep": "init",
        "nothing": None,
        "on": True,
        "off": False,
        "empty": [],
        "features": ["NDVI", "NDWI"],
        "nested": {"per_model": [{"target_model": 4, "sampler": "periodic"}], "inner": {"deep": "x"}},
        "odd": "handlers.x",
    }
    lines = {one.name: one.line for one in chain.entries}
    assert (lines["outputPath"], lines["features"], lines["nested"], lines["odd"]) == (4, 12, 14, 18)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("chain: {\n a: 1\n a: 2\n}", "line 3: `a` is given in line 2, too"),
        ("chain: {\n a: 'x\n}", "line 2: .* begins a string that has no end"),
        ("chain: {\n a 1\n}", "line 2: expected `:` after the name `a`, not '1'"),
        ("chain: {\n a: [1, 2\n}", r"line 3: expected `\]`, not '}'"),
        ("chain: {\n a: 1\n", "line 3: expected `}`, not 'the end of the file'"),
        ("chain: {\n a: }", "line 2: expected a value, not '}'"),
        ("chain: {}\n}", "line 2: expected the name of a section, not '}'"),
        ("a: " + "[" * 30, "expected at most 20 mappings and lists"),
        ("a: " + "{b:" * 30, "expected at most 20 mappings and lists"),
    ],
)
def test_other_text_is_told_with_its_line(text, message):
    with pytest.raises(InputError, match=message):
        reading.of_text(text)


@given(st.text(alphabet="a1.:=[]{},#'\"`\n -e", max_size=60))
def test_any_text_is_read_or_refused(text):
    with suppress(InputError):
        assert isinstance(reading.plain(reading.of_text(text)), dict)


def test_the_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.cfg: cannot be read"):
        reading.read(tmp_path / "gone.cfg")
    (tmp_path / "bad.cfg").write_text("chain: {")
    with pytest.raises(InputError, match=r"bad\.cfg, line 1: expected `}`"):
        reading.read(tmp_path / "bad.cfg")
