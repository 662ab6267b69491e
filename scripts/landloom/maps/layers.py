"""Table of map layers: names, types, nodata values and titles.

Classification, mosaic, checks, STAC items, the configuration, the estimates of memory and the README use this table.
CONTRIBUTING.md shows how to add a layer.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

LABELS = "labels"
"""Placeholder for the smallest type that holds all codes of the nomenclature."""

NO_PERCENT = 255
"""Value of unclassified pixels in percentage layers in which 0 is valid."""

NOT_SEPARATE = -1
"""Value in a block of ``separate``: the label equals that of the map."""

_BYTES = {LABELS: 4 + 2, "uint8": 1, "uint16": 2, "float32": 4}
"""Bytes of a pixel in an output block; labels are held as int32 and in the stored type."""


@dataclass(frozen=True)
class Request:
    """Layers requested by a configuration.

    Attributes
    ----------
    keys : collection of str
        Keys of the section `map` that are switched on.
    compares_boundaries : bool
        Whether the map without boundary fusion is requested, too.
    fuses_sensors : bool
        Whether sensor groups have their own models.
    """

    keys: Collection[str] = ()
    compares_boundaries: bool = False
    fuses_sensors: bool = False


def _always(request: Request) -> bool:
    return True


@dataclass(frozen=True)
class Layer:
    """Layer of a map.

    Attributes
    ----------
    name : str
        Name of its files, and of its key in the section `map` if it is optional.
    title : str
        Title of the asset in STAC items.
    description : str
        Description for README and configuration.
    dtype : str
        Type of the raster, or `LABELS`.
    empty : float
        Value of unclassified pixels.
    nodata : float or None
        Nodata value of the raster; None if ``empty`` is a valid value.
    made : callable
        Whether a request includes it; None if it has its own key.
    condition : str
        Condition of its production, for the README.
    fill : int or None
        Initial value of output blocks; None: ``empty``.
    unit : str
    overviews : str
        Resampling of overviews: ``nearest`` for classes, ``average`` for quantities.
    legend : bool
        Whether its values have names and colours.
    per_class : bool
        Whether it has a band for each class of the nomenclature.
    """

    name: str
    title: str
    description: str
    dtype: str
    empty: float = 0
    nodata: float | None = 0
    made: Callable[[Request], bool] | None = None
    condition: str = ""
    fill: int | None = None
    unit: str = ""
    overviews: str = "average"
    legend: bool = False
    per_class: bool = False

    @property
    def on_demand(self) -> bool:
        """Return whether a key of its name in the section `map` enables it."""
        return self.made is None

    @property
    def when(self) -> str:
        """Return the condition of its production for the README; empty if it is always made."""
        return f"on demand (`map.{self.name}`)" if self.on_demand else self.condition

    def is_wanted(self, request: Request) -> bool:
        """Return whether a configuration requests it."""
        return self.name in request.keys if self.made is None else self.made(request)

    def block_bytes(self, classes: int) -> int:
        """Return the memory of a pixel in an output block."""
        return _BYTES[self.dtype] * (classes if self.per_class else 1)


LAYERS = (
    Layer(
        "classification",
        "land cover",
        "class codes in the map's CRS: Cloud-Optimized GeoTIFF, colours, class names, styles (`.qml`, `.sld`, as "
        "beside all layers); 0 is unclassified",
        LABELS,
        made=_always,
        overviews="nearest",
        legend=True,
    ),
    Layer("confidence", "confidence", "probability of the class, in percent", "uint8", made=_always, unit="%"),
    Layer(
        "probabilities",
        "probability of each class x 1000",
        "the probability of every class, times 1000; QGIS and R, which go by the scale of the bands, show 0 to 1",
        "uint16",
        nodata=None,
        per_class=True,
    ),
    Layer(
        "margin",
        "margin of the class in probability",
        "by how much (percent) the first class is more probable than the second; 255 is unclassified",
        "uint8",
        NO_PERCENT,
        NO_PERCENT,
        unit="%",
    ),
    Layer(
        "entropy",
        "normalised entropy",
        "the entropy of the probabilities, in percent of the largest possible; 255 is unclassified",
        "uint8",
        NO_PERCENT,
        NO_PERCENT,
        unit="%",
    ),
    Layer(
        "separate",
        "land cover without boundary fusion",
        "the map without the fusion of regions' models",
        LABELS,
        made=lambda request: request.compares_boundaries,
        condition="with `map.boundary_fusion.compare`",
        fill=NOT_SEPARATE,
        overviews="nearest",
        legend=True,
    ),
    Layer(
        "decider",
        "deciding sensor group",
        "deciding sensor group: 1 all agree, from 2 on the groups in their order, 0 none",
        "uint8",
        made=lambda request: request.fuses_sensors,
        condition="with `sensor_fusion`",
        overviews="nearest",
    ),
)
"""Layers that the classification of a tile writes, in order."""

VALUE_LAYERS = (
    Layer(
        "value",
        "value of the target",
        "its value in place of classes, cut to `target.range`; NaN where no sensor saw the ground",
        "float32",
        math.nan,
        math.nan,
        condition="with `target`",
    ),
    Layer(
        "half_width",
        "half the width of the interval",
        "half the width of the interval around the value that is to hold the true one in `target.intervals` of cases",
        "float32",
        math.nan,
        math.nan,
        condition="with `target`",
    ),
)
"""Layers of a map of a target, in place of :data:`LAYERS`."""

VALIDITY = Layer("validity", "number of valid observations", "number of valid observations of each pixel", "uint16")
AGREEMENT = Layer(
    "agreement",
    "agreement with the reference polygons",
    "test pixels mapped wrong (1) and right (2), training pixels wrong (3) and right (4); "
    "unclassified test (5) and training pixels (6)",
    "uint8",
    overviews="nearest",
    legend=True,
)
FEATURES = Layer("features", "features", "all features of a tile", "int16", -10000, -10000)
"""Layers of other rules."""

MOSAICS = {layer.name: layer for layer in (*LAYERS, *VALUE_LAYERS, VALIDITY, AGREEMENT, FEATURES)}
"""All layers with mosaics, by name."""


def wanted(request: Request) -> list[str]:
    """Return the names of the layers that the classification writes."""
    return [layer.name for layer in LAYERS if layer.is_wanted(request)]


def block_bytes(names: Collection[str], classes: int) -> int:
    """Return the memory of a pixel of all layers in an output block."""
    return sum(MOSAICS[name].block_bytes(classes) for name in names)
