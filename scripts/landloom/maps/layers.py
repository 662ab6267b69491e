"""Layers of a map: what is written of every pixel, and all that others have to know of it.

Classification, mosaic, checks, STAC items, the configuration, the estimates of memory and the README read this table.
CONTRIBUTING.md shows how to add a layer.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

LABELS = "labels"
"""Instead of a type: that which holds all codes of the nomenclature."""

NO_PERCENT = 255
"""In layers of percentages of which 0 is one: where nothing is classified."""

NOT_SEPARATE = -1
"""In a block of ``separate``: the label is that of the map itself."""

_BYTES = {LABELS: 4 + 2, "uint8": 1, "uint16": 2}
"""Of a pixel in an output block; labels are there as int32, and once more as they are stored."""


@dataclass(frozen=True)
class Request:
    """What a configuration says of layers.

    Attributes
    ----------
    keys : collection of str
        Keys of the section `map` that are switched on.
    compares_boundaries : bool
        Whether the map without boundary fusion is wanted, too.
    fuses_sensors : bool
        Whether groups of sensors have models of their own.
    """

    keys: Collection[str] = ()
    compares_boundaries: bool = False
    fuses_sensors: bool = False


def _always(request: Request) -> bool:
    return True


@dataclass(frozen=True)
class Layer:
    """A layer of a map.

    Attributes
    ----------
    name : str
        Of its files, and of its key in the section `map` where it is made on demand.
    title : str
        Of the asset in STAC items.
    description : str
        For README and configuration.
    dtype : str
        Of the raster, or `LABELS`.
    empty : int
        Value where nothing is classified.
    nodata : int or None
        As the raster declares it; None where ``empty`` is a value like others.
    made : callable
        Whether a request wants it; None for a key of its own.
    condition : str
        When it is made, for the README.
    fill : int or None
        What an output block begins with; None: ``empty``.
    unit : str
    overviews : str
        How overviews are resampled: ``nearest`` for classes, ``average`` for quantities.
    legend : bool
        Whether its values have names and colours.
    per_class : bool
        Whether it has a band for each class of the nomenclature.
    """

    name: str
    title: str
    description: str
    dtype: str
    empty: int = 0
    nodata: int | None = 0
    made: Callable[[Request], bool] | None = None
    condition: str = ""
    fill: int | None = None
    unit: str = ""
    overviews: str = "average"
    legend: bool = False
    per_class: bool = False

    @property
    def on_demand(self) -> bool:
        """Return whether a key of the section `map`, of its name, switches it on."""
        return self.made is None

    @property
    def when(self) -> str:
        """Return when it is made, for the README: nothing where always."""
        return f"on demand (`map.{self.name}`)" if self.on_demand else self.condition

    def is_wanted(self, request: Request) -> bool:
        """Return whether a configuration asks for it."""
        return self.name in request.keys if self.made is None else self.made(request)

    def block_bytes(self, classes: int) -> int:
        """Return the memory of a pixel in an output block."""
        return _BYTES[self.dtype] * (classes if self.per_class else 1)


LAYERS = (
    Layer(
        "classification",
        "land cover",
        "class codes in the map's CRS: Cloud-Optimized GeoTIFF, colours, class names, QGIS style (`.qml`); 0 is "
        "unclassified",
        LABELS,
        made=_always,
        overviews="nearest",
        legend=True,
    ),
    Layer("confidence", "confidence", "probability of the class, in percent", "uint8", made=_always, unit="%"),
    Layer(
        "probabilities",
        "probability of each class x 1000",
        "the probability of every class, times 1000",
        "uint16",
        nodata=None,
        per_class=True,
    ),
    Layer(
        "margin",
        "lead of the class in probability",
        "by how much (percent) the first class is more probable than the second; 255 is unclassified",
        "uint8",
        NO_PERCENT,
        NO_PERCENT,
        unit="%",
    ),
    Layer(
        "entropy",
        "entropy, of the largest possible",
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
        "group of sensors that decided",
        "which group of sensors decided: 1 all, from 2 on the groups in their order, 0 none",
        "uint8",
        made=lambda request: request.fuses_sensors,
        condition="with `sensor_fusion`",
        overviews="nearest",
    ),
)
"""Layers that the classification of a tile writes, in the order in which they are named."""

VALIDITY = Layer("validity", "number of valid observations", "number of valid observations of each pixel", "uint16")
AGREEMENT = Layer(
    "agreement",
    "agreement with the reference polygons",
    "test pixels mapped wrong (1) and right (2), training pixels wrong (3) and right (4)",
    "uint8",
    overviews="nearest",
    legend=True,
)
FEATURES = Layer("features", "features", "all features of a tile", "int16", -10000, -10000)
"""Layers that other rules write."""

MOSAICS = {layer.name: layer for layer in (*LAYERS, VALIDITY, AGREEMENT, FEATURES)}
"""Every layer that is mosaicked, by its name."""


def wanted(request: Request) -> list[str]:
    """Return the names of the layers that the classification writes."""
    return [layer.name for layer in LAYERS if layer.is_wanted(request)]


def block_bytes(names: Collection[str], classes: int) -> int:
    """Return the memory of a pixel of all layers in an output block."""
    return sum(MOSAICS[name].block_bytes(classes) for name in names)
