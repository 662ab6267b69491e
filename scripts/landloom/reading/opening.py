"""Opening of rasters on disk or, by HTTP range requests with retries, on other machines.

GDAL itself retries requests to busy servers, but caches failures to open a file, and gives up if a response breaks
off. Failed reads are therefore repeated with the file reopened under an address that GDAL takes for a different one
(with a fragment, which is not sent).
"""

import os
import re
import time
import urllib.error
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import rasterio

from landloom.core.addresses import without_secrets
from landloom.core.errors import InputError
from landloom.geo.opening import raster_doors
from landloom.reading import containers, signing
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
"""GDAL's options for HTTP, overridden by environment variables: many retries for busy servers (with growing delays),
few for dead ones; a cache of at most 64 MB."""

ATTEMPTS = 4
PAUSE_VARIABLE, PAUSE_S = "LANDLOOM_HTTP_PAUSE_S", 2.0
"""Delay in seconds before the second attempt; doubled before each further one."""

DENIED, GONE = (401, 403), (404, 410)

_S3_DENIES = re.compile(
    r"\b40[13]\b|AccessDenied|Access Denied|Forbidden|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidCredentials"
    r"|ExpiredToken|No valid AWS credentials"
)
"""What GDAL says where S3 denies access, or nothing proves who asks."""


def opened(band: RasterBand, attempt: int = 0) -> Any:
    """Open the file of a band.

    Remote files must be GeoTIFF or JPEG 2000: a VRT could name any local file.

    Raises
    ------
    rasterio.errors.RasterioError
        If it cannot be opened.
    InputError
        If no token is available.
    """
    if not band.is_remote:
        return containers.opened_on_disk(band)
    _prepare()
    driver = "JP2OpenJPEG" if re.search(r"\.(jp2|j2k)$", band.name, re.I) else "GTiff"
    path, options = _address(band, attempt)
    with rasterio.Env(**options):
        return raster_doors.opened_elsewhere(path, driver)


def _address(band: RasterBand, attempt: int) -> tuple[str, dict[str, str]]:
    """Return under which address, and with which options, GDAL asks a server again.

    To S3, a fragment would be sent as a part of the name: there GDAL is told to keep nothing of the file.
    """
    if not attempt:
        return _signed(band), {}
    if band.path.startswith("/vsis3/"):
        return band.path, {"CPL_VSIL_CURL_NON_CACHED": band.path}
    return f"{_signed(band)}#{attempt}", {}


def reading(band: RasterBand, work: Callable[[Any], T]) -> T:
    """Open the file of a band, apply a function, and close it, with retries.

    Raises
    ------
    rasterio.errors.RasterioError, ValueError
        If a file on disk cannot be read.
    InputError
        If a remote file cannot be read.
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
    """Wait before the next attempt; raise after the last one.

    Parameters
    ----------
    attempt : int
        Number of the failed attempt, from 0.
    error : Exception
        Error of rasterio; it is raised again for a file on disk.

    Raises
    ------
    InputError
        If a remote file cannot be read; the message contains the server's response and advice.
    """
    if not band.is_remote:
        raise error
    status = _status(band, error)
    # Another thread may have renewed the token in the meantime.
    renew = status in DENIED and attempt == 0 and signing.is_renewed(band.token_url)
    if attempt + 1 >= ATTEMPTS or (status in DENIED + GONE and not renew):
        raise InputError(_message(band, status, error))
    if renew:
        tokens = signing.tokens_of(band.token_url)
        tokens.refuse(tokens.current())
        return
    time.sleep(float(os.environ.get(PAUSE_VARIABLE, PAUSE_S)) * 2**attempt)


def _prepare() -> None:
    """Configure this process for reading by HTTP; repeated calls have no effect."""
    for name, value in GDAL_OPTIONS.items():
        os.environ.setdefault(name, value)


def _signed(band: RasterBand) -> str:
    if not band.token_url:
        return band.path
    token = signing.tokens_of(band.token_url).current()
    return f"{band.path}{'&' if '?' in band.path else '?'}{token}"


def _status(band: RasterBand, error: Exception) -> int:
    """Request one byte of a file; return the HTTP status, 0 without a response.

    Requests to S3 are signed by GDAL, so that its error has to tell the status.
    """
    if not band.path.startswith("/vsicurl/"):
        return DENIED[1] if _S3_DENIES.search(str(error.__cause__ or error)) else 0
    asked = signing.request(_signed(band).removeprefix("/vsicurl/"), Range="bytes=0-0")
    try:
        with signing.web_opener().open(asked, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return 0


def _message(band: RasterBand, status: int, error: Exception) -> str:
    if status in DENIED:
        return f"{band.name}: HTTP status {status}, the server denies access; {_way_in(band)}"
    if status in GONE:
        return f"{band.name}: HTTP status {status}, it does not exist (any more); get newer items"
    reason = " ".join(without_secrets(str(error.__cause__ or error)).split())
    if band.path.startswith("/vsis3/"):
        return f"{band.name}: cannot be read after {ATTEMPTS} attempts ({reason}); are the AWS_* variables right?"
    host = urlsplit(band.name).hostname or "the server"
    said = f"{host} answers with HTTP status {status}" if status else f"{host} does not respond"
    return f"{band.name}: cannot be read after {ATTEMPTS} attempts ({reason}; {said}); is the file whole? Try later"


def _way_in(band: RasterBand) -> str:
    """Return advice for denied access."""
    if band.path.startswith("/vsis3/"):
        return "are the AWS_* variables right (AWS_NO_SIGN_REQUEST=YES where all may read)?"
    if band.token_url and not signing.is_renewed(band.token_url):
        return "is the variable that `sign` names right, and may you read this file?"
    if band.token_url:
        return "a new token did not help: is the `collection` of the item the right one for `sign`?"
    if "?" in band.path:
        return "has the signature in the item's address expired? Get the items anew, or unsigned with `sign`"
    return "does it need a signature (`sign`) or a password (GDAL_HTTP_HEADERS, GDAL_HTTP_USERPWD)?"
