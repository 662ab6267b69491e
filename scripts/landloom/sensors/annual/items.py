"""Files of annual layers that STAC items tell: on disk or on another machine, read by HTTP ranges.

An item is of the year of its `datetime`, or of its `start_datetime`. The tile of an item is told by its box.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from landloom.core.digests import digest_of_text
from landloom.core.errors import InputError
from landloom.sensors.inventory import Inventory
from landloom.sensors.stac import assets, items
from landloom.sensors.stac.items import Item


@dataclass(frozen=True)
class ItemFile:
    """File of an item.

    Attributes
    ----------
    name : str
        Id of the item.
    path : str
        GDAL path.
    box : tuple of float
        West, south, east, north in degrees; empty if the item does not tell it.
    told : str
        Digest of what the item says of the file.
    """

    name: str
    path: str
    box: tuple[float, ...]
    told: str

    @property
    def is_remote(self) -> bool:
        """Return whether the file is on another machine."""
        return self.path.startswith("/vsi")

    def shows(self, box: tuple[float, float, float, float]) -> bool:
        """Return whether the file may show ground of a box; west is above east across the 180th meridian."""
        if len(self.box) != 4:
            return True
        apart = self.box[3] < box[1] or self.box[1] > box[3]
        across = self.box[0] > self.box[2] or box[0] > box[2]
        return not apart and (across or not (self.box[2] < box[0] or self.box[0] > box[2]))


def by_year(archive: str, asset: str, inventory: Inventory) -> dict[str, list[ItemFile]]:
    """Return the files of the items in a folder, sorted by id, of each year.

    Raises
    ------
    InputError
        If items cannot be read, or one lacks the asset or its address.
    """
    found = inventory.once(("annual items", archive), lambda: items.load(Path(archive)))
    of_years: dict[str, list[ItemFile]] = {}
    for item in sorted(found, key=lambda one: one.name):
        of_years.setdefault(f"{item.date.year:04}", []).append(_file(item, asset))
    return of_years


def _file(item: Item, key: str) -> ItemFile:
    given = item.content.get("assets")
    asset = given.get(key) if isinstance(given, dict) else None
    if not isinstance(asset, dict):
        known = ", ".join(sorted(given)) if isinstance(given, dict) else "none"
        raise InputError(f"{assets.where(item)}: has no asset {key}; it has {known}")
    address = assets.address(item, asset, key, None)
    scheme = urlsplit(address).scheme.lower()
    if scheme in ("http", "https") and (urlsplit(address).query or "@" in urlsplit(address).netloc):
        raise InputError(
            f"{assets.where(item)}: the address of asset {key} holds a signature or password, which would get into "
            "tables; use items with plain addresses, or files on disk"
        )
    remote = {"s3": f"/vsis3/{address[5:]}", "http": f"/vsicurl/{address}", "https": f"/vsicurl/{address}"}
    box = item.content.get("bbox")
    numbers = tuple(float(one) for one in box) if isinstance(box, list) and len(box) == 4 else ()
    told = {name: value for name, value in asset.items() if name in ("href", "file:checksum", "file:size")}
    return ItemFile(
        item.name, remote.get(scheme, address), numbers, digest_of_text(json.dumps([item.time, told], sort_keys=True))
    )


def as_text(files: list[ItemFile]) -> str:
    """Return files as the content of a product."""
    return json.dumps([[one.name, one.path, list(one.box), one.told] for one in files])


def of_text(text: str) -> list[ItemFile]:
    """Return the files of a product's content."""
    return [ItemFile(name, path, tuple(box), told) for name, path, box, told in json.loads(text)]
