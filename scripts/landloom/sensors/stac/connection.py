"""Requests to a STAC API: with its secrets, to web addresses only, and within limits of size, number and time."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

import pystac_client
import requests
from pystac_client.exceptions import APIError
from pystac_client.stac_api_io import StacApiIO
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from landloom.core import addresses
from landloom.core.text import shortened

RETRIES = Retry(total=6, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504), allowed_methods=None)


@dataclass(frozen=True)
class Limits:
    """Limits of a search.

    Attributes
    ----------
    retries : Retry
    pause_s : (float, float)
        Longest time in seconds until a connection is made, and between two parts of a response.
    seconds : float
        Longest time of the whole search, also of one that gives its responses drop by drop.
    response_bytes : int
        Largest response, unpacked: a thousand items of Sentinel-2 have 20 MB. In memory they take ten times as much.
    responses : int
        Most responses: pages have a hundred items where nothing else is asked for.
    """

    retries: Retry = RETRIES
    pause_s: tuple[float, float] = (20, 120)
    seconds: float = 1500
    response_bytes: int = 2**25
    responses: int = 2000


class Connection:
    """Connection to an API, with its secrets from the environment, which go to its host alone.

    Parameters
    ----------
    address : str
        As in the configuration: landing page, with variables for user, password and keys.

    Raises
    ------
    InputError
        If the environment lacks a variable.
    """

    def __init__(self, address: str, limits: Limits) -> None:
        parts = urlsplit(addresses.filled(address))
        user, _, self.host = parts.netloc.rpartition("@")
        name, _, password = user.partition(":")
        self.limits = limits
        self.user = (unquote(name), unquote(password)) if user else None
        self.parameters = parse_qsl(parts.query)
        self.url = urlunsplit(parts._replace(netloc=self.host, query=""))
        values = [addresses.filled(f"${{{name}}}") for name in addresses.VARIABLE.findall(address)]
        self.secrets = sorted({one for value in values for one in (value, unquote(value))}, key=len, reverse=True)

    def client(self) -> pystac_client.Client:
        """Return the API, after asking it for its landing page."""
        web, adapter = _WebOnly(max_retries=None), _Limited(self.limits)
        for scheme in ("http://", "https://"):
            web.session.mount(scheme, adapter)
        # `open` overwrites what is set of `web` by what it is given, or by nothing.
        return pystac_client.Client.open(
            self.url, stac_io=web, request_modifier=self._with_secrets, timeout=self.limits.pause_s
        )

    def without_secrets(self, text: str) -> str:
        """Return a message without what the environment gave for the address, whoever repeats it."""
        for secret in self.secrets:
            text = text.replace(secret, addresses.HIDDEN)
        return addresses.without_secrets(text)

    def _with_secrets(self, request: requests.Request) -> requests.Request:
        """Add user, password and keys to a request of the API's host."""
        asked = urlsplit(str(request.url))
        if asked.netloc == self.host:
            given = {name for name, _ in parse_qsl(asked.query)}
            added = {name: value for name, value in self.parameters if name not in given}
            asked_for: Any = request.params or {}
            request.params = {**asked_for, **added}
            request.auth = self.user
        return request


class _WebOnly(StacApiIO):
    """Follows links of an API to web addresses only: a link could name a local file."""

    def read_text(self, source: Any, *args: Any, **kwargs: Any) -> str:
        href = str(getattr(source, "href", source))
        if not href.startswith(("http://", "https://")):
            raise APIError(f"a link leads to {shortened(href)}")
        return super().read_text(source, *args, **kwargs)


class _Limited(HTTPAdapter):
    """Rejects responses above the limits of a search."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(max_retries=limits.retries)
        self._limits = limits
        self._deadline = time.monotonic() + limits.seconds
        self._responses = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        self._responses += 1
        if self._responses > self._limits.responses:
            raise requests.exceptions.InvalidSchema(
                f"there is no end after {self._limits.responses} answers; raise `page`, or narrow the `query`"
            )
        self._check_time()
        kwargs["stream"] = True
        answer = super().send(request, *args, **kwargs)
        try:
            answer._content = b"".join(self._parts(answer))
            answer._content_consumed = True  # the connection is kept for the next page
        finally:
            answer.close()
        return answer

    def _parts(self, answer: requests.Response) -> Iterator[bytes]:
        """Yield a response in the parts in which it comes."""
        size = 0
        while part := answer.raw.read1(2**16, decode_content=True):
            size += len(part)
            if size > self._limits.response_bytes:
                most = self._limits.response_bytes // 2**20
                raise requests.exceptions.InvalidSchema(f"an answer is larger than {most} MB; lower `page`")
            self._check_time()
            yield part

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise requests.exceptions.InvalidSchema(f"it takes more than {self._limits.seconds:g} s")
