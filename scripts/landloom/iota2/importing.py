"""A configuration of iota2 as one of landloom, with tables beside it and an answer for each key."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from landloom.configuration.configuration import ConfigurationError, parse
from landloom.core.errors import InputError
from landloom.core.files import write_text
from landloom.iota2 import (
    chain_keys,
    date_keys,
    feature_keys,
    map_keys,
    model_keys,
    reading,
    sample_keys,
    sensor_keys,
    unneeded,
)
from landloom.iota2.answers import LOST, Answer
from landloom.iota2.translation import Options, Translation

_HEAD = """\
# From a configuration of iota2, {source}, by `python -m landloom.iota2`; docs/from_iota2.md explains differences.
# Relative paths begin in the folder that Snakemake runs in (--directory): the folder of this file, for its tables.

"""
_ORDER = (
    *("title", "years", "tiles", "sensors", "rasters", "grid", "features", "regions", "target", "nomenclature"),
    *("reference", "samples", "model", "context", "objects", "map", "sensor_fusion", "fusion", "vectors"),
)


@dataclass(frozen=True)
class Imported:
    """What becomes of a file.

    Attributes
    ----------
    content : dict
        The configuration of landloom.
    tables : dict of str: str
        Text of the tables beside it, by name.
    answers : tuple of Answer
    refused : tuple of str
        What landloom's own check of the configuration says, a line each.
    """

    content: Mapping[str, Any]
    tables: Mapping[str, str]
    answers: tuple[Answer, ...]
    refused: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Return whether all that is asked for is in the configuration, and landloom accepts it."""
        return not self.refused and not any(answer.status in LOST for answer in self.answers)


def translated(document: reading.Block, options: Options) -> Imported:
    """Return what becomes of a document of iota2."""
    one = Translation(document, options)
    chains = map_keys.builders(one)
    chain_keys.translate(one)
    families = sensor_keys.translate(one)
    date_keys.translate(one, families)
    feature_keys.translate(one, families)
    sample_keys.translate(one)
    model_keys.translate(one)
    map_keys.translate(one, chains)
    _execution(one)
    for section, why in unneeded.SECTIONS.items():
        one.unneeded_section(section, why)
    one.unknown_keys(unneeded.REASONS)
    content = {key: one.content[key] for key in sorted(one.content, key=_rank)}
    return Imported(content, one.tables, tuple(one.answers), tuple(_problems(content)))


def _rank(key: str) -> int:
    return _ORDER.index(key) if key in _ORDER else len(_ORDER)


def _execution(one: Translation) -> None:
    """Answer keys of how jobs are run, which are those of a profile here."""
    if given := one.take("allowed_retry"):
        one.told(given, "`retries` of the profile (profiles/slurm)")
    if given := one.take("account"):
        one.told(given, "`slurm_account` of the profile (docs/slurm.md)")


def _problems(content: Mapping[str, Any]) -> list[str]:
    """Return what landloom's own check says of a configuration, files aside."""
    try:
        parse(dict(content))
    except ConfigurationError as error:
        return error.lines
    return []


def write(imported: Imported, source: Path, target: Path) -> None:
    """Write a configuration and the tables beside it, each whole.

    Raises
    ------
    InputError
        If one of the files is there already: it may have been changed by hand since.
    """
    there = [path for path in (target, *(target.parent / name for name in imported.tables)) if path.exists()]
    if there:
        raise InputError(f"{there[0]} is there already; remove it, or choose another name")
    for name, text in imported.tables.items():
        write_text(target.parent / name, text)
    body = yaml.safe_dump(dict(imported.content), sort_keys=False, allow_unicode=True, width=110)
    write_text(target, _HEAD.format(source=source.name) + body)
