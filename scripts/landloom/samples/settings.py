"""Section `samples` of the configuration: selection and sources of training samples."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from landloom.core import labels
from landloom.core.section import InputPath, Label, Section
from landloom.core.text import shortened
from landloom.geo.region_settings import region_slug
from landloom.samples.augmentation_settings import AugmentationSettings
from landloom.samples.earlier_map_settings import MapSampleSettings
from landloom.samples.selection_settings import DrawSettings
from landloom.samples.table_settings import TableSettings


class AnnualSettings(Section):
    """Classes without reference in this year: their samples come only from another year."""

    labels: list[Label] = Field(
        description="labels of the classes (as annual crops) whose samples come from `year`, with its features: "
        "output dates are matched by their order. Its polygons that share a pixel with a test polygon of the year "
        "that is mapped are left out",
        min_length=1,
    )
    year: int = Field(description="source year of `years`; its own model is not affected")


class SampleSettings(DrawSettings):
    """Selection of training pixels, their numbers, and additional samples."""

    regions: dict[Label, DrawSettings] = Field(
        {},
        description="other values of the keys above by region name; a strategy and its numbers are given together",
    )
    copies: InputPath | None = Field(
        None,
        description="CSV file with the columns `source`, `destination` (region names), `label`, `number` (-1: all): "
        "samples of one region that also train another region's model. Only drawn samples are copied, never copies",
    )
    augmentation: AugmentationSettings | None = Field(None, description="without it, there are no synthetic samples")
    annual: AnnualSettings | None = Field(None, description="without it, all samples are from the mapped year")

    years: Literal["all"] | Annotated[list[int], Field(min_length=1)] | None = Field(
        None,
        description="source years, whose drawn samples train the models of every year; by default only its own. "
        "Output dates are matched by their order. Polygons of other years that share a pixel with a test "
        "polygon of the year that is mapped are left out",
    )
    table: TableSettings | None = Field(None, description="series of a table that train, too or instead")
    from_map: MapSampleSettings | None = Field(
        None,
        description="samples from an earlier map in addition to those of the reference",
    )

    @field_validator("regions", mode="before")
    @classmethod
    def _no_region_twice(cls, regions: Any) -> Any:
        """Reject two keys for one region: the first would be without effect."""
        names = [str(name) for name in regions] if isinstance(regions, dict) else []
        slugs = Counter(region_slug(labels.text(name)) for name in names)
        twice = [name for name in names if slugs[region_slug(labels.text(name))] > 1]
        if twice:
            raise ValueError(f"{shortened(twice)} are one region; give its keys together")
        return regions

    @model_validator(mode="after")
    def _only_the_table(self) -> "SampleSettings":
        others = [key for key in ("copies", "annual", "years", "from_map") if getattr(self, key)]
        if self.trains_by_table_alone and others:
            raise ValueError(f"table: with `use: only`, leave out {', '.join(f'`{key}`' for key in others)}")
        return self

    @property
    def trains_by_table_alone(self) -> bool:
        """Return whether no sample of the reference trains."""
        return self.table is not None and self.table.use == "only"

    def of_other_years(self) -> dict[str, AnnualSettings | MapSampleSettings]:
        """Return the parts of the section with samples from other years, by key."""
        parts = {"annual": self.annual, "from_map": self.from_map}
        return {key: part for key, part in parts.items() if part is not None}

    def by_region(self, slugs: Sequence[str]) -> dict[str, DrawSettings]:
        """Return the draw settings of each region."""
        general = DrawSettings(**{key: getattr(self, key) for key in DrawSettings.model_fields})
        own = {region_slug(name): settings for name, settings in self.regions.items()}
        return {slug: general.overridden(own[slug]) if slug in own else general for slug in slugs}

    def augmented(self, slugs: Sequence[str]) -> list[str]:
        """Return the regions with augmentation."""
        if self.augmentation is None:
            return []
        if self.augmentation.regions is None:
            return list(slugs)
        wanted = {region_slug(name) for name in self.augmentation.regions}
        return [slug for slug in slugs if slug in wanted]

    def region_names(self) -> dict[str, list[str]]:
        """Return the region names in each key of the section."""
        augmented = (self.augmentation and self.augmentation.regions) or []
        return {
            "regions": list(self.regions),
            "augmentation.regions": list(augmented),
        }

    def number_files(self) -> dict[str, str]:
        """Return the files of numbers by class, by key; those of the draws first."""
        settings = {"": self, **{f"regions.{name}.": one for name, one in self.regions.items()}}
        files = {f"{key}numbers": one.numbers for key, one in settings.items() if one.numbers}
        if self.augmentation and self.augmentation.numbers:
            files["augmentation.numbers"] = self.augmentation.numbers
        return files

    def drawing_files(self) -> list[str]:
        """Return the files of numbers that the draws depend on."""
        return sorted({path for key, path in self.number_files().items() if not key.startswith("augmentation.")})

    def files(self) -> list[str]:
        """Return all files in the section."""
        return sorted({*self.drawing_files(), *self.training_files()})

    def training_years(self, year: int, years: Collection[int]) -> list[int]:
        """Return the source years of a year's models; ``years`` are all years."""
        if self.years is None:
            return [year]
        return sorted(years if self.years == "all" else set(self.years))

    def source_years(self, year: int, years: Collection[int]) -> list[int]:
        """Return the source years of a year's models without the year itself."""
        annual = [self.annual.year] if self.annual else []
        return sorted({*self.training_years(year, years), *annual} - {year})

    def of_model(self, region: str, slugs: Sequence[str], year: int, years: Collection[int]) -> dict[str, Any]:
        """Return the part of the section that affects the model of a region and year in addition to the draws.

        ``years`` are those of the configuration.
        """
        augmentation = self.augmentation if region in self.augmented(slugs) else None
        parts = {
            "copies": self.copies,
            "augmentation": augmentation and augmentation.model_dump(mode="json", exclude={"regions"}),
            "annual": self.annual.model_dump(mode="json") if self.annual and self.annual.year != year else None,
            "years": self.training_years(year, years) if self.training_years(year, years) != [year] else None,
            "source_years": self.source_years(year, years),
        }
        return {key: part for key, part in parts.items() if part}

    def training_files(self) -> list[str]:
        """Return the files that training depends on."""
        amounts = self.augmentation.numbers if self.augmentation else None
        return [path for path in (self.copies, amounts) if path]
