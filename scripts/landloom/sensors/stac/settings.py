"""Section of the configuration for STAC items: bands by assets, masks, search, signing."""

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from landloom.core import addresses
from landloom.core.section import FolderPath, Name, PositiveInt, Section
from landloom.core.stored_values import DECIBEL_SCALE
from landloom.sensors.acquisition import ENVIRONMENT
from landloom.sensors.file_scaling import FILE_SCALING, Scale
from landloom.sensors.key_effects import KeyEffect
from landloom.sensors.mask_settings import MaskSettings
from landloom.sensors.sentinel1.filter_settings import SpeckleFilterSettings
from landloom.sensors.settings import SensorSettings
from landloom.sensors.stac.boxes import Box, check_boxes

PLANETARY_COMPUTER = "https://planetarycomputer.microsoft.com/api/sas/v1/token/{collection}"
PLANETARY_COMPUTER_HOSTS = (".blob.core.windows.net",)
TILE_PLACEHOLDERS = ("{tile}", "{mgrs}")
"""Placeholders in the query of a search: the tile's name, and that without a leading `T`, as in Sentinel-2 items."""

Nodata = Annotated[float, Field(allow_inf_nan=True)]


def _web_address(url: str) -> str:
    if not re.fullmatch(r"https?://([^\s/?#@]+@)?[^\s/?#@]+(/[^\s#]*)?", url):
        raise ValueError("must be an address that begins with http:// or https://")
    if found := addresses.written_secret(url):
        raise ValueError(f"must not hold {found}: write ${{NAME}} there, and set this variable of the environment")
    return url


WebAddress = Annotated[str, AfterValidator(_web_address)]


class StacBand(Section):
    """Band of items: its asset, and its scaling where that of the items is wrong or missing."""

    asset: str = Field(description="key of the asset, or name or common name of one of its bands", min_length=1)
    number: PositiveInt | None = Field(None, description="number of the band in the asset's file, from 1")
    scale: Scale | None = Field(None, description="by default the sensor's `scale`")
    offset: float | None = Field(None, description="by default the sensor's `offset`")
    nodata: Nodata | None = Field(None, description="by default the sensor's `nodata`")


class StacMask(MaskSettings):
    """The mask of items."""

    asset: str = Field(description="key of the asset", min_length=1)


class StacSearch(Section):
    """Search for items, in a separate job for each tile and year: see docs/stac.md."""

    url: WebAddress = Field(
        description="landing page of the API; secrets in it are variables of the environment, as "
        "`https://host/stac?api_key=${KEY}` or `https://${USER}:${PASSWORD}@host/stac`"
    )
    collections: list[str] = Field(description="collections to search", min_length=1)
    query: dict[str, Any] = Field(
        {},
        description="conditions on properties:  `{'grid:code': {eq: 'MGRS-{mgrs}'}, 'eo:cloud_cover': {lt: 80}}`; "
        "`{tile}` stands for the tile, `{mgrs}` for its name without a leading `T`",
    )
    page: Annotated[int, Field(ge=1, le=1000)] = Field(100, description="items per request")


class StacSigning(Section):
    """Signing of asset addresses: a token, fetched when files are opened, is appended to them."""

    type: Literal["planetary_computer", "token_url", "environment"]
    url: WebAddress | None = Field(
        None,
        description="for `token_url`: the address that returns `{token, msft:expiry}`; `{collection}` stands for "
        "the item's collection; secrets in it are variables of the environment, as in `search.url`",
    )
    token: str | None = Field(
        None, description="for `environment`: the token, with a variable of the environment:  `api_key=${KEY}`"
    )
    hosts: list[str] = Field(
        [],
        description="the token is sent only to hosts whose names end like this; by default to all, for "
        "`planetary_computer` to .blob.core.windows.net",
    )

    @model_validator(mode="after")
    def _has_an_address(self) -> "StacSigning":
        if self.type == "token_url" and self.url is None:
            raise ValueError("give the `url` that returns a token")
        if (self.type == "environment") != (self.token is not None):
            raise ValueError("give `token` with `type: environment`, and nowhere else")
        if self.token is not None and not re.fullmatch(r"([\w.-]+=)?\$\{[A-Z_][A-Z0-9_]*\}", self.token):
            raise ValueError("token: must name a variable of the environment, as `api_key=${KEY}` or `${TOKEN}`")
        if self.token is not None and not self.hosts:
            raise ValueError("give `hosts`, so that the token is sent to no other")
        return self

    def token_url(self) -> str:
        """Return the address of tokens, or the text with the variable that is one."""
        return f"{ENVIRONMENT}{self.token}" if self.token else self.url or PLANETARY_COMPUTER

    def signs(self, host: str) -> bool:
        """Return whether addresses of a host are signed."""
        hosts = tuple(self.hosts) or (PLANETARY_COMPUTER_HOSTS if self.type == "planetary_computer" else ("",))
        return host.endswith(hosts)


class StacSettings(SensorSettings):
    """STAC items and their GeoTIFF or JPEG 2000 assets, on disk or read by HTTP in windows: see docs/stac.md."""

    TELLS_ORBIT: ClassVar[bool] = True
    ARCHIVE_IS_A_FOLDER: ClassVar[bool] = False

    type: Literal["stac"]
    archive: Annotated[FolderPath, KeyEffect.CHOICE] = Field(
        "",
        description="JSON file of items (an Item, a FeatureCollection, or a list), or a folder of such files at any "
        "depth (of three at most); leave out with `search`",
    )
    search: Annotated[StacSearch | None, KeyEffect.CHOICE] = Field(
        None, description="search of an API, instead of `archive`"
    )
    sign: StacSigning | None = Field(None, description="without it, addresses are used unsigned")
    tile_property: Annotated[str | None, KeyEffect.CHOICE] = Field(
        None, description="property that names the tile; by default grid:code, mgrs:*, s2:* or landsat:wrs_*"
    )
    tile_pattern: Annotated[str | None, KeyEffect.CHOICE] = Field(
        None, description="instead, a regular expression on the item's id whose group `tile` names the tile"
    )
    boxes: Annotated[dict[Name, Box], KeyEffect.CHOICE] = Field(
        {},
        description="instead, tile: its box (west, south, east, north in degrees; west is above east across the "
        "180th meridian); overlapping items belong to it",
    )
    bands: dict[Name, str | StacBand] = Field(
        description="name of your choice: key of an asset, or name or common name of a band (`red`, `nir`), or a "
        "section with `asset`",
        min_length=1,
    )
    mask: StacMask | Literal["auto", "none"] = Field(
        "auto", description="`auto`: by the asset scl, qa_pixel or Fmask; `none`: every pixel with data is valid"
    )
    backscatter: Literal["power"] | None = Field(
        None,
        description="`power`: bands are linear power of radar (RTC), read as those of `sentinel1_grd`: prepared on "
        "the tile's grid, filtered, in dB; `mask: auto` is none then",
    )
    filter: Annotated[SpeckleFilterSettings | None, KeyEffect.FILTERING] = Field(
        None, description="speckle filter of `backscatter`; by default `quegan_yu`, which needs the items' orbits"
    )
    scale: Scale | None = Field(
        None,
        description="reflectance (or power) = stored value x scale + offset; by default the item's, or its family's; "
        "of `backscatter` 1",
    )
    offset: float | None = Field(None, description="see scale")
    file_scaling: Literal["use", "ignore"] = FILE_SCALING
    nodata: Nodata | None = Field(
        None,
        description="nodata value, beside those of the item and of the file; without a value here and in the item, "
        "also that of its family; without any, -10000 where int16 needs no scaling",
    )
    alternate: str | None = Field(
        None, description="name of the alternate address (alternate-assets extension) to read, as `s3`"
    )
    common_names: Annotated[dict[str, str], KeyEffect.READING] = Field(
        {},
        description="band name: its standard letter in spyndex, for indices; known for bands given by common names",
    )

    @property
    def images(self) -> str:
        """Return the form of prepared images."""
        return "backscatter" if self.is_radar else super().images

    @property
    def unit(self) -> float:
        """Return the stored number of 1 in the unit in which formulas have the bands."""
        return DECIBEL_SCALE if self.is_radar else super().unit

    @property
    def is_radar(self) -> bool:
        """Return whether bands are backscatter."""
        return self.backscatter is not None

    @property
    def reading(self) -> dict[str, Any]:
        """Return the speckle filter of backscatter, as plain values."""
        chosen = self.filter or SpeckleFilterSettings()  # type: ignore[call-arg]
        return {"filter": chosen.model_dump(mode="json")} if self.is_radar else {}

    @property
    def hint_without_products(self) -> str:
        """Return a hint for a tile without products."""
        return "Items need a tile in grid:code, mgrs, s2 or landsat:wrs properties; or give `boxes`."

    @field_validator("tile_pattern")
    @classmethod
    def _names_a_tile(cls, pattern: str | None) -> str | None:
        try:
            known = pattern is None or "tile" in re.compile(pattern).groupindex
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"is not a regular expression ({error})") from None
        if not known:
            raise ValueError("must hold a group `(?P<tile>...)`")
        return pattern

    @field_validator("boxes")
    @classmethod
    def _boxes_are_degrees(cls, boxes: dict[str, list[float]]) -> dict[str, list[float]]:
        return check_boxes(boxes)

    @model_validator(mode="after")
    def _goes_together(self) -> "StacSettings":
        if bool(self.archive) == bool(self.search):
            raise ValueError("give either `archive` (a file or folder of items) or `search`")
        if sum(map(bool, (self.tile_property, self.tile_pattern, self.boxes))) > 1:
            raise ValueError("give one of `tile_property`, `tile_pattern`, `boxes`")
        asked = str(self.search.query) if self.search else ""
        if self.search and not self.boxes and not any(name in asked for name in TILE_PLACEHOLDERS):
            raise ValueError("`search` would find the whole world: give `boxes`, or a `query` with {tile} or {mgrs}")
        if self.filter and not self.is_radar:
            raise ValueError("filter: is of `backscatter`; add `backscatter: power`, or leave it out")
        if self.common_names and self.is_radar:
            raise ValueError("common_names: indices are of reflectances, not of `backscatter`; leave it out")
        unknown = sorted(set(self.common_names) - set(self.bands))
        if unknown:
            raise ValueError(f"common_names names {unknown}, which `bands` lacks")
        return self
