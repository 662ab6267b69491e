"""What an address gets: a file or a part of it, the page of a map, a tile, the list of maps, or a line: why not."""

import html
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from rasterio.errors import RasterioError

from landloom.core.text import printable
from landloom.serve import byte_ranges, tiles
from landloom.serve.folder import PAGE, Folder, NotThereError
from landloom.serve.tiles import Kept, NoTileError, Tile
from landloom.viewer import policy

OK, PART, FOUND, NOT_MODIFIED, BAD_REQUEST, NOT_FOUND, NO_RANGE = 200, 206, 302, 304, 400, 404, 416
_TILE = re.compile(r"(/.*\.tif)/(\d{1,4})/(\d{1,2})/(\d{1,7})/(\d{1,7})\.png")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".tif": "image/tiff",
    ".png": "image/png",
    ".gpkg": "application/geopackage+sqlite3",
}
_OTHER_TYPE = "application/octet-stream"
_POLICY = "Content-Security-Policy"
_CHUNK = 2**18


@dataclass(frozen=True)
class Answer:
    """An answer: its status and headers, and a body of bytes or a part of a file."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    path: Path | None = None
    first: int = 0
    length: int = field(default=-1)

    def __post_init__(self) -> None:
        if self.path is None:
            object.__setattr__(self, "length", len(self.body))

    def chunks(self) -> Iterator[bytes]:
        """Yield the body."""
        if self.path is None:
            yield self.body
            return
        left = self.length
        with self.path.open("rb") as file:
            file.seek(self.first)
            while left > 0 and (chunk := file.read(min(_CHUNK, left))):
                left -= len(chunk)
                yield chunk


@dataclass(frozen=True)
class Request:
    """What is asked for: the target of the request line, and the headers that count."""

    target: str
    range: str | None = None
    known: str | None = None


def line(status: int, text: str) -> Answer:
    """Return an answer of one line."""
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, f"{status}: {printable(text)}\n".encode())


def answer(folder: Folder, kept: Kept, request: Request) -> Answer:
    """Return the answer to a request; never raises for what a request holds."""
    try:
        address = urlsplit(request.target).path
        if address in ("", "/"):
            return _start(folder.pages())
        if tile := _TILE.fullmatch(address):
            return _tile(folder.file(tile.group(1)), Tile(*map(int, tile.groups()[1:])), kept, request)
        path = folder.file(address)
        return _page(path, request) if path.name == PAGE else _file(path, request)
    except (NotThereError, NoTileError) as error:
        return line(NOT_FOUND, str(error))
    except byte_ranges.UnsatisfiableRangeError as error:
        return line(NO_RANGE, str(error))
    except (OSError, RasterioError, UnicodeError) as error:
        return line(NOT_FOUND, f"cannot be read ({type(error).__name__})")
    except ValueError as error:
        return line(BAD_REQUEST, f"no address ({error})")


def _start(pages: list[str]) -> Answer:
    """Return the only map, or links to all of them."""
    if len(pages) == 1:
        return Answer(FOUND, {"Location": "/" + quote(pages[0])})
    links = "".join(f'<li><a href="/{quote(page)}">{html.escape(page)}</a></li>' for page in pages)
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Maps</title><h1>Maps</h1>'
    headers = {"Content-Type": _TYPES[".html"], _POLICY: policy.OF_OTHERS}
    return Answer(OK, headers, f"{head}<ul>{links}</ul></html>\n".encode())


def _tag(path: Path) -> str:
    """Return what changes whenever a file does."""
    state = path.stat()
    return f'"{state.st_mtime_ns:x}-{state.st_size:x}-{state.st_ino:x}"'


def _not_modified(tag: str) -> Answer:
    return Answer(NOT_MODIFIED, {"ETag": tag})


def _tile(path: Path, tile: Tile, kept: Kept, request: Request) -> Answer:
    tag = _tag(path)
    if request.known == tag:
        return _not_modified(tag)
    image = kept.get((path, tag, tile), lambda: tiles.cut(path, tile))
    return Answer(OK, {"Content-Type": _TYPES[".png"], "ETag": tag}, image)


def _page(path: Path, request: Request) -> Answer:
    """Return the page of a map, which may ask for tiles here."""
    tag = _tag(path)
    if request.known == tag:
        return _not_modified(tag)
    text = policy.served(path.read_text(encoding="utf-8"))
    return Answer(OK, {"Content-Type": _TYPES[".html"], "ETag": tag, _POLICY: policy.OF_PAGE}, text.encode())


def _file(path: Path, request: Request) -> Answer:
    """Return a file, or the part of it that is asked for."""
    tag, size = _tag(path), os.stat(path).st_size  # noqa: PTH116
    if request.known == tag:
        return _not_modified(tag)
    headers = {"Content-Type": _TYPES.get(path.suffix, _OTHER_TYPE), "ETag": tag, "Accept-Ranges": "bytes"}
    headers[_POLICY] = policy.OF_OTHERS
    part = byte_ranges.asked(request.range, size)
    if part is None:
        return Answer(OK, headers, path=path, length=size)
    return Answer(
        PART, headers | {"Content-Range": part.header(size)}, path=path, first=part.first, length=part.length
    )
