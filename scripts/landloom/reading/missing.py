"""Missing pixels: the one place that tells which pixels of a band, mask, static raster or reference have no number.

A pixel is missing if

- its number is not finite;
- its number is a nodata value: of the configuration, the product or the item, *and* the file's own;
- GDAL's mask band hides it: a mask inside the file, or a `.msk` file beside it;
- the file's alpha band is 0 there, unless this band is read as data, too: writers take the fourth band of any image,
  as near infrared, for alpha.

Files with one nodata value and no mask band, nearly all, are read as they are. Of others, GDAL shows a virtual raster
in which all missing pixels have one nodata value, so that whoever reads it need not know why they are missing.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from rasterio.enums import ColorInterp, MaskFlags

from landloom.core.errors import InputError
from landloom.geo.opening import raster_doors
from landloom.reading import virtual_rasters
from landloom.reading.virtual_rasters import MASK_OF, Source
from landloom.reading.warping import Layer, Numbers, as_held, with_gaps
from landloom.sensors.acquisition import RasterBand


@dataclass(frozen=True)
class Signs:
    """What marks the missing pixels of a band, apart from numbers that are not finite.

    Attributes
    ----------
    values : tuple of float
        Nodata values that the band's type can hold.
    masks : tuple of str
        Bands of the file that are 0 at missing pixels, as GDAL names them in virtual rasters.
    """

    values: tuple[float, ...]
    masks: tuple[str, ...]

    @property
    def are_plain(self) -> bool:
        """Return whether the file can be read as it is."""
        return len(self.values) <= 1 and not self.masks


@contextmanager
def band(
    dataset: Any,
    number: int,
    nodata: Sequence[float] = (),
    *,
    otherwise: float | None = None,
    clear: Collection[float] = (),
    data: Collection[int] = (),
) -> Iterator[Layer]:
    """Yield a band of an open file whose missing pixels have one nodata value, or are not finite.

    Parameters
    ----------
    nodata : sequence of float
        Nodata values, beside the file's own. Values that the band's type cannot hold are ignored: sidecar metadata
        may give such values.
    otherwise : float, optional
        Nodata value of a band for which nothing tells any; of floats it is NaN.
    clear : collection of float
        Numbers that are no nodata though the file declares them.
    data : collection of int
        Bands of the file that are read as data, though one may look like an alpha band.

    Raises
    ------
    InputError
        If the file is remote and its missing pixels cannot be told by a virtual raster.
    """
    found = signs(dataset, number, nodata, clear, data)
    if np.issubdtype(np.dtype(dataset.dtypes[number - 1]), np.floating):
        otherwise = float("nan")
    if not found.values and otherwise is not None:
        found = Signs((otherwise,), found.masks)
    if found.are_plain:
        yield Layer(dataset, number, found.values[0] if found.values else None)
        return
    with _marked(dataset, number, found) as layer:
        yield layer


def signs(
    dataset: Any,
    number: int,
    nodata: Sequence[float] = (),
    clear: Collection[float] = (),
    data: Collection[int] = (),
) -> Signs:
    """Return what marks the missing pixels of a band: see :func:`band`."""
    own = declared_nodata(dataset, number)
    held = [as_held(dataset.dtypes[number - 1], value) for value in (*nodata, *(() if own is None else (own,)))]
    values = {repr(value): value for value in held if value is not None and value not in clear}
    flags, alpha = dataset.mask_flag_enums[number - 1], alpha_band(dataset)
    hidden = MaskFlags.per_dataset in flags and MaskFlags.alpha not in flags
    masks = [f"{MASK_OF}{number}"] * hidden + [str(alpha)] * (alpha not in (0, number, *data))
    return Signs(tuple(values.values()), tuple(masks))


def declared_nodata(dataset: Any, number: int) -> float | None:
    """Return the nodata value that a file declares for a band."""
    own: float | None = dataset.nodatavals[number - 1]
    return own


def alpha_band(dataset: Any) -> int:
    """Return the number of a file's alpha band; 0 if it has none."""
    return next((rank for rank, color in enumerate(dataset.colorinterp, 1) if color == ColorInterp.alpha), 0)


@contextmanager
def _marked(dataset: Any, number: int, found: Signs) -> Iterator[Layer]:
    """Yield a virtual raster in which missing pixels have one nodata value: mask by mask, value by value."""
    path, name = virtual_rasters.path_of(dataset), RasterBand(str(dataset.name))
    remote = name.is_remote
    if not path and not remote:
        raise InputError(
            f"{name.name}: has no CRS or its first row in the south, and several nodata values; "
            "convert it with gdalwarp"
        )
    if not path or (remote and any(mask.startswith(MASK_OF) for mask in found.masks)):
        raise InputError(
            f"{name.name}: tells its missing pixels by a mask band or by several nodata values, which cannot be read "
            "on another machine; download it"
        )
    stored = Layer(dataset, number, found.values[0] if found.values else None)
    seen = with_gaps(stored)
    source = Source(path, str(number))
    for mask in found.masks:
        hidden = virtual_rasters.description(dataset, seen.dtype, source, mask=Source(path, mask))
        source = Source(_shown(dataset, seen, Source(hidden, masked=True)))
    for value in found.values[1:]:
        source = Source(_shown(dataset, seen, Source(source.path, source.band, without=value)))
    with virtual_rasters.opened(source.path, raster_doors.beside_of(dataset)) as virtual:
        yield Layer(virtual, 1, seen.filling, stored.block)


def _shown(dataset: Any, seen: Numbers, source: Source) -> str:
    return virtual_rasters.description(dataset, seen.dtype, source, nodata=seen.filling)
