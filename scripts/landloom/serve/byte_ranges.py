"""Parts of files that a request asks for (RFC 9110, section 14): programs read overviews of a GeoTIFF this way."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class UnsatisfiableRangeError(Exception):
    """A range that begins behind the end of its file."""


@dataclass(frozen=True)
class ByteRange:
    """Bytes of a file: the first one, and how many."""

    first: int
    length: int

    def header(self, size: int) -> str:
        """Return the value of ``Content-Range`` for a file of some size."""
        return f"bytes {self.first}-{self.first + self.length - 1}/{size}"


def asked(header: str | None, size: int) -> ByteRange | None:
    """Return the range that a request asks for; None for the whole file.

    Several ranges, and what is no range, get the whole file, as the standard allows.

    Raises
    ------
    UnsatisfiableRangeError
        If no byte of the file is in it.
    """
    found = _RANGE.fullmatch((header or "").strip())
    if not found or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        start = size - length
    else:
        start = int(first)
        if last and int(last) < start:
            return None
        length = min(int(last) + 1 if last else size, size) - start
    if length <= 0:
        raise UnsatisfiableRangeError(f"the file has {size} bytes")
    return ByteRange(start, length)
