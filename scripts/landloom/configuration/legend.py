"""Classes of the nomenclature, as far as products depend on them."""

from dataclasses import dataclass

from landloom.configuration.configuration import Configuration, made_here
from landloom.core import nomenclature

BINS = "results/{year}/target_bins.csv"
"""Bins of a target, which stand in for classes: a nomenclature that the rule `reference` makes."""


@dataclass(frozen=True)
class Legend:
    """What of the nomenclature products depend on.

    Attributes
    ----------
    made_files : list of path
        The nomenclature where a rule of ours makes it: an input then, which cannot be read yet.
    classes : dict of code: label, or empty list
        What maps depend on. Names and colours make none again.
    groups : dict of code: group, or empty list
        What scores do, too.
    """

    made_files: list[str]
    classes: dict[int, str] | list[str]
    groups: dict[int, str] | list[str]

    @classmethod
    def of(cls, settings: Configuration) -> "Legend":
        """Return the legend of a configuration.

        Raises
        ------
        InputError
            Where the nomenclature cannot be read.
        """
        if settings.nomenclature is None:
            return cls([BINS], [], [])
        if made_here(settings, settings.nomenclature):
            return cls([settings.nomenclature], [], [])
        known = nomenclature.read(settings.nomenclature)
        return cls([], known.label_by_code(), known.group_by_code())
