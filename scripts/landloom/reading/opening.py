"""Opening rasters wherever they lie: on disk, or on another machine by HTTP range requests, with patience.

GDAL asks several times by itself where a server is busy, but remembers a file that did not open, and gives up where
an answer breaks off. So whatever fails is done again some times with the file opened anew, under an address that GDAL
takes for another one (a fragment, which is not sent).
"""

import logging
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import rasterio

from landloom.core.errors import InputError
from landloom.reading import signing
from landloom.sensors.acquisition import RasterBand

T = TypeVar("T")

GDAL_OPTIONS = {
    "GDAL_HTTP_MAX_RETRY": "4",
    "GDAL_HTTP_RETRY_DELAY": "1",
    "GDAL_HTTP_CONNECTTIMEOUT": "20",
    "GDAL_HTTP_TIMEOUT": "300",
    "GDAL_HTTP_LOW_SPEED_TIME": "30",
    "GDAL_HTTP_LOW_SPEED_LIMIT": "1000",
    "GDAL_HTTP_MERGE_CONSECUTIVE_RANGES": "YES",
    "CPL_VSIL_CURL_CACHE_SIZE": str(64 * 2**20),
}
"""How GDAL reads by HTTP, unless environment variables say otherwise: patience with busy servers (delays grow),
little with dead ones; at most 64 MB remembered."""

ATTEMPTS = 4
PAUSE_VARIABLE, PAUSE_S = "LANDLOOM_HTTP_PAUSE_S", 2.0
"""Before the second attempt; twice as long before each other."""

DENIED, GONE = (401, 403), (404, 410)

_LOGGERS = ("_base", "_env", "_err", "_io", "_warp", "env")


def opened(band: RasterBand, attempt: int = 0) -> Any:
    """Open the file of a band.

    On other machines only GeoTIFF and JPEG 2000 are opened: a VRT could name any file of this one.

    Raises
    ------
    rasterio.errors.RasterioError
        Where it does not open.
    InputError
        Where no token can be had.
    """
    if not band.is_remote:
        return rasterio.open(band.path)
    _prepare()
    driver = "JP2OpenJPEG" if re.search(r"\.(jp2|j2k)$", band.name, re.I) else "GTiff"
    path = _signed(band) + (f"#{attempt}" if attempt else "")
    with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"):  # neither list the folder nor look for files beside
        return rasterio.open(path, driver=driver)


def reading(band: RasterBand, work: Callable[[Any], T]) -> T:
    """Open the file of a band, do something with it, close it; again where that may help.

    Raises
    ------
    rasterio.errors.RasterioError, ValueError
        Where a file on disk cannot be read.
    InputError
        Where a file elsewhere cannot.
    """
    attempt = 0
    while True:
        try:
            with opened(band, attempt) as dataset:
                return work(dataset)
        except (rasterio.errors.RasterioError, ValueError) as error:
            wait_or_raise(band, attempt, error)
        attempt += 1


def wait_or_raise(band: RasterBand, attempt: int, error: Exception) -> None:
    """Wait before the next attempt; raise where there is none.

    Parameters
    ----------
    attempt : int
        That failed, from 0.
    error : Exception
        Of rasterio; for a file on disk it is raised again.

    Raises
    ------
    InputError
        Where a file elsewhere cannot be read, with what the server says of it and what to do.
    """
    if not band.is_remote:
        raise error
    status = _status(band)
    # A token that another thread has renewed meanwhile is no longer denied.
    renew = status in DENIED and bool(band.token_url) and attempt == 0
    if attempt + 1 >= ATTEMPTS or (status in DENIED + GONE and not renew):
        raise InputError(_message(band, status, error))
    if renew:
        tokens = signing.tokens_of(band.token_url)
        tokens.refuse(tokens.current())
        return
    time.sleep(float(os.environ.get(PAUSE_VARIABLE, PAUSE_S)) * 2**attempt)


def _prepare() -> None:
    """Set up this process for reading by HTTP; once or again is the same."""
    for name, value in GDAL_OPTIONS.items():
        os.environ.setdefault(name, value)
    for name in _LOGGERS:
        logger = logging.getLogger(f"rasterio.{name}")
        if not any(isinstance(one, _WithoutQueries) for one in logger.filters):
            logger.addFilter(_WithoutQueries())


class _WithoutQueries(logging.Filter):
    """Takes what may be a password out of the addresses that rasterio logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_queries(record.getMessage()), ()
        return True


def without_queries(text: str) -> str:
    """Return a message whose addresses and names of files have no query."""
    return re.sub(r"\?[^\s'\",]*", "", text)


def _signed(band: RasterBand) -> str:
    if not band.token_url:
        return band.path
    token = signing.tokens_of(band.token_url).current()
    return f"{band.path}{'&' if '?' in band.path else '?'}{token}"


def _status(band: RasterBand) -> int:
    """Ask the server for one byte of a file; return the HTTP status, 0 where there is no answer."""
    if not band.path.startswith("/vsicurl/"):
        return 0
    asked = urllib.request.Request(_signed(band).removeprefix("/vsicurl/"), headers={"Range": "bytes=0-0"})
    try:
        with signing.web_opener().open(asked, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return 0


def _message(band: RasterBand, status: int, error: Exception) -> str:
    if status in DENIED:
        return f"{band.name}: HTTP status {status}, the server does not let you read it; {_way_in(band)}"
    if status in GONE:
        return f"{band.name}: HTTP status {status}, it is not there (any more); get newer items"
    reason = " ".join(without_queries(str(error.__cause__ or error)).split())
    if band.path.startswith("/vsis3/"):
        return f"{band.name}: cannot be read after {ATTEMPTS} attempts ({reason}); do the AWS_* variables let you in?"
    host = urlsplit(band.name).hostname or "the server"
    said = f"{host} answers with HTTP status {status}" if status else f"{host} does not answer"
    return f"{band.name}: cannot be read after {ATTEMPTS} attempts ({reason}; {said}); is the file whole, try later"


def _way_in(band: RasterBand) -> str:
    """Return what may help where access is denied."""
    if band.token_url:
        return "a new token did not help: is the `collection` of the item the right one for `sign`?"
    if "?" in band.path:
        return "has the signature in the item's address expired? Get the items anew, or unsigned with `sign`"
    return "does it need a signature (`sign`) or a password (GDAL_HTTP_HEADERS, GDAL_HTTP_USERPWD)?"
