import pytest

from landloom.provenance import code_digests


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A small library of the same layout."""
    tmp_path = tmp_path / "scripts"
    package = tmp_path / "landloom"
    (package / "deep").mkdir(parents=True)
    for name, text in {
        "landloom/__init__.py": "",
        "landloom/deep/__init__.py": "",
        "landloom/used.py": "from landloom.deep import inner\n\n\ndef f():\n    return inner.g() + 1\n",
        "landloom/deep/inner.py": "def g():\n    return 1\n",
        "landloom/unused.py": "def h():\n    return 2\n",
        "rule.py": "from landloom import used\n\nprint(used.f())\n",
    }.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(code_digests, "SCRIPTS", tmp_path)
    monkeypatch.setattr(code_digests, "PACKAGE", package)
    yield tmp_path
    forget()


def forget():
    """Forget digests: those of one library are none of another's, nor of other tests'."""
    code_digests._digests.cache_clear()
    code_digests._parse.cache_clear()


def digest():
    forget()
    return code_digests.code_digest("rule")


@pytest.mark.parametrize(
    ("path", "text", "changes"),
    [
        ("landloom/deep/inner.py", "def g():\n    return 3\n", True),
        ("rule.py", "from landloom import used\n\nprint(used.f(), 1)\n", True),
        ("landloom/deep/inner.py", '"""Doc."""\n\ndef g():  # why\n    """More."""\n\n    return (1)\n', False),
        ("landloom/unused.py", "def h():\n    return 3\n", False),
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
        patch.setattr(code_digests, "_parse", None)
        code_digests._digests.cache_clear()
        assert code_digests.code_digest("rule") == before
    (library / "landloom/unused.py").write_text("# comment\n")
    assert digest() == before
    assert len(remembered(library)) == 2


def test_a_spoilt_memory_is_mended(library):
    before = digest()
    (path,) = remembered(library)
    path.write_text(path.read_text()[:9])
    assert digest() == before
    assert "rule" in path.read_text()


def test_digests_need_no_memory(library):
    (library.parent / ".cache").write_text("a file where the folder would be")
    assert len(digest()) == 12


def test_library_digest_follows_every_byte(library):
    before = code_digests.library_digest()
    (library / "landloom/unused.py").write_text("# comment\n")
    assert code_digests.library_digest() != before


def test_digest_of_values_ignores_the_order_of_keys():
    assert code_digests.digest({"a": 1, "b": [2]}) == code_digests.digest({"b": [2], "a": 1})
    assert code_digests.digest({"a": 1}) != code_digests.digest({"a": 2})
