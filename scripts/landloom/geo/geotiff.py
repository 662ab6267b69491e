"""Where a GeoTIFF keeps its blocks."""

from typing import Any


def block_place(dataset: Any, band: int, row: int, column: int) -> tuple[int, int] | None:
    """Return offset and length of a block in its file, in bytes; None for one without any pixel: it is not stored."""
    offset = dataset.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=band)
    length = dataset.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", bidx=band)
    return (int(offset), int(length)) if offset and length else None
