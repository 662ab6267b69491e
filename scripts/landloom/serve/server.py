"""HTTP around the answers: threads, headers, and who may ask."""

import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from landloom.core.text import printable
from landloom.serve.answers import BAD_REQUEST, NOT_MODIFIED, Answer, Request, answer, line
from landloom.serve.folder import Folder
from landloom.serve.tiles import Kept

_IDLE_SECONDS = 30
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    # A page of another site can make no image, script or frame of what is served here, nor tell what there is.
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class Server(ThreadingHTTPServer):
    """A server of one folder; what it does not know of, it does not give."""

    daemon_threads = True

    def __init__(self, folder: Folder, host: str, port: int) -> None:
        self.folder = folder
        self.kept = Kept()
        self.host = host
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), Handler)

    @property
    def address(self) -> str:
        """Return the address to open in a browser."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.server_address[1]}/"

    def is_own_name(self, host: str | None) -> bool:
        """Return whether a request names this machine; a page elsewhere may have another name lead here.

        Where others than this machine are served, names cannot be told.
        """
        if not is_loopback(self.host):
            return True
        try:
            name = urlsplit(f"//{host or ''}").hostname or ""
        except ValueError:
            return False
        return name in (self.host, "localhost") or is_loopback(name)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say in one line that a request failed: the others go on. Who closes a connection needs no line."""
        error = sys.exception()
        if not isinstance(error, OSError):
            print(printable(f"a request failed: {type(error).__name__}: {error}"), file=sys.stderr)


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "landloom", ""
    timeout = _IDLE_SECONDS
    error_message_format = "%(code)d: %(message)s\n"
    error_content_type = "text/plain; charset=utf-8"

    def do_GET(self) -> None:
        """Answer with headers and body."""
        self._send(self._answer(), with_body=True)

    def do_HEAD(self) -> None:
        """Answer with headers alone."""
        self._send(self._answer(), with_body=False)

    def log_message(self, format: str, *words: Any) -> None:  # noqa: A002
        """Say nothing of each request."""

    def _answer(self) -> Answer:
        if not self.server.is_own_name(self.headers.get("Host")):
            return line(BAD_REQUEST, f"this is {self.server.address}, asked for by another name")
        request = Request(self.path, self.headers.get("Range"), self.headers.get("If-None-Match"))
        return answer(self.server.folder, self.server.kept, request)

    def _send(self, found: Answer, *, with_body: bool) -> None:
        size = {} if found.status == NOT_MODIFIED else {"Content-Length": str(found.length)}
        self.send_response(found.status)
        for name, value in (_ALWAYS | found.headers | size).items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            sent = sum(self.wfile.write(chunk) for chunk in found.chunks())
            # A file that has become shorter meanwhile: what follows would be taken for the rest of it.
            self.close_connection |= sent < found.length


def is_loopback(host: str) -> bool:
    """Return whether an address is reached from this machine alone."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
