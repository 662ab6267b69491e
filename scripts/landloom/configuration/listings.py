"""Listings of the archives: what Snakemake knows of products while it plans, without opening any."""

import dataclasses
import functools
from typing import Any

from landloom.configuration.configuration import period_of
from landloom.configuration.plan import WorkflowPlan
from landloom.core.errors import InputError
from landloom.sensors import archive_listing
from landloom.sensors.inventory import Inventory
from landloom.timeseries import output_dates


class Listings:
    """What the archives hold for each tile and year: listed when it is asked for, once.

    Parameters
    ----------
    plan : WorkflowPlan
    shared : bool
        Whether all tiles are asked for: their folders are read together then. A job of its own process asks for one.
    """

    def __init__(self, plan: WorkflowPlan, *, shared: bool) -> None:
        self._plan = plan
        self._inventory = Inventory(plan.tiles if shared else [])
        self.of = functools.cache(self._of)

    def _of(self, tile: str, year: str) -> list[list[str]]:
        """Return sensor, date, name and state of each product of a tile and year.

        Where an archive cannot be listed, this is one line without a sensor, whose third column says why: the survey
        meets the same error, and shows it without Snakemake's traceback, for all tiles at once.
        """
        days = period_of(self._plan.settings, int(year))
        try:
            return archive_listing.listing(self._plan.sensors.watched, tile, *days, self._inventory)
        except InputError as error:
            return [["", "", str(error), ""]]

    def number_of_products(self, tile: str, year: str) -> int:
        """Return how many products the archives hold for a tile and year."""
        return len([name for name, *_ in self.of(tile, year) if name])

    def problems(self, year: str) -> list[str]:
        """Return why the archives of some tiles cannot be listed, which leaves no dates that all tiles share."""
        if not self._plan.sensors.listing_tells_products:
            return []
        listed = [line for tile in self._plan.tiles for line in self.of(tile, year)]
        return list(dict.fromkeys(problem for name, _, problem, _ in listed if not name))

    def date_ranges(self, year: str) -> dict[str, tuple[Any, ...]]:
        """Return what output dates follow from, of each sensor; nothing where the listing does not tell it.

        The days that all tiles share, and the tiles that bound them; or the dates that all tiles have.
        """
        if not self._plan.sensors.listing_tells_products:
            return {}
        calendars = self._plan.sensors.calendars
        return {
            name: dataclasses.astuple(output_dates.basis(calendars[name]["output_dates"], by_tile))
            for name, by_tile in self._dates(year).items()
        }

    def unseen_sensors(self, year: str) -> list[str]:
        """Return the sensors that no tile needs and no tile has, as the archives of all tiles tell."""
        plan = self._plan
        if not plan.sensors.optional or any(not name for tile in plan.tiles for name, *_ in self.of(tile, year)):
            return []
        seen = self._dates(year)
        return [name for name in plan.sensors.optional if name not in seen]

    def _dates(self, year: str) -> dict[str, dict[str, list[Any]]]:
        """Return the dates of the products of each sensor and tile: as text, which is in order as dates are."""
        dates: dict[str, dict[str, list[Any]]] = {}
        for tile in self._plan.tiles:
            for name, date, _, _ in self.of(tile, year):
                dates.setdefault(name, {}).setdefault(tile, []).append(date)
        return {name: by_tile for name, by_tile in dates.items() if name in self._plan.sensors.watched}
