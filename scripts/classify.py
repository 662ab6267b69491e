"""Classify a tile: the models of all runs and regions in one pass."""

import datetime
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.accuracy import class_counts
from landloom.cards import choice
from landloom.context import agreement
from landloom.context.superpixel_windows import SuperpixelParts
from landloom.core import checksums
from landloom.core.digests import digest
from landloom.core.memory import CARD_MB
from landloom.features import assembly, card_layout
from landloom.features import pipeline as tiles
from landloom.features.pipeline import TilePipeline
from landloom.features.vectors import Layout
from landloom.fusion import sensor_model
from landloom.geo import grids, rasters, window_shapes, windows
from landloom.jobs import compilation, job
from landloom.maps import classification
from landloom.maps.applied_models import Areas, owned_windows
from landloom.maps.classification import Tile
from landloom.maps.fused_runs import Fusion
from landloom.maps.kinds import KINDS
from landloom.maps.prediction import Parts
from landloom.maps.run_map import Run
from landloom.models import files, own_class_settings, placement, transfer
from landloom.models.interface import Model
from landloom.objects.superpixel_settings import SuperpixelSettings
from landloom.reading import counted_values, series_reader

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

    from landloom.cards.card import Card


def main() -> None:
    """Connect the rule to :func:`landloom.maps.classification.classify`."""
    sources = assembly.Sources.of_content(
        snakemake.params.sensors, snakemake.params.rasters, snakemake.params.features
    )
    kind = KINDS.load(snakemake.params.kind)
    compilation.prepare(series_reader.use_kernels, *sources.use_kernels, files.use_kernels, kind.use_kernels)
    threads = job.limit_threads(snakemake.threads)
    grid = grids.load(snakemake.input.grid)
    given = snakemake.input
    if_any = [given.get(name, "") for name in ("shifts", "functions", "prepared")]
    known = assembly.Tables(given.table, given.dates, *if_any)
    pipeline = assembly.of_tile(sources, known, grid, snakemake.wildcards.tile, snakemake.wildcards.year)
    legend = kind.read_legend(snakemake.params.target or snakemake.params.nomenclature)
    tile = Tile(grid, pipeline.layout, Areas(given.regions, given.get("weights")), legend, kind)
    parts = parts_of_windows()
    card = choice.chosen(snakemake.resources.device, proofs_of_cards(pipeline.layout))
    with tiles.open_reader(pipeline, grid, threads) as reader:
        limit = most_pixels(tile, pipeline, reader.kept_bytes + (CARD_MB * 10**6 if card else 0))
        margin_px = pipeline.layout.margin_px + (parts.reach_px if isinstance(parts, SuperpixelParts) else 0)
        plan = windows.plan(grid, reader.blocks(), limit, margin_px)
        owned, regions = owned_windows(tile.areas, plan.windows)
        runs = [
            run_of(run, regions, pipeline.layout.names, pipeline.output_dates, kind.codes_of(legend).tolist(), card)
            for run in range(len(snakemake.params.runs))
        ]
        if card and placement.find_vectors_there(model for one in runs for model in one.models.values()):
            tile = replace(tile, layout=card_layout.on_card(pipeline.layout, card))
        counts, stopwatch = classification.classify(tile, owned, reader, runs, fusions_of(runs, card), parts)
    print(f"{plan}, {threads} threads, runs: {len(runs)}; {stopwatch.fractions()}", file=sys.stderr)
    counted_values.write(reader.value_counts(), snakemake.output.values)
    fused_counts = [snakemake.output.fused_counts] if snakemake.params.fusion else []
    for found, path in zip(counts, [*snakemake.output.counts, *fused_counts], strict=True):
        class_counts.write(found, path)


def parts_of_windows() -> Parts:
    """Return how windows are cut into chunks: with auto-context, into whole superpixels."""
    context = snakemake.params.context
    if not context:
        return classification.PLAIN
    reach_px = SuperpixelSettings(**context["superpixels"]).reach_px
    return SuperpixelParts(snakemake.input.superpixels, reach_px, context["histogram"])


def proofs_of_cards(layout: Layout) -> Iterator[choice.Proof]:
    """Yield what proves that a card gives the numbers of the processor; nothing where it could not help."""
    of_models = placement.proofs(snakemake.input.models)
    yield from of_models
    if of_models and card_layout.fits(layout):
        yield card_layout.proof


def most_pixels(tile: Tile, pipeline: TilePipeline, kept_bytes: int) -> int:
    """Return the largest number of pixels of a window beside the models and the output blocks of all runs.

    Parameters
    ----------
    kept_bytes : int
        Memory of the files' blocks that the reader keeps from window to window, and of the host for a card.
    """
    memory_mb = job.planned_mb(snakemake.resources.mem_mb, snakemake.resources.attempt)
    fused = tile.kind.FUSED_LAYERS if snakemake.params.fusion else ()
    written = layers_written() * len(snakemake.params.runs) + list(fused)
    other = classification.block_bytes(tile.grid, len(tile.kind.codes_of(tile.nomenclature)), written)
    other += kept_bytes + sum(Path(path).stat().st_size for path in snakemake.input.models)
    other += window_shapes.MOST_PIXELS * len(snakemake.params.regions) if tile.areas.weights else 0
    return windows.most_pixels(memory_mb, pipeline.bytes_per_pixel, other, pipeline.layout.bytes_per_pixel)


def layers_written() -> list[str]:
    """Return the layers of each run."""
    of_kind = KINDS.load(snakemake.params.kind).LAYERS
    return [layer.name for layer in of_kind if layer.name in snakemake.output.keys()]  # noqa: SIM118


def run_of(
    run: int,
    regions: Sequence[int],
    names: list[str],
    dates: Mapping[str, Sequence[datetime.date]],
    codes: list[int],
    card: "Card | None",
) -> Run:
    """Return a run: its models of the regions in the tile, and its rasters."""
    models = {number: model_of(run, number, names, dates, codes, card) for number in regions}
    used = digest([checksums.of_file(path).sha256 for number in regions for path in paths_of(run, number)])
    tags = tags_of(snakemake.params.config, card) | {rasters.MODELS_TAG: used}
    return Run(models, {layer: Path(snakemake.output[layer][run]) for layer in layers_written()}, tags)


def tags_of(config: str, card: "Card | None") -> dict[str, str]:
    """Return the tags of maps: how they were made, on which device and, of networks, by which numbers."""
    precision = placement.precision_of(snakemake.input.models)
    tags = rasters.provenance(config, snakemake.params.code) | {rasters.DEVICE_TAG: card.name if card else choice.CPU}
    return tags | ({rasters.PRECISION_TAG: precision} if precision else {})


def fusions_of(runs: Sequence[Run], card: "Card | None") -> list[Fusion]:
    """Return how the runs are fused in the same pass: at most one way."""
    if not snakemake.params.fusion:
        return []
    outputs = {
        layer: Path(snakemake.output[f"fused_{layer}"]) for layer in KINDS.load(snakemake.params.kind).FUSED_LAYERS
    }
    tags = tags_of(snakemake.params.config_fused, card)
    return [Fusion(**snakemake.params.fusion, target=Run(runs[0].models, outputs, tags))]


def paths_of(run: int, number: int) -> list[str]:
    """Return the files of a run's models of a region: one, or one for each group of sensors."""
    return of_model(list(snakemake.input.models), run, number)


def of_model(paths: list[str], run: int, number: int) -> list[str]:
    """Return those files that belong to a run and a region; they come run by run, in the order of regions."""
    regions = len(snakemake.params.regions)
    groups = len(paths) // (regions * len(snakemake.params.runs))
    start = (run * regions + number - 1) * groups
    return paths[start : start + groups]


def model_of(
    run: int,
    number: int,
    names: list[str],
    dates: Mapping[str, Sequence[datetime.date]],
    codes: list[int],
    card: "Card | None",
) -> Model:
    """Return a run's model of a region; that of several groups of sensors is one, too."""
    paths, own = paths_of(run, number), own_class_settings.of_content(snakemake.params.get("own_class"))
    if not snakemake.input.get("beliefs"):
        model = files.load(paths[0], own)
        agreement.check(paths[0], model, snakemake.params.context)
        model = placement.on_card(model, card)
        transfer.check_model(paths[0], model, names, dates)
        transfer.check_embeddings(paths[0], model, snakemake.params.embeddings)
        return model
    from landloom.fusion import sensor_beliefs  # with pandas, which others do without

    tables = of_model(list(snakemake.input.beliefs), run, number)
    evidence = sensor_beliefs.of_tables(tables, codes, snakemake.params.mass)
    members = [placement.on_card(files.load(path, own), card) for path in paths]
    return sensor_model.joined(members, names, snakemake.params.all_sensors, evidence, codes)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
