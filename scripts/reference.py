"""Clean the reference polygons and split them into training and test."""

from functools import partial
from typing import TYPE_CHECKING

import geopandas as gpd

from landloom.core import nomenclature
from landloom.core.nomenclature import Nomenclature
from landloom.geo import vectors
from landloom.jobs import job
from landloom.reference import cleaning, target_values, train_test_split
from landloom.reference import settings as reference_settings
from landloom.reference.findings import Findings
from landloom.reference.settings import ReferenceSettings
from landloom.reference.target_settings import TargetSettings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.reference.cleaning` and :mod:`landloom.reference.train_test_split`."""
    settings = reference_settings.ReferenceSettings(**snakemake.params.reference)
    layers = (vectors.read_layer(snakemake.input.territory, layer) for layer in ("footprints", "regions"))
    ground = cleaning.Ground(*layers)
    clean = cleaned_values if snakemake.params.target else cleaned_classes
    polygons, findings, classes = clean(settings, ground)
    polygons = train_test_split.split(polygons, settings, snakemake.params.runs, snakemake.params.seed)
    train_test_split.note_gaps(polygons, ground.regions, classes, findings)
    for row in findings.rows:
        print(f"{row['finding']}: {row['count']}, {row['action']}, e.g. {row['ids']}")
    vectors.write_layers(snakemake.output.polygons, {"polygons": polygons})
    findings.write(snakemake.output.findings)


Cleaned = tuple[gpd.GeoDataFrame, Findings, Nomenclature]


def cleaned_classes(settings: ReferenceSettings, ground: cleaning.Ground) -> Cleaned:
    """Return the polygons of known classes, and the classes."""
    classes = nomenclature.read(snakemake.params.nomenclature)
    return *cleaning.clean(settings, snakemake.wildcards.year, classes, ground), classes


def cleaned_values(settings: ReferenceSettings, ground: cleaning.Ground) -> Cleaned:
    """Return the polygons of known values in bins, and the bins, which are written."""
    target = TargetSettings(**snakemake.params.target)
    sources = target.sources(settings, snakemake.wildcards.year)
    coding = partial(target_values.codes_of, target=target)
    polygons, findings = cleaning.clean_coded(sources, coding, settings, ground)
    polygons, _ = target_values.with_bins(polygons, target.bins, sources[0].path)
    target_values.write_bins(snakemake.output.bins, polygons)
    return polygons, findings, nomenclature.read(snakemake.output.bins)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
