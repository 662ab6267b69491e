"""Methods of interpolation: from a pixel's clear looks to the output dates; one module each, found here by name.

A module has

- ``prepare(line, settings)``: what its kernel needs to know beside the series, for a timeline and the section
  `features.interpolation`;
- ``stack(values, valid, pixels, plan, recipe, features, column, seen, tasks)``: the kernel, which writes the feature
  vectors of some pixels, in so many tasks for threads (:func:`landloom.timeseries.gap_filling.tasks_of`);
- ``LACKING``: whether values may lack on a date;
- ``use_kernels()``: compile, ahead of the work.

Each has a kernel of its own, chosen once for a window, so that the fastest does not pay for the others.
"""

from landloom.core.registry import Registry

METHODS = Registry(
    {
        "linear": "landloom.timeseries.linear",
        "whittaker": "landloom.timeseries.whittaker",
        "savitzky_golay": "landloom.timeseries.savitzky_golay",
        "none": "landloom.timeseries.no_interpolation",
    }
)
"""By the name in the configuration."""
