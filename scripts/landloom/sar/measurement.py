"""The numbers of a measurement's file, of which parts are read in any order."""

import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import rasterio

from landloom.core.errors import InputError
from landloom.core.files import WHOLE_ADVICE, advice
from landloom.geo.opening import raster_doors
from landloom.sar.calibration import Place
from landloom.sar.preparation import Numbers

_PACKED = re.compile(r"/vsizip/\{(?P<file>.*?)\}/(?P<name>.*)")


@contextmanager
def numbers_of(path: str, size: tuple[int, int]) -> Iterator[Numbers]:
    """Yield a function that reads parts of a measurement.

    A packed measurement is unpacked to the folder of temporary files until the end: its lines are not needed in the
    order in which they are packed, and would be unpacked from the start again and again.

    Parameters
    ----------
    path : str
        GDAL path.
    size : (int, int)
        Lines and pixels, by the annotation.

    Raises
    ------
    InputError
        If the file cannot be read, or has another size.
    """
    with _unpacked(path) as file:
        try:
            dataset = raster_doors.opened(file)
        except rasterio.errors.RasterioError as error:
            raise InputError(f"{path}: cannot be read ({error}); {advice(error) or WHOLE_ADVICE}") from None
        with dataset:
            if (dataset.height, dataset.width) != size or dataset.dtypes[0] != "uint16":
                raise InputError(
                    f"{path}: has {dataset.height} lines of {dataset.width} {dataset.dtypes[0]} numbers; by its "
                    f"annotation, {size[0]} of {size[1]} uint16 numbers"
                )

            def read(place: Place, shape: tuple[int, int]) -> np.ndarray:
                ranges = (place.line, place.line + shape[0]), (place.pixel, place.pixel + shape[1])
                try:
                    numbers: np.ndarray = dataset.read(1, window=ranges)
                except rasterio.errors.RasterioError as error:
                    raise InputError(f"{path}: cannot be read ({error}); {advice(error) or WHOLE_ADVICE}") from None
                return numbers

            yield read


@contextmanager
def _unpacked(path: str) -> Iterator[str]:
    packed = _PACKED.fullmatch(path)
    if packed is None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="landloom_") as folder:
        target = Path(folder) / "measurement.tiff"
        try:
            with (
                zipfile.ZipFile(packed["file"]) as archive,
                archive.open(packed["name"]) as source,
                target.open("wb") as out,
            ):
                shutil.copyfileobj(source, out, 2**20)
        except (OSError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
            raise InputError(
                f"{path}: cannot be unpacked to {folder} ({error}); is the file whole, and is there room for 1 GB? "
                "TMPDIR names another folder"
            ) from None
        yield str(target)
