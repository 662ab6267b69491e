"""All samples that train a model: drawn in its region, drawn in another year, copied from other regions, made."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landloom.core import tables
from landloom.models.file_arrays import Store
from landloom.models.training_data import TrainingSet
from landloom.samples.augmentation import Augmentation, amounts, fill, note
from landloom.samples.csv_files import Copy
from landloom.training_set import training_set
from landloom.training_set.copies import copied
from landloom.training_set.training_set import Portion

_AUGMENTATION = 2
"""Names the sequence of random numbers that samples are made by."""


@dataclass(frozen=True)
class Model:
    """Which model is trained: region number, run, and the seed of every random choice."""

    region: int
    run: int
    seed: int


@dataclass(frozen=True)
class Source:
    """Samples of one class that come from one place.

    Attributes
    ----------
    code : int
    origin : str
        ``drawn``, ``drawn in 2017``, ``copied from atlantic``, ``smote`` ...
    samples : int
    note : str
        Why they are fewer than asked for; else empty.
    """

    code: int
    origin: str
    samples: int
    note: str = ""


def collect(
    portions_of: Callable[[int], list[Portion]],
    model: Model,
    copies: Sequence[Copy],
    augmentation: Augmentation | None,
    regions: Sequence[str],
    store: Store | None = None,
) -> tuple[TrainingSet, list[Source]]:
    """Gather what trains a model.

    Parameters
    ----------
    portions_of : function of a region number
        Returns the samples that are drawn there in the model's run.
    copies : sequence of Copy
        For all regions. They see what was drawn, never each other.
    augmentation : Augmentation or None
        Sees what was drawn and copied.
    regions : sequence of str
        Names of the regions, in the order of their numbers.
    store : Store or None
        Where their features lie; in memory without one.

    Returns
    -------
    samples : TrainingSet
    sources : list of Source
        Where they come from.

    Raises
    ------
    InputError
        Where there is no sample, or only one class.
    """
    found = portions_of(model.region)
    sources = _counted(found)
    rules = sorted(rule for rule in copies if rule.destination == model.region)
    source_years = {number: portions_of(number) for number in sorted({rule.source for rule in rules})}
    for rule in rules:
        origin = f"copied from {regions[rule.source - 1]}"
        of_other_years = copied(rule, source_years[rule.source], origin, model.seed, model.run)
        found = found + of_other_years.portions
        sources.append(Source(rule.code, origin, sum(map(len, of_other_years.portions)), of_other_years.note))
    if augmentation is None:
        return training_set.gather(found, store=store), sources
    counts = _counts(found)
    missing = amounts(counts, augmentation)
    samples = training_set.gather(found, sum(missing.values()), store)
    return samples, sources + _augment(samples, missing, counts, augmentation, model)


def _counts(found: Sequence[Portion]) -> dict[int, int]:
    """Return the samples of each class."""
    counts: Counter[int] = Counter()
    for portion in found:
        codes, sizes = np.unique(portion.codes, return_counts=True)
        counts.update(dict(zip(codes.tolist(), sizes.tolist(), strict=True)))
    return dict(counts)


def _counted(found: Sequence[Portion]) -> list[Source]:
    """Return how many samples of each class were drawn where."""
    origins: dict[str, list[Portion]] = {}
    for portion in found:
        # Of an earlier map, blocks of ground with negative numbers stand for polygons.
        of_map = portion.polygons < 0
        origins.setdefault(portion.origin, []).append(portion.restricted(~of_map))
        origins.setdefault(f"{portion.origin} from an earlier map", []).append(portion.restricted(of_map))
    counts = [(origin, _counts(origins[origin])) for origin in sorted(origins)]
    return [Source(code, origin, size) for origin, sizes in counts for code, size in sorted(sizes.items())]


def _augment(
    samples: TrainingSet,
    missing: Mapping[int, int],
    counts: Mapping[int, int],
    augmentation: Augmentation,
    model: Model,
) -> list[Source]:
    """Make samples of the classes that are short of some, in the places left for them."""
    start = len(samples.codes) - samples.made
    there = samples.codes[:start].copy()
    for code, number in missing.items():
        of_class = np.flatnonzero(there == code)
        rng = np.random.default_rng([model.seed, model.run, model.region, code, _AUGMENTATION])
        part = slice(start, start + number)
        parents = fill(samples.features[part], samples.features[of_class], augmentation.settings, rng)
        samples.codes[part], samples.polygons[part] = code, samples.polygons[of_class[parents]]
        start += number
    settings = augmentation.settings
    absent = sorted(code for code, number in augmentation.numbers.items() if number and code not in counts)
    made = [Source(code, settings.method, number, note(counts[code], settings)) for code, number in missing.items()]
    return made + [Source(code, settings.method, 0, "no sample to make others from") for code in absent]


def write_sources(sources: Sequence[Source], path: Path | str) -> None:
    """Write where samples come from as CSV: ``code``, ``origin``, ``samples``, ``note``."""
    rows = ((one.code, one.origin, one.samples, one.note) for one in sources)
    tables.write(path, ("code", "origin", "samples", "note"), rows)
