"""Positions of blocks within a GeoTIFF file."""

from typing import Any


def block_place(dataset: Any, band: int, row: int, column: int) -> tuple[int, int] | None:
    """Return the offset and length of a block in bytes; None for a sparse block, which is not stored."""
    offset = dataset.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=band)
    length = dataset.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", bidx=band)
    return (int(offset), int(length)) if offset and length else None
