"""Samples drawn in one region that train the model of another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from landloom.samples.csv_files import ALL, Copy
from landloom.samples.random_keys import keys
from landloom.training_set.training_set import Portion

_COPIES_STREAM = 10**6
"""Added to the run in the seed of what is copied; there are not as many runs."""


@dataclass(frozen=True, eq=False)
class Copied:
    """What one line of the file of copies came to.

    Attributes
    ----------
    portions : list of Portion
    note : str
        Where the source has fewer samples than asked for.
    """

    portions: list[Portion]
    note: str


def copied(rule: Copy, source: Sequence[Portion], origin: str, seed: int, run: int) -> Copied:
    """Draw the samples of one region that are copied to another.

    Drawn are those of the smallest keys, as among pixels (see :mod:`landloom.samples.random_keys`), but of other keys
    than those: samples that were drawn from more pixels have smaller ones, and would be nearly all that is copied. So
    samples of the reference, of an earlier map and of another year are copied in proportion to their numbers. What is
    copied to several regions are the same samples.

    Parameters
    ----------
    rule : Copy
    source : sequence of Portion
        Samples of the source region in this run, without what was copied there.
    origin : str
        Of the copies.
    """
    of_class = [portion.restricted(portion.codes == rule.code) for portion in source]
    of_class = [replace(portion, origin=origin) for portion in of_class if len(portion)]
    there = sum(map(len, of_class))
    note = _note(rule.number, there)
    if rule.number == ALL or rule.number >= there:
        return Copied(of_class, note)
    found = [keys(portion.tile, portion.rows, portion.columns, seed, run + _COPIES_STREAM) for portion in of_class]
    drawn = np.zeros(there, bool)
    drawn[np.argsort(np.concatenate(found), kind="stable")[: rule.number]] = True
    parts = np.split(drawn, np.cumsum([len(portion) for portion in of_class])[:-1])
    return Copied([portion.restricted(part) for portion, part in zip(of_class, parts, strict=True)], note)


def _note(wanted: int, there: int) -> str:
    """Say why fewer samples are copied than wanted; nothing where as many are."""
    if there >= max(wanted, 1) or wanted == 0:
        return ""
    return f"there are only {there} samples to copy" if there else "the source has no samples of the class"
