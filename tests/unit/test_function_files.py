import re

import numpy as np
import pytest

from landloom import config, function_files, preflight
from landloom.errors import InputError

GOOD = """
import numba
import helper
from inner.deep import two

@numba.njit
def triple(value):
    return 3 * value

def fun(data, *, times, more=1):
    return triple(data) * times + helper.one() + two() + more
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/__init__.py").write_text("")
    (tmp_path / "inner/deep.py").write_text("def two():\n    return 2\n")
    (tmp_path / "helper.py").write_text("def one():\n    return 1\n")
    (tmp_path / "unused.py").write_text("1 / 0\n")
    (tmp_path / "my.py").write_text(GOOD)
    return tmp_path


def test_functions_are_loaded_with_what_they_import(folder):
    call = function_files.load(folder / "my.py", "fun")
    np.testing.assert_array_equal(call(np.arange(3), times=2), 6 * np.arange(3) + 4)
    assert function_files.accepts(call, {"times": 1})
    assert not function_files.accepts(call, {})


def test_a_changed_function_or_module_beside_it_is_noticed(folder):
    file = folder / "my.py"
    found = [path.relative_to(folder).as_posix() for path in function_files.sources(file)]
    assert found == ["my.py", "helper.py", "inner/__init__.py", "inner/deep.py"]
    before = function_files.code_of([file])
    file.write_text(GOOD + "\n# a comment\n")
    (folder / "unused.py").write_text("2 / 0\n")
    assert function_files.code_of([file]) == before
    (folder / "helper.py").write_text("def one():\n    return 0\n")
    assert function_files.code_of([file]) != before


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("def fun(data:\n", {}, r"my\.py, line 1: is no Python"),
        ("import numpy\nx = 1\n", {}, r"has no function `fun`; at its top level there are \['x'\]"),
        ("def fun():\n    pass\n", {}, "line 1: `fun` takes no data"),
        ("def fun(data, size):\n    pass\n", {}, "`fun` needs the argument `size`"),
        ("def fun(data, *, size):\n    pass\n", {}, "`fun` needs the argument `size`"),
        ("def fun(data, size=1):\n    pass\n", {"sice": 2}, r"`fun` takes no argument `sice`; it takes \['size'\]"),
        ("\0", {}, "is no Python"),
        (None, {}, "cannot be read"),
    ],
)
def test_what_is_told_before_anything_is_run(tmp_path, text, arguments, message):
    path = tmp_path / "my.py"
    if text is not None:
        path.write_text(text)
    found = function_files.problem(str(path), "fun", arguments)
    assert found
    assert re.search(message, found), found


@pytest.mark.parametrize(
    "text",
    [
        "def fun(data, **others):\n    pass\n",
        "def fun(data, a, b=2):\n    pass\n",
        "from helper import fun\n",
        "fun = len\n",
        "import functools\n@functools.cache\ndef fun():\n    pass\n",
    ],
)
def test_what_may_be_a_function(tmp_path, text):
    (tmp_path / "my.py").write_text(text)
    assert function_files.problem(str(tmp_path / "my.py"), "fun", {"a": 1}) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import numpy\n\n1 / 0\n", r"broken\.py, line 3: ZeroDivisionError: division by zero"),
        ("import nowhere_to_be_found\n", r"line 1: ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("raise SystemExit\n", "line 1: SystemExit"),
        ("fun = 5\n", "`fun` is no function"),
    ],
)
def test_files_that_end_with_an_error(tmp_path, text, message):
    path = tmp_path / "broken.py"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        function_files.load(path, "fun")


def settings(**features):
    return {
        "years": {2018: None},
        "tiles": ["T31TBJ"],
        "sensors": {"s2": {"type": "sentinel2_theia", "archive": "a"}},
        "nomenclature": "n.csv",
        "reference": {"file": "r.shp", "field": "code"},
        "features": features,
    }


ONE = {"file": "f.py", "name": "fun"}


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ({"functions": [ONE, ONE]}, "fun stands there twice; give each its own `prefix`"),
        ({"only_functions": True}, "only_functions needs `functions`"),
        ({"functions": [ONE | {"prefix": "s2"}]}, "s2 would be taken for s2; give it another `prefix`"),
        ({"functions": [ONE | {"rasters": {"a": "{run}.tif"}}]}, "rasters.a: holds"),
        ({"functions": [ONE | {"padding_px": -1}]}, "padding_px: "),
    ],
)
def test_configurations_that_cannot_be(features, message):
    with pytest.raises(InputError, match=message):
        config.parse(settings(**features))


def test_preflight_names_files_that_are_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.py").write_text("def fun(data):\n    pass\n")
    function = ONE | {"rasters": {"height": "dem_{tile}.tif"}}
    lines = preflight.problems(config.parse(settings(functions=[function, ONE | {"file": "g.py", "prefix": "g"}])))
    found = [line for line in lines if line.startswith("features.functions")]
    assert found == [
        "features.functions[0].rasters.height: no such file: dem_T31TBJ.tif",
        "features.functions[1]: g.py: cannot be read (no such file, or a pipe or device)",
    ]
