"""Tell the accuracy by folds of the samples, the polygons whose labels these contradict, and what features bring."""

from typing import TYPE_CHECKING

from landloom.accuracy import fold_scores, permutation_importance
from landloom.accuracy.fold_schemes import ALL_SENSORS
from landloom.accuracy.settings import CrossValidationSettings
from landloom.core import nomenclature
from landloom.core.files import write_text
from landloom.core.tables import frame_text
from landloom.fusion import sensor_beliefs
from landloom.jobs import job
from landloom.training_set import suspected_polygons

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def write_importance(path: str) -> None:
    """Gather what sensors, dates and bands bring, from the cross-validations of all regions."""
    groups = len(snakemake.params.groups) or 1
    tables = permutation_importance.read_tables(snakemake.input.importances, snakemake.params.regions, groups)
    write_text(path, permutation_importance.as_csv(permutation_importance.gathered(tables)))


def main() -> None:
    """Connect the rule to :mod:`~landloom.accuracy.fold_scores` and :mod:`~.training_set.suspected_polygons`."""
    settings = CrossValidationSettings(**snakemake.params.cross_validation)
    codes = nomenclature.read(snakemake.params.nomenclature).codes
    pairs = [(run, region) for run in snakemake.params.runs for region in snakemake.params.regions]
    found = iter(map(fold_scores.read_labels, snakemake.input.predictions))
    groups = snakemake.params.groups or [ALL_SENSORS]
    by_group = {pair: {group: next(found) for group in groups} for pair in pairs}
    predictions = {
        pair: sensor_beliefs.together(list(one.values()), codes, snakemake.params.mass)
        for pair, one in by_group.items()
    }
    alone = {group: {pair: one[group] for pair, one in by_group.items()} for group in snakemake.params.groups}
    scores = fold_scores.scores_by_sensors(predictions, alone, codes)
    found = suspected_polygons.of_regions(predictions, settings.suspected)
    write_text(snakemake.output.scores, frame_text(scores))
    write_text(snakemake.output.suspected, frame_text(found))
    if path := snakemake.output.get("importance"):
        write_importance(path)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
