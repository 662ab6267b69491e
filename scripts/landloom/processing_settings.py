"""Sections of the configuration that say what to make of the series: features, regions, samples, models, maps."""

import datetime
import re
import unicodedata
from collections import Counter
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, field_validator, model_validator

from landloom.section import FolderPath, PositiveInt, Section, Share, VectorPath, no_braces
from landloom.words import shortened


class FeatureSettings(Section):
    """What the classifier sees of every pixel."""

    bands: bool = Field(True, description="use the gap-filled bands themselves")
    indices: list[str] | None = Field(
        None,
        description="spectral indices by their name in spyndex, and `brightness` (Euclidean norm of the bands); by "
        "default NDVI, NDMI and brightness as far as a sensor has the bands (a `series` says so by `common_names`)",
    )


RegionName = str | bool | int | float | datetime.date
LONGEST_SLUG = 100
"""File names have at most 255 bytes, of which temporary names take some."""


class RegionSettings(Section):
    """Eco-climatic regions, each with a model of its own."""

    file: Annotated[VectorPath, AfterValidator(no_braces)] = Field(
        description="vector file of the regions, in any CRS and format that OGR reads"
    )
    field: str = Field(description="field that holds the region's name")
    names: list[RegionName] = Field(description="values of `field` to map; others are left out", min_length=1)
    layer: str | None = Field(None, description="layer of the file; by default its first")

    @field_validator("names")
    @classmethod
    def _distinct(cls, names: list[Any]) -> list[Any]:
        slugs = Counter(region_slug(str(name)) for name in names)
        odd = [str(name) for name in names if not 0 < len(region_slug(str(name))) <= LONGEST_SLUG]
        if odd:
            raise ValueError(
                f"{shortened(odd)} cannot name files: 1 to {LONGEST_SLUG} of a to z and 0 to 9 are needed"
            )
        twice = sorted(slug for slug, count in slugs.items() if count > 1)
        if twice:
            raise ValueError(f"names must differ by more than case and punctuation: {shortened(twice)}")
        return names


def region_slug(name: str) -> str:
    """Return a region's name as it stands in file names: lower case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


class ReferenceSettings(Section):
    """Polygons of known land cover."""

    file: VectorPath = Field(description="vector file in any CRS and format that OGR reads; `{year}` is replaced")
    field: str = Field(description="field that holds the label, an integer or a string")
    layer: str | None = Field(None, description="layer of the file; by default its first")
    ignore: list[int | str] = Field([], description="labels to leave out; any other unknown label is an error")
    train_share: Share = Field(0.5, description="share of each class's polygons used for training")
    minimum_area_m2: float = Field(0.0, ge=0, description="smaller polygons are left out and reported (0: keep all)")

    @field_validator("file")
    @classmethod
    def _no_other_placeholder(cls, path: str) -> str:
        no_braces(path.replace("{year}", ""))
        return path


class SampleSettings(Section):
    """How many of the training pixels are used."""

    strategy: Literal["all", "total", "per_class"] = Field(
        "all",
        description="`all` pixels; `total`: `number` in each region, shared in proportion; "
        "`per_class`: `number` of each class and region",
    )
    number: PositiveInt | None = Field(None, description="see strategy")
    minimum_clear_looks: Annotated[int, Field(ge=1)] = Field(
        1, description="pixels seen clear less often are not used as samples"
    )

    @model_validator(mode="after")
    def _number_fits(self) -> "SampleSettings":
        if (self.strategy == "all") != (self.number is None):
            need = "takes no `number`" if self.strategy == "all" else "needs `number`"
            raise ValueError(f"strategy {self.strategy} {need}")
        return self


class RandomForestSettings(Section):
    """The classifier, trained on the samples."""

    type: Literal["random_forest"] = Field("random_forest", description="kind of classifier")
    trees: PositiveInt = Field(100, description="number of trees")
    max_depth: PositiveInt = Field(25, description="largest depth of a tree")
    min_samples_leaf: PositiveInt = Field(1, description="fewest training samples in a leaf")
    max_features: Literal["sqrt", "log2"] | PositiveInt | Share = Field(
        "sqrt", description="features tried at each split"
    )

    def parameters(self) -> dict[str, Any]:
        """Return the parameters as scikit-learn names them."""
        return {
            "n_estimators": self.trees,
            "max_depth": self.max_depth,
            "min_samples_leaf": self.min_samples_leaf,
            "max_features": self.max_features,
        }


class FrozenSettings(Section):
    """Models trained before, to map with as they are: nothing is trained, and the polygons only test."""

    type: Literal["frozen"]
    file: FolderPath = Field(
        description="the models' files, as `results/{year}/models/{region}_run{run}.npz`; `{year}`, `{region}` and "
        "`{run}` are replaced. The output dates are those that the models were trained with"
    )

    @field_validator("file")
    @classmethod
    def _known_placeholders(cls, pattern: str) -> str:
        odd = set(re.findall(r"\{(.*?)\}", pattern)) - {"year", "region", "run"}
        if odd:
            raise ValueError(f"holds {sorted(odd)}; only {{year}}, {{region}}, {{run}} are known")
        return pattern

    def path(self, year: str, region: str, run: str) -> str:
        """Return the file of a model."""
        return self.file.replace("{year}", year).replace("{region}", region).replace("{run}", run)


def _kind_of_model(content: Any) -> str:
    """Return the type that a section of the configuration names, or the one it has by default."""
    default = RandomForestSettings.model_fields["type"].default
    return content.get("type", default) if isinstance(content, dict) else getattr(content, "type", default)


AnyModel = Annotated[
    Annotated[RandomForestSettings, Tag("random_forest")] | Annotated[FrozenSettings, Tag("frozen")],
    Discriminator(_kind_of_model),
]


class MapSettings(Section):
    """The maps to make."""

    crs: str | None = Field(
        None, description="CRS of the mosaic, e.g. EPSG:2154; by default the tiles' own if they share one"
    )
    resolution_m: Annotated[float, Field(gt=0)] | None = Field(
        None, description="pixel of the mosaic, in its CRS' units; by default the finest of the tiles"
    )
    probabilities: bool = Field(False, description="write the probability of every class, too")


class DemoSettings(Section):
    """The demo archive."""

    seed: int = Field(1, ge=0, lt=2**32, description="seed of the made-up landscape and weather")
    size_px: Annotated[int, Field(ge=100, le=10980, multiple_of=2)] = Field(
        420, description="rows and columns of a tile, of 10 m"
    )
