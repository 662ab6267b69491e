"""Positions of blocks within a GeoTIFF file."""

import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

_OFFSETS, _LENGTHS = (273, 324), (279, 325)
"""Tags of the offsets and lengths of strips, and of tiles (TIFF 6.0, sections 8 and 15)."""

_TYPES = {3: "u2", 4: "u4", 16: "u8"}
"""Types of these tags: SHORT, LONG, LONG8."""

_CLASSIC, _BIG = (42, "u4", "u2", 4), (43, "u8", "u8", 8)
"""Version, type of offsets, type of the number of tags, and position of the first directory's offset."""


def block_place(dataset: Any, band: int, row: int, column: int) -> tuple[int, int] | None:
    """Return the offset and length of a block in bytes; None for a sparse block, which is not stored."""
    offset = dataset.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=band)
    length = dataset.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", bidx=band)
    return (int(offset), int(length)) if offset and length else None


def end_of_blocks(path: Path | str) -> int:
    """Return the offset behind the last stored block of a GeoTIFF file's first image; 0 if it cannot be told.

    Its directory is read as it stands in the file, since GDAL tells the place of one block at a time, and a file in
    strips has one for every row.
    """
    with Path(path).open("rb") as file:
        order = {b"II": "<", b"MM": ">"}.get(file.read(2))
        versions = {one[0]: one for one in (_CLASSIC, _BIG)}
        if order is None or (version := int(_numbers(file, f"{order}u2", 1).sum())) not in versions:
            return 0
        tags = _directory(file, order, *versions[version][1:])
        offsets, lengths = (next((tags[one] for one in names if one in tags), None) for names in (_OFFSETS, _LENGTHS))
        if offsets is None or lengths is None or offsets.size != lengths.size:
            return 0
        return int((offsets + lengths)[lengths > 0].max(initial=0))


def _directory(file: BinaryIO, order: str, offset_type: str, count_type: str, start: int) -> dict[int, np.ndarray]:
    """Return the numbers of the tags of the first directory that tell where blocks are."""
    file.seek(start)
    _seek(file, int(_numbers(file, order + offset_type, 1).sum()))
    number = int(_numbers(file, order + count_type, 1).sum())
    layout = [
        ("tag", f"{order}u2"),
        ("type", f"{order}u2"),
        ("count", order + offset_type),
        ("value", order + offset_type),
    ]
    size = np.dtype(layout).itemsize
    content = file.read(size * min(number, 2**16))
    entries = np.frombuffer(content[: len(content) // size * size], layout)
    return {
        int(entry["tag"]): _values(file, order, entry, content[place * size : (place + 1) * size])
        for place, entry in enumerate(entries)
        if entry["tag"] in _OFFSETS + _LENGTHS and int(entry["type"]) in _TYPES
    }


def _values(file: BinaryIO, order: str, entry: np.void, content: bytes) -> np.ndarray:
    """Return the numbers of a tag: few of them stand in the entry itself, else it has their offset."""
    dtype, count = np.dtype(order + _TYPES[int(entry["type"])]), int(entry["count"])
    held = entry.dtype["value"].itemsize
    if count * dtype.itemsize <= held:
        return np.frombuffer(content[-held:], dtype, count).astype(np.uint64)
    _seek(file, int(entry["value"]))
    return _numbers(file, str(dtype), count)


def _seek(file: BinaryIO, offset: int) -> None:
    """Move to an offset, or to the end of a file that is shorter."""
    file.seek(min(offset, os.fstat(file.fileno()).st_size))


def _numbers(file: BinaryIO, dtype: str, count: int) -> np.ndarray:
    """Return the next numbers of a file, fewer at its end."""
    size = np.dtype(dtype).itemsize
    content = file.read(min(size * count, os.fstat(file.fileno()).st_size))
    return np.frombuffer(content[: len(content) // size * size], dtype).astype(np.uint64)
