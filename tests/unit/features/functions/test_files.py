import re
import sys

import numpy as np
import pytest

from landloom.configuration import configuration, preflight
from landloom.core.errors import InputError
from landloom.features.functions import files as function_files
from running import LEAST

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


def with_helper(folder, number, text="import helper\n\ndef fun(data):\n    return helper.NUMBER\n"):
    folder.mkdir()
    (folder / "helper.py").write_text(f"NUMBER = {number}\n")
    (folder / "my.py").write_text(text)
    return folder / "my.py"


LATE = "def fun(data):\n    import helper\n    helper.NUMBER += 10\n    return helper.NUMBER\n"


@pytest.mark.parametrize("late", [False, True])
def test_files_of_two_folders_have_modules_of_their_own(tmp_path, late):
    files = [with_helper(tmp_path / name, number, *[LATE] * late) for name, number in (("a", 1), ("b", 2))]
    calls = [function_files.load(file, "fun") for file in files]
    found = []
    for _ in range(2):
        for file, call in zip(files, calls, strict=True):
            with function_files.importing_from(file.parent):
                found.append(call(None))
    # Modules are run once: what they keep from call to call stays.
    assert found == ([11, 12, 21, 22] if late else [1, 2, 1, 2])
    assert "helper" not in sys.modules


def test_modules_of_others_with_the_same_name_stay(tmp_path, monkeypatch):
    call = function_files.load(with_helper(tmp_path / "a", 1, LATE), "fun")
    with function_files.importing_from(tmp_path / "a"):
        assert call(None) == 11
    monkeypatch.setitem(sys.modules, "helper", "of others")
    with function_files.importing_from(tmp_path / "a"):
        assert call(None) == 21
    assert sys.modules["helper"] == "of others"


def test_packages_of_two_folders_do_not_mix(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name / "parts").mkdir(parents=True)
        (tmp_path / name / "parts/deep.py").write_text(f"NAME = {name!r}\n")
        (tmp_path / name / "my.py").write_text("from parts import deep\n\ndef fun(data):\n    return deep.NAME\n")
    assert [function_files.load(tmp_path / name / "my.py", "fun")(None) for name in ("a", "b")] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("from .y import two", "y"),
        ("from . import y", "y"),
        ("from ..z import two", "../z"),
        ("from .. import z", "../z"),
    ],
)
def test_relative_imports_are_followed(folder, text, beside):
    (folder / "my.py").write_text("from outer.inner import x\n")
    inner = folder / "outer/inner"
    inner.mkdir(parents=True)
    (inner / "x.py").write_text(f"{text}\n")
    (inner / f"{beside}.py").write_text("two = 2\n")
    before = function_files.code_of([folder / "my.py"])
    assert (inner / f"{beside}.py").resolve() in function_files.sources(folder / "my.py")
    (inner / f"{beside}.py").write_text("two = 3\n")
    assert function_files.code_of([folder / "my.py"]) != before


@pytest.mark.parametrize(
    "text",
    [
        "import numba as nb\n\n\n@nb.njit(cache=True)\ndef kernel(value):\n    return value\n",
        "from numba import njit as fast\n\n\n@fast(parallel=True, cache=1)\ndef kernel(value):\n    return value\n",
        "kernel = numba.vectorize(['f4(f4)'], cache=CACHE)(abs)\n",
    ],
)
def test_kernels_that_numba_would_keep_are_refused(folder, text):
    (folder / "helper.py").write_text(f"import numba\n\n{text}")
    found = function_files.problem(str(folder / "my.py"), "fun", {"times": 1})
    assert found is not None
    assert re.search(r"helper\.py, line \d: leave `cache` out: numba would not notice", found), found


def test_other_caches_are_no_concern_of_ours(folder):
    text = "import numba\nrun = numba.njit(cache=False)(abs)\nother = open_archive(cache=True)\n"
    (folder / "helper.py").write_text(text)
    assert function_files.problem(str(folder / "my.py"), "fun", {"times": 1}) is None


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("def fun(data:\n", {}, r"my\.py, line 1: is not valid Python"),
        ("import numpy\nx = 1\n", {}, r"has no function `fun`; at its top level there are \['x'\]"),
        ("def fun():\n    pass\n", {}, "line 1: `fun` takes no data"),
        ("def fun(data, size):\n    pass\n", {}, "`fun` needs the argument `size`"),
        ("def fun(data, *, size):\n    pass\n", {}, "`fun` needs the argument `size`"),
        ("def fun(data, size=1):\n    pass\n", {"sice": 2}, r"`fun` takes no argument `sice`; it takes \['size'\]"),
        ("\0", {}, "is not valid Python"),
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
        ("fun = 5\n", "`fun` is not a function"),
    ],
)
def test_files_that_end_with_an_error(tmp_path, text, message):
    path = tmp_path / "broken.py"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        function_files.load(path, "fun")


def settings(**features):
    return LEAST | {"features": features}


ONE = {"file": "f.py", "name": "fun"}


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ({"functions": [ONE, ONE]}, "fun is used twice; give each its own `prefix`"),
        ({"only_functions": True}, "only_functions needs `functions`"),
        ({"functions": [ONE | {"prefix": "s2"}]}, "s2 would be taken for s2; give it another `prefix`"),
        ({"functions": [ONE | {"rasters": {"a": "{run}.tif"}}]}, "rasters.a: holds"),
        ({"functions": [ONE | {"padding_px": -1}]}, "padding_px: "),
    ],
)
def test_configurations_that_cannot_be(features, message):
    with pytest.raises(InputError, match=message):
        configuration.parse(settings(**features))


def test_preflight_names_files_that_are_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.py").write_text("def fun(data):\n    pass\n")
    function = ONE | {"rasters": {"height": "dem_{tile}.tif"}}
    lines = preflight.problems(
        configuration.parse(settings(functions=[function, ONE | {"file": "g.py", "prefix": "g"}]))
    )
    found = [line for line in lines if line.startswith("features.functions")]
    assert found == [
        f"features.functions[0].rasters.height: no such file: dem_T31TBJ.tif (in {tmp_path})",
        "features.functions[1]: g.py: cannot be read (no such file, or a pipe or device)",
    ]
