"""Forms of prepared images: how those of a kind of sensor are made.

A form is a module with

``maker(settings, tile, grid, memory, threads) -> Maker``
    what makes the images of a sensor (its section, :class:`landloom.sensors.settings.SensorSettings`) on a tile's
    grid. ``memory`` is a file in which checksums are kept for the next job, ``threads`` those of the job.

A section names its form (:attr:`landloom.sensors.settings.SensorSettings.images`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from landloom.core.checksums import FileDigest
from landloom.core.registry import Registry
from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid, Window
from landloom.sensors.acquisition import Acquisition
from landloom.sensors.sentinel1.nearby import Box

FORMS = Registry(
    {
        "optical": "landloom.prepared.optical",
        "radar": "landloom.prepared.radar",
        "backscatter": "landloom.prepared.backscatter",
    }
)

SERIES = Registry(
    {
        "radar": "landloom.prepared.radar_series",
        "backscatter": "landloom.prepared.radar_series",
        "annual": "landloom.annual.mosaic",
    }
)
"""Images that are read in a way of their own: modules with ``readers_of(reading) -> ReadersOf``, from what the
section says (:attr:`landloom.sensors.settings.SensorSettings.reading`). Others are read band by band."""

Parts = Callable[[Acquisition, Grid, str], Iterator[tuple[Window, np.ndarray]]]
"""Makes an acquisition's image on the tile's grid, in rows of blocks: windows, and int16 of shape (bands, rows,
columns). The last argument is the resampling of its bands."""


@dataclass(frozen=True)
class Maker:
    """What makes the images of a sensor on a tile's grid.

    Attributes
    ----------
    parts : function
    made_of : plain value
        What images depend on beside the product, how it is read, and the code.
    nodata : int
        Number of invalid pixels.
    at_once : int
        Images that are made at a time, at most.
    notes : tuple of str
        What the log is to say.
    files : dict of path: (str, FileDigest)
        Files beside the products that images are made with: the key of the section that names each, and its checksum.
    box : (float, float, float, float) or None
        West, south, east, north in degrees of the ground whose heights are needed.
    """

    parts: Parts
    made_of: Any = None
    nodata: int = NODATA
    at_once: int = 4
    notes: tuple[str, ...] = ()
    files: Mapping[str, tuple[str, FileDigest]] = field(default_factory=dict)
    box: Box | None = None
