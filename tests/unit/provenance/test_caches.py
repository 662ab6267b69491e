import pytest

from landloom.provenance import caches


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A repository of the test's own."""
    (tmp_path / "program/workflow").mkdir(parents=True)
    monkeypatch.setattr(caches, "PROGRAM", tmp_path / "program")
    return tmp_path / "program"


def test_the_repository_comes_first(program, home):
    assert caches.folder("numba", "d") == program / ".cache/numba/d"
    assert (program / ".cache/numba/d").is_dir()


def test_one_that_cannot_be_written_leaves_it_to_the_user(program, home, tmp_path, monkeypatch):
    (program / ".cache").touch()  # a file: permissions do not stop root
    assert caches.folder("numba", "d") == home / ".cache/landloom/numba/d"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    assert caches.folder("numba", "d") == tmp_path / "kept/landloom/numba/d"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert caches.folder("numba", "d") == home / ".cache/landloom/numba/d"


def test_a_package_that_is_installed_keeps_nothing_beside_itself(home, tmp_path, monkeypatch):
    monkeypatch.setattr(caches, "PROGRAM", tmp_path / "lib")
    assert not caches.in_repository()
    assert caches.folder("numba", "d") == home / ".cache/landloom/numba/d"


def test_there_may_be_none(program, home):
    (program / ".cache").touch()
    (home / ".cache").touch()
    assert caches.folder("numba", "d") is None
