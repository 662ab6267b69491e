"""Sample allocation: number of samples of each class in a region."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from landloom.samples.selection_settings import DrawSettings


@dataclass(frozen=True)
class DrawPlan:
    """Draw settings of a region.

    Attributes
    ----------
    settings : DrawSettings
    numbers : dict of code: int
        Content of the file ``settings.numbers``; empty without one.
    """

    settings: DrawSettings
    numbers: Mapping[int, int] = field(default_factory=dict)


def allocations(counts: pd.Series, plan: DrawPlan) -> pd.Series:
    """Return the number of samples to draw of each class.

    Parameters
    ----------
    counts : Series
        Pixels of each class in a region, at least one of each.

    Returns
    -------
    Series
        At most the number of pixels. ``total``: in proportion to the counts, by largest remainders; ``percent``:
        halves rounded up; at least one of each class for both. ``smallest``: as many as the smallest class has.
    """
    settings = plan.settings
    if settings.strategy == "all" or counts.empty:
        return counts
    if settings.strategy == "smallest":
        return counts.clip(upper=counts.min())
    if settings.strategy == "percent":
        assert settings.percent is not None
        return np.floor(counts * settings.percent / 100 + 0.5).astype(np.int64).clip(lower=1)
    if settings.strategy == "total":
        assert settings.number is not None
        return _in_proportion(counts, min(settings.number, int(counts.sum())))
    return counts.clip(upper=asked(counts.index, plan))


def asked(codes: pd.Index, plan: DrawPlan) -> pd.Series:
    """Return the numbers of ``per_class``; 0 for classes that are missing in the file of numbers."""
    if plan.settings.number is not None:
        return pd.Series(plan.settings.number, index=codes, dtype=np.int64)
    return pd.Series([plan.numbers.get(int(code), 0) for code in codes], index=codes, dtype=np.int64)


def _in_proportion(counts: pd.Series, total: int) -> pd.Series:
    exact = counts * total / counts.sum()
    base = np.floor(exact).astype(int)
    remainders = (exact - base).sort_values(ascending=False, kind="stable").index
    base.loc[remainders[: total - int(base.sum())]] += 1
    return base.clip(lower=1)


def note(pixels: Mapping[str, int], code: int, plan: DrawPlan) -> str:
    """Return the reason why a class has no samples in a region and run, or fewer than requested; else empty.

    Parameters
    ----------
    pixels : dict
        ``reference_pixels``, ``training_pixels``, ``usable_pixels`` (with enough valid observations), ``samples``.
    """
    settings = plan.settings
    if not pixels["reference_pixels"]:
        return "no reference pixel in this region"
    if not pixels["training_pixels"]:
        return "no reference pixel in this region trains in this run"
    if not pixels["usable_pixels"]:
        return f"no training pixel has {settings.minimum_valid_observations} valid observations"
    if settings.strategy != "per_class":
        return ""
    if settings.numbers and code not in plan.numbers:
        return f"not in {settings.numbers}: none is drawn"
    wanted = int(asked(pd.Index([code]), plan).iloc[0])
    if not wanted:
        return "none is requested"
    return "" if pixels["samples"] == wanted else f"fewer than the {wanted} requested: all are drawn"
