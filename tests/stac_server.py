"""A real HTTP server on loopback: files by range, an API of items, and faults on demand.

What a test tells the server to do wrong stands in `faults`: functions that are asked about each request, first one
first, and that answer it themselves or leave it to the others.
"""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


@dataclass
class Entry:
    """A line of the server's log: method, path with query, range asked for, status, bytes of content sent."""

    method: str
    path: str
    range: str
    status: int
    sent: int


Fault = Callable[["Handler"], bool]


@dataclass
class Server:
    """What a test sees of the server."""

    folder: Path
    url: str = ""
    log: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    pages: dict[str, Callable[["Handler"], object]] = field(default_factory=dict)

    def sent(self, name: str = "") -> int:
        """Return the bytes of content sent for paths that hold a name."""
        return sum(entry.sent for entry in self.log if name in entry.path)

    def requests(self, name: str = "") -> int:
        return sum(name in entry.path for entry in self.log)


class Handler(BaseHTTPRequestHandler):
    """Answers requests; HTTP/1.1, so that clients keep connections."""

    protocol_version = "HTTP/1.1"
    server: "_Listener"

    def log_message(self, *_: object) -> None:
        """Leave the terminal alone."""

    def do_HEAD(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        site = self.server.site
        size = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(size)
        if any(fault(self) for fault in list(site.faults)):
            return
        route = urlsplit(self.path).path
        if route in site.pages:
            self.answer_json(site.pages[route](self))
        else:
            self.serve_file(site.folder / route.lstrip("/"))

    @property
    def query(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}

    def serve_file(self, path: Path, cut_after: int | None = None) -> None:
        """Send a file or the range of it that is asked for; on demand, cut the connection in the middle."""
        if not path.is_file():
            self.answer(404, b"not here")
            return
        content = path.read_bytes()
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        headers, status, part = {"Accept-Ranges": "bytes"}, 200, content
        if asked:
            first, last = int(asked[1]), min(int(asked[2] or len(content)), len(content) - 1)
            if first >= len(content):
                self.answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
                return
            part, status = content[first : last + 1], 206
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        self.answer(status, part, headers, cut_after)

    def answer_json(self, content: object) -> None:
        self.answer(200, json.dumps(content).encode(), {"Content-Type": "application/geo+json"})

    def answer(
        self, status: int, content: bytes, headers: dict[str, str] | None = None, cut_after: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        sent = b"" if self.command == "HEAD" else content[:cut_after]
        self.server.site.log.append(
            Entry(self.command, self.path, self.headers.get("Range") or "", status, len(sent))
        )
        self.wfile.write(sent)
        if cut_after is not None and self.command != "HEAD":
            self.wfile.flush()
            with suppress(OSError):  # the client may have gone before
                self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    site: Server

    def handle_error(self, *_: object) -> None:
        """Leave the terminal alone: clients go when they have what they want."""


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve a folder until the block ends."""
    listener = _Listener(("127.0.0.1", 0), Handler)
    site = Server(folder, f"http://127.0.0.1:{listener.server_address[1]}")
    listener.site = site
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        listener.shutdown()
        listener.server_close()


def times(number: int, fault: Callable[[Handler], None], name: str = "") -> Fault:
    """Return a fault that strikes the first requests for paths that hold a name, and none after."""
    left = [number]

    def strike(handler: Handler) -> bool:
        if left[0] and name in handler.path:
            left[0] -= 1
            fault(handler)
            return True
        return False

    return strike


def error(status: int) -> Callable[[Handler], None]:
    """Return a fault: an answer without content."""
    return lambda handler: handler.answer(status, b"no")


def cut(after: int) -> Callable[[Handler], None]:
    """Return a fault: a file that breaks off."""

    def strike(handler: Handler) -> None:
        path = handler.server.site.folder / urlsplit(handler.path).path.lstrip("/")
        handler.serve_file(path, cut_after=after)

    return strike


def drip(drops: int) -> Callable[[Handler], None]:
    """Return a fault: an answer that comes in so many drops, a space each 50 ms."""

    def fault(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(drops):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
        handler.close_connection = True

    return fault


def redirect(target: str) -> Callable[[Handler], None]:
    """Return a fault: an answer that sends the client elsewhere."""
    return lambda handler: handler.answer(302, b"", {"Location": target})
