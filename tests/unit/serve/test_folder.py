"""Only files that really lie below the folder are given."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landloom.core.errors import InputError
from landloom.serve.folder import Folder, NotThereError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    top = tmp_path_factory.mktemp("top")
    root = top / "results"
    (root / "2018/map/run0").mkdir(parents=True)
    (root / ".hidden").mkdir()
    for path in ("2018/map.html", "2018/map/run0/é ü.tif", "2018/.secret", ".hidden/a.txt"):
        (root / path).write_text("here")
    (top / "outside.txt").write_text("no")
    (root / "out.txt").symlink_to(top / "outside.txt")
    (root / "up").symlink_to(top)
    (root / "in.html").symlink_to(root / "2018/map.html")
    (root / "seen.txt").symlink_to(root / ".hidden/a.txt")
    os.mkfifo(root / "pipe")
    return Folder.of(root)


@pytest.mark.parametrize(
    "address", ["/2018/map.html", "/2018/map/run0/%C3%A9%20%C3%BC.tif", "/in.html", "//2018//map.html"]
)
def test_files_below_are_found(folder, address):
    assert folder.file(address).read_text() == "here"


BAD = [
    *(
        "/",
        "/2018",
        "/nothing",
        "/out.txt",
        "/up/outside.txt",
        "/up/results/2018/map.html",
        "/pipe",
        "/.hidden/a.txt",
    ),
    *("/2018/.secret", "/seen.txt", "/../outside.txt", "/2018/../../outside.txt", "/%2e%2e/outside.txt"),
    *(
        "/2018/%2e%2e/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/a%00b",
        "/2018\\map.html",
        "/%5c",
        "/./2018/map.html",
    ),
    *("/" + "a" * 300, "/" + "a/" * 5000 + "b"),
]


@pytest.mark.parametrize("address", BAD, ids=lambda address: address[:30])
def test_all_else_is_not_there(folder, address):
    if address == "/up/results/2018/map.html":  # leads out and in again: what is opened lies below
        assert folder.file(address).read_text() == "here"
        return
    with pytest.raises(NotThereError):
        folder.file(address)


@given(st.text(alphabet="./%2eEfF\\ aup0\0~é", max_size=40))
def test_no_address_leads_out(folder, address):
    try:
        found = folder.file("/" + address.encode("utf-8", "surrogateescape").decode("latin-1"))
    except NotThereError:
        return
    assert found.is_relative_to(folder.root)


def test_pages_are_found_to_some_depth(tmp_path):
    for path in ("2019/map.html", "2018/map.html", "a/b/c/d/map.html", "a/b/c/d/e/map.html", ".x/map.html"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    assert Folder.of(tmp_path).pages() == ["2018/map.html", "2019/map.html", "a/b/c/d/map.html"]


def test_a_folder_without_a_map_is_told(tmp_path):
    with pytest.raises(InputError, match=r"no map\.html in it.*reports"):
        Folder.of(tmp_path)
    with pytest.raises(InputError, match="is no folder"):
        Folder.of(tmp_path / "not there")
