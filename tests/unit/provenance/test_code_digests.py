import pytest

from landloom.provenance import caches, code_digests

USED_MODULE = """
import sys
from landloom.deep import inner

def f(x=1):
    if x < 0:
        print("wrong", file=sys.stderr)
        raise InputError(f"wrong {x}")
    return inner.g() + 1
"""


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A small library of the same layout."""
    tmp_path = tmp_path / "scripts"
    package = tmp_path / "landloom"
    (package / "deep").mkdir(parents=True)
    (package / "core").mkdir()
    for name, text in {
        "landloom/__init__.py": "",
        "landloom/deep/__init__.py": "",
        "landloom/used.py": USED_MODULE,
        "landloom/deep/inner.py": "def g():\n    return 1\n",
        "landloom/unused.py": "def h():\n    return 2\n",
        "landloom/kinds.py": "from landloom.registry import Registry\n\nKINDS = Registry(\n    {\n"
        "        'one': 'landloom.one',\n        'two': 'landloom.two',\n    }\n)\n",
        "landloom/registry.py": "Registry = dict\n",
        "landloom/one.py": "from landloom.deep import one_inner\n",
        "landloom/deep/one_inner.py": "A = 1\n",
        "landloom/two.py": "import numba\n\nfrom landloom import constants\n",
        "landloom/constants.py": "C = 1\n",
        "landloom/core/version.py": "VERSION = '1'\n",
        "rule.py": "from landloom import kinds, used\nfrom landloom.core import version\n\nprint(used.f())\n",
    }.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(code_digests, "SCRIPTS", tmp_path)
    monkeypatch.setattr(code_digests, "PACKAGE", package)
    monkeypatch.setattr(caches, "PROGRAM", tmp_path.parent)
    (tmp_path.parent / "workflow").mkdir()
    yield tmp_path
    forget()


def forget():
    """Forget digests: those of one library are none of another's, nor of other tests'."""
    code_digests._sources.cache_clear()


def digest():
    forget()
    return code_digests.code_digest("rule", USED)


REGISTRY = "from landloom.registry import Registry\n\nKINDS = Registry({{'one': '{}'}})\n"
USED = {"landloom.kinds.KINDS": ["one"]}


@pytest.mark.parametrize(
    ("path", "text", "changes"),
    [
        ("landloom/deep/inner.py", "def g():\n    return 3\n", True),
        ("rule.py", "from landloom import kinds, used\n\nprint(used.f(), 1)\n", True),
        ("landloom/deep/inner.py", '"""Doc."""\n\ndef g():  # why\n    """More."""\n\n    return (1)\n', False),
        ("landloom/unused.py", "def h():\n    return 3\n", False),
        ("landloom/used.py", USED_MODULE.replace("wrong", "not right"), False),
        ("landloom/used.py", USED_MODULE.replace("x < 0", "x < 1"), True),
        ("landloom/one.py", "A = 2\n", True),
        ("landloom/deep/one_inner.py", "A = 2\n", True),
        ("landloom/two.py", "A = 2\n", False),
        ("landloom/constants.py", "C = 2\n", False),
        ("landloom/core/version.py", "VERSION = '2'\n", False),
        (
            "landloom/kinds.py",
            "from landloom.registry import Registry\n\nKINDS = Registry({'one': 'landloom.one'})\n",
            False,
        ),
        (
            "landloom/kinds.py",
            "from landloom.registry import Registry\n\nKINDS = Registry({'one': 'landloom.two'})\n",
            True,
        ),
    ],
)
def test_only_code_that_is_used_counts(library, path, text, changes):
    before = digest()
    (library / path).write_text(text)
    assert (digest() != before) is changes


def remembered(library):
    return sorted((library.parent / ".cache/digests").iterdir())


def test_digests_are_remembered_for_the_same_bytes(library, monkeypatch):
    before = digest()
    with monkeypatch.context() as patch:
        patch.setattr(code_digests, "_parsed", None)
        assert digest() == before
    (library / "landloom/unused.py").write_text("# comment\n")
    parse, parsed = code_digests._parsed, []
    monkeypatch.setattr(code_digests, "_parsed", lambda path, name: parsed.append(name) or parse(path, name))
    assert digest() == before
    assert parsed == ["landloom/unused.py"]
    assert len(remembered(library)) == 1


def test_a_spoilt_memory_is_mended(library):
    before = digest()
    (path,) = remembered(library)
    path.write_text(path.read_text()[:9])
    assert digest() == before
    assert "rule" in path.read_text()


def test_digests_need_no_memory(library, monkeypatch):
    (library.parent / ".cache").write_text("a file where the folder would be")
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/nowhere")
    assert len(digest()) == 12
    assert not (library.parent / ".cache").is_dir()


def test_a_script_that_was_fetched_counts_as_that_beside_the_library(library, tmp_path, monkeypatch):
    before = digest()
    fetched = tmp_path / "0a1b2c"
    (library / "rule.py").rename(fetched)
    monkeypatch.setattr(caches, "PROGRAM", tmp_path / "no_repository")
    forget()
    assert code_digests.code_digest("rule", USED, fetched) == before
    fetched.write_text(fetched.read_text() + "print(used.f() + 1)\nx = used.f(2)\n")
    forget()
    assert code_digests.code_digest("rule", USED, fetched) != before


def test_without_a_configuration_all_members_count(library):
    before = code_digests.code_digest("rule")
    (library / "landloom/two.py").write_text("A = 2\n")
    forget()
    assert code_digests.code_digest("rule") != before


@pytest.mark.parametrize(
    ("path", "text", "changes"),
    [
        ("landloom/two.py", "import numba\n\nfrom landloom import constants  # why\n", True),
        ("landloom/constants.py", "C = 2\n", True),
        ("landloom/constants.py", "C = 1  # why\n", False),
        ("landloom/used.py", "A = 1\n", False),
    ],
)
def test_kernels_depend_on_the_bytes_of_their_modules_and_the_code_of_others(library, path, text, changes):
    before = code_digests.kernels_digest()
    (library / path).write_text(text)
    forget()
    assert (code_digests.kernels_digest() != before) is changes


def test_digest_of_a_module(library):
    before = code_digests.module_digest("landloom.used")
    (library / "landloom/deep/inner.py").write_text("def g():\n    return 3\n")
    forget()
    assert code_digests.module_digest("landloom.used") != before
