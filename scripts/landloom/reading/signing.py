"""Tokens for remote files: fetched from an address, kept in memory, renewed before they expire.

The response follows Planetary Computer's SAS API: JSON with ``token`` and, if it expires, ``msft:expiry``. A token is
a password: it is never written to a file, log or message. A token may also be given by a variable of the environment.
"""

import base64
import datetime
import functools
import json
import math
import re
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from landloom.core import addresses
from landloom.core.errors import InputError
from landloom.sensors.acquisition import ENVIRONMENT

TIMEOUT_S = 30
WHOLE_TIMEOUT_S = 60
"""Timeout in seconds of connecting and between two parts of a response; of a whole response."""

ATTEMPTS = 5
PAUSE_S = 1.0
"""Delay in seconds before the second attempt; doubled before each further one."""

MOST_BYTES = 2**20
UNKNOWN_LIFE_S = 300
"""Lifetime in seconds of a token without expiry."""

MARGIN_S = 300
"""Time in seconds before expiry at which a token is renewed, or a fifth of its lifetime if that is shorter."""


@dataclass(frozen=True)
class Token:
    """Token and the time of its renewal (as in :func:`time.time`)."""

    text: str
    good_until: float


class Tokens:
    """Tokens of one address, shared by all threads."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._token: Token | None = None

    def current(self) -> str:
        """Return a token that is currently valid.

        Raises
        ------
        InputError
            If none is available.
        """
        with self._lock:
            if self._token is None or time.time() >= self._token.good_until:
                self._token = _fetch(self._url)
            return self._token.text

    def refuse(self, text: str) -> None:
        """Discard a token that was denied, so that the next request fetches a new one."""
        with self._lock:
            if self._token and self._token.text == text:
                self._token = None


@functools.cache
def tokens_of(url: str) -> Tokens:
    """Return the tokens of an address, shared within this process."""
    return Tokens(url)


def web_opener() -> urllib.request.OpenerDirector:
    """Return an opener for web addresses only, redirects included."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener


def _fetch(url: str) -> Token:
    """Request a token, with retries; or take it from the environment."""
    if not is_renewed(url):
        return Token(addresses.filled(url.removeprefix(ENVIRONMENT)), math.inf)
    name, url = addresses.public(url), addresses.filled(url)
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_S * 2 ** (attempt - 1))
        try:
            with web_opener().open(request(url), timeout=TIMEOUT_S) as answer:
                return _token(_content(answer), name)
        except urllib.error.HTTPError as error:
            problem = f"HTTP status {error.code}"
            if error.code < 500 and error.code != 429:
                break
        except (OSError, ValueError) as error:  # includes URLError and the errors of http.client
            problem = str(getattr(error, "reason", None) or type(error).__name__)
    raise InputError(f"no token from {name} ({problem}); is the address of `sign` right, and may you use it?")


def is_renewed(url: str) -> bool:
    """Return whether tokens come from an address, which gives new ones; there may be none at all."""
    return bool(url) and not url.startswith(ENVIRONMENT)


def request(url: str, **headers: str) -> urllib.request.Request:
    """Return the request of an address; user and password go into a header, since urllib takes them for a host."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    encoded = base64.b64encode(unquote(user).encode()).decode()
    headers |= {"Authorization": f"Basic {encoded}"} if at else {}
    return urllib.request.Request(urlunsplit(parts._replace(netloc=host)), headers=headers)


def _content(answer: Any) -> bytes:
    """Return a response, or as much of it as is too much; one that comes in drops is given up."""
    deadline, parts, size = time.monotonic() + WHOLE_TIMEOUT_S, [], 0
    while size <= MOST_BYTES and (part := answer.read1(MOST_BYTES)):
        parts.append(part)
        size += len(part)
        if time.monotonic() > deadline:
            raise TimeoutError("the response takes too long")
    return b"".join(parts)


def _token(content: bytes, name: str) -> Token:
    """Return the token in a response."""
    try:
        told = json.loads(content) if len(content) <= MOST_BYTES else {}
        text = told["token"].lstrip("?")
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        raise InputError(f"{name}: the response is not JSON with a `token`") from None
    if not re.fullmatch(r"[\x21-\x7e]{1,8000}", text) or "#" in text:
        raise InputError(f"{name}: the response's `token` cannot be part of an address")
    return Token(text, time.time() + _life_s(told.get("msft:expiry")))


def _life_s(expiry: object) -> float:
    """Return the number of seconds for which a token is used."""
    try:
        end = datetime.datetime.fromisoformat(str(expiry))
        left = (end if end.tzinfo else end.replace(tzinfo=datetime.UTC)).timestamp() - time.time()
    except (ValueError, OverflowError):
        return UNKNOWN_LIFE_S
    return max(left - min(MARGIN_S, left / 5), 0.0)
