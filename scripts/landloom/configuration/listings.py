"""Listings of archives and of folders of heights: what Snakemake knows of them while it plans."""

import dataclasses
import datetime
import functools
from functools import partial
from pathlib import Path
from typing import Any

from landloom.configuration.configuration import period_of
from landloom.configuration.plan import WorkflowPlan
from landloom.core.digests import digest
from landloom.core.errors import InputError
from landloom.sensors import archive_listing
from landloom.sensors.inventory import Inventory
from landloom.sensors.sentinel1 import dem_folder, nearby
from landloom.sensors.settings import SensorSettings
from landloom.timeseries import output_dates

Period = tuple[datetime.date, datetime.date]


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
        self._inventory = Inventory(plan.tiles if shared else [], Path(".cache", "products"))
        self.of = functools.cache(self._of)

    def _of(self, tile: str, year: str) -> list[list[str]]:
        """Return sensor, date, name and state of each product of a tile and year.

        Where an archive cannot be listed, this is one line without a sensor, whose third column says why: the survey
        meets the same error, and shows it without Snakemake's traceback, for all tiles at once.
        """
        period, watched = period_of(self._plan.settings, int(year)), self._plan.sensors.watched
        try:
            return [line for name in watched for line in self._of_sensor(name, tile, period)]
        except InputError as error:
            return [["", "", str(error), ""]]

    def _of_sensor(self, name: str, tile: str, period: Period) -> list[list[str]]:
        """Return the products of a sensor; those of an archive of all places are the same for all tiles."""
        sensor = self._plan.sensors.watched[name]
        list_archive = partial(archive_listing.listing, {name: sensor}, tile, *period, self._inventory)
        if not sensor.covers_all_places:
            return list_archive()
        return self._inventory.once(("everywhere", name, period), list_archive)

    def watched(self, tile: str, year: str) -> list[list[str]]:
        """Return what the survey of a tile and year depends on: as :meth:`of`, archives of all places as one line."""
        lines, everywhere = self.of(tile, year), self._everywhere()
        if not everywhere or any(not name for name, *_ in lines):
            return lines
        known = nearby.kept(archive_listing.memory(tile, year))
        period = period_of(self._plan.settings, int(year))
        return [line for line in lines if line[0] not in everywhere] + [
            [name, "", self._told(name, tile, period, known.get(name)), ""] for name in everywhere
        ]

    def _everywhere(self) -> dict[str, SensorSettings]:
        """Return the sensors whose archives are of all places."""
        return {name: one for name, one in self._plan.sensors.watched.items() if one.covers_all_places}

    def _told(self, name: str, tile: str, period: Period, known: nearby.Known | None) -> str:
        """Return the digest of an archive of all places."""
        near = partial(archive_listing.near, self._plan.sensors.watched[name], tile, period, self._inventory)
        everything = ("digest", name, period)
        return nearby.told(
            known,
            near,
            lambda: self._inventory.once(everything, lambda: digest(self._of_sensor(name, tile, period))),
        )

    def ground(self, tile: str, year: str) -> dict[str, str]:
        """Return the digest of each folder of heights that radar images of a tile are made with, by sensor."""
        kept = nearby.kept(dem_folder.memory(tile, year))
        return {
            name: self._ground_of(Path(folder), kept.get(name))
            for name, sensor in self._plan.sensors.settings.items()
            if (folder := sensor.ground_folder(tile))
        }

    def _ground_of(self, folder: Path, known: nearby.Known | None) -> str:
        files = self._inventory.once(("heights", folder), lambda: dem_folder.listing(folder))
        everything = ("digest", folder)
        return nearby.told(
            known,
            partial(dem_folder.state, files),
            lambda: self._inventory.once(everything, lambda: dem_folder.state(files)),
        )

    def number_of_products(self, tile: str, year: str) -> int:
        """Return how many products the archives hold for a tile and year.

        Of archives of all places, days count: a tile is seen by one pass a day or two.
        """
        lines, everywhere = self.of(tile, year), self._everywhere()
        days = {(name, date) for name, date, *_ in lines if name in everywhere}
        return len([name for name, *_ in lines if name and name not in everywhere]) + len(days)

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
