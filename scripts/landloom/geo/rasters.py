"""Raster output: tiled, compressed GeoTIFFs with colours, class names and metadata of their production."""

import platform
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio._err import CPLE_BaseError
from rasterio.enums import Compression, Interleaving, MaskFlags

from landloom.core.errors import InputError
from landloom.core.files import WRITE_ADVICE, advice, broken, whole
from landloom.core.nomenclature import Nomenclature
from landloom.core.version import VERSION
from landloom.geo.block_offsets import block_place
from landloom.geo.grids import Grid
from landloom.geo.opening import raster_doors
from landloom.geo.window_shapes import OUTPUT_BLOCK_PX

BLOCK = OUTPUT_BLOCK_PX

Tags = Mapping[str, str]

MODELS_TAG = "LANDLOOM_MODELS"
"""Tag with the digest of the models of a map."""

DEVICE_TAG = "LANDLOOM_DEVICE"
"""Tag with the graphics card that took part in a map, or `cpu`: both give the same numbers."""

PRECISION_TAG = "LANDLOOM_PRECISION"
"""Tag with the numbers by which networks predicted a map: these are not the same by others."""


def provenance(config_digest: str, code_digest: str) -> dict[str, str]:
    """Return the metadata tags of every product: software versions and digest of the configuration."""
    return {
        "LANDLOOM_VERSION": VERSION,
        "LANDLOOM_CONFIGURATION": config_digest,
        "LANDLOOM_CODE": code_digest,
        "LANDLOOM_SOFTWARE": ", ".join(
            [
                f"python {platform.python_version()}",
                f"gdal {rasterio.__gdal_version__}",
                *(f"{name} {version(name)}" for name in ("rasterio", "numpy", "numba", "scikit-learn")),
            ]
        ),
    }


@contextmanager
def create(
    path: Path | str,
    grid: Grid,
    dtype: str,
    tags: Tags,
    *,
    bands: int = 1,
    nodata: float | None = 0,
    interleave: str = "pixel",
    block_rows: int = BLOCK,
    level: int = 6,
) -> Iterator[Any]:
    """Create a GeoTIFF under a temporary name; it is renamed when the block ends.

    A single band is described by the name of the file.

    Hundreds of bands should be stored band by band (``interleave`` is ``band``), since blocks of all bands are large.
    ``level`` is Deflate's, from 1 (fast) to 9.

    Raises
    ------
    InputError
        If the disk is full or the folder cannot be written.
    """
    options = {
        "tiled": True,
        "blockxsize": BLOCK,
        "blockysize": block_rows,
        "compress": "deflate",
        "zlevel": level,
        "bigtiff": "if_safer",
        "interleave": interleave,
        **({"predictor": 3} if np.issubdtype(np.dtype(dtype), np.floating) else {}),
    }
    with disk_errors(path), whole(path) as temporary:
        with rasterio.open(
            temporary,
            "w",
            driver="GTiff",
            dtype=dtype,
            count=bands,
            nodata=nodata,
            **grid.profile(),
            **options,
        ) as dataset:
            dataset.update_tags(**tags)
            if bands == 1:
                dataset.set_band_description(1, Path(path).stem)
            yield dataset
        check_written(temporary)


@contextmanager
def disk_errors(path: Path | str) -> Iterator[None]:
    """Turn errors of the disk into an error that names the output."""
    try:
        yield
    except (rasterio.errors.RasterioError, CPLE_BaseError, OSError) as error:
        cause = error.__cause__ or error
        if "IReadBlock" in str(cause) and Path(path).name not in str(cause):
            raise  # the broken file is one that is being read
        raise InputError(f"{path}: cannot be written ({cause}); {advice(error) or WRITE_ADVICE}") from None


def check_written(path: Path) -> None:
    """Raise if a file is truncated on the disk: GDAL may notice a full disk only on closing."""
    with raster_doors.product(path) as dataset:
        height, width = dataset.block_shapes[0]
        last = (dataset.height - 1) // height, (dataset.width - 1) // width
        size = path.stat().st_size
        for band in dataset.indexes:
            position = block_place(dataset, band, *last)
            if position and sum(position) > size:
                raise OSError("the file is shorter than what was written")


def opened(path: Path | str) -> Any:
    """Open a raster of an earlier job and verify its pixels.

    Deflated blocks end with a checksum, which GDAL ignores: a flipped bit on the disk would become a wrong class or
    confidence. All blocks are therefore read once more, which takes 0.3 s for 100 MB of pixels.

    Raises
    ------
    InputError
        If the file is broken.
    """
    return _verified(raster_doors.product, path)


def opened_map(path: Path | str) -> Any:
    """Open a map or layer that another program may have written, with the mask beside it, and verify its pixels.

    Raises
    ------
    InputError
        If the file is broken, or may not be opened: see :func:`landloom.geo.opening.raster_doors.opened`.
    """
    return _verified(raster_doors.opened, path)


def _verified(door: Callable[[Path | str], Any], path: Path | str) -> Any:
    """Open a raster; raise if it or one of its blocks is broken."""
    try:
        dataset = door(path)
    except rasterio.errors.RasterioError as error:
        raise broken(path, error) from None
    try:
        if dataset.driver == "GTiff" and dataset.compression == Compression.deflate:
            _check_blocks(dataset, Path(path))
    except (OSError, ValueError, zlib.error) as error:
        dataset.close()
        raise broken(path, error) from None
    return dataset


def read_or_0(dataset: Any, window: tuple[tuple[int, int], tuple[int, int]]) -> np.ndarray:
    """Return the first band of a window, 0 where the file tells missing pixels: by nodata, a mask or an alpha band.

    Maps and layers of other programs may tell so what is unclassified, as by 255.
    """
    numbers: np.ndarray = dataset.read(1, window=window)
    flags = dataset.mask_flag_enums[0]
    if flags != [MaskFlags.all_valid] and (flags != [MaskFlags.nodata] or dataset.nodata != 0):
        numbers[dataset.read_masks(1, window=window) == 0] = 0
    return numbers


def _check_blocks(dataset: Any, path: Path) -> None:
    """Raise if a block of a deflated GeoTIFF cannot be inflated, or if its checksum is wrong."""
    with path.open("rb") as file:
        for band in dataset.indexes if dataset.interleaving == Interleaving.band else [1]:
            for (row, column), _ in dataset.block_windows(band):
                position = block_place(dataset, band, row, column)
                if position:
                    file.seek(position[0])
                    zlib.decompress(file.read(position[1]))


def describe_classes(dataset: Any, nomenclature: Nomenclature) -> None:
    """Add the colours and, as tags, the names of the classes to a dataset that is being written."""
    dataset.write_colormap(1, nomenclature.colormap())
    dataset.update_tags(1, **{f"CLASS_{entry.code}": entry.name for entry in nomenclature.classes})


def label_dtype(codes: Sequence[int]) -> str:
    """Return the smallest unsigned type that holds all class codes."""
    return "uint8" if max(codes) <= 255 else "uint16"
