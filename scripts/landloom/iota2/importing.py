"""A configuration of iota2 as one of landloom, with tables beside it and an answer for each key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from landloom.configuration.configuration import ConfigurationError, parse
from landloom.core import text
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
    vector_keys,
)
from landloom.iota2.answers import LOST, UNKNOWN, UNNEEDED, Answer
from landloom.iota2.sections import folded
from landloom.iota2.translation import Options, Translation

_HEAD = """\
# From a configuration of iota2, {source}, by `python -m landloom.iota2`; docs/from_iota2.md explains differences.
# Relative paths begin in the folder that Snakemake runs in (--directory): the folder of this file, for its tables.

"""
_ORDER = (
    *("title", "years", "tiles", "sensors", "rasters", "grid", "features", "regions", "target", "nomenclature"),
    *("reference", "samples", "model", "context", "objects", "map", "sensor_fusion", "fusion", "vectors"),
)


_ANY_PROJECT = {
    "years": {2000: None},
    "tiles": ["T31TCJ"],
    "sensors": {"sentinel2": {"type": "sentinel2_theia", "archive": "archive"}},
    "nomenclature": "classes.csv",
    "reference": {"file": "reference.gpkg", "field": "code", "held_out_fraction": 0.1},
    "fusion": {"method": "majority"},
}
"""What a section is checked with that is laid over a project."""


class _Dumper(yaml.SafeDumper):
    """Writes what stands in two places twice, without anchors, and line breaks of all kinds as what they are."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        # Without quotes, PyYAML would read rare line breaks back as others.
        return self.represent_scalar("tag:yaml.org,2002:str", data, style='"' if text.unfit(data) else None)


_Dumper.add_representer(str, _Dumper.represent_str)


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
    def is_section(self) -> bool:
        """Return whether it is a section to be laid over the configuration of a project."""
        return list(self.content) == ["vectors"]

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
    vector_keys.translate(one, chains, families)
    _execution(one)
    for section, why in unneeded.SECTIONS.items():
        one.unneeded_section(section, why)
    one.unknown_keys(unneeded.REASONS)
    content = {key: one.content[key] for key in sorted(one.content, key=_rank)}
    if vector_keys.stands_alone(one, chains):
        return _vectors_alone(content, one.answers)
    return Imported(content, one.tables, tuple(one.answers), tuple(_problems(content)))


def _vectors_alone(content: Mapping[str, Any], answers: Sequence[Answer]) -> Imported:
    """Return the section of the vector map alone, to be laid over the project that makes the map."""
    vectors = content["vectors"]
    kept = []
    for answer in answers:
        section, _, name = answer.key.partition(".")
        is_ours = folded(section) in (folded(vector_keys.SECTION), "vectors", "builders")
        if is_ours or answer.status == UNKNOWN or folded(name) in ("outputpath", "laststep"):
            kept.append(answer)
        elif answer.line:
            kept.append(replace(answer, status=UNNEEDED, text="the project that makes the map says it"))
    runs = int(vectors.get("map", "run0").removeprefix("run")) + 1 if vectors.get("map") != "fusion" else 2
    refused = _problems({**_ANY_PROJECT, "runs": max(2, runs), "vectors": vectors})
    return Imported(
        {"vectors": vectors},
        {},
        tuple(kept),
        tuple(refused),
    )


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
        If some of the files are there already: they may have been changed by hand since.
    """
    there = [path for path in (target, *(target.parent / name for name in imported.tables)) if path.exists()]
    if there:
        names, verb = " and ".join(map(str, there)), "is" if len(there) == 1 else "are"
        what = "it" if len(there) == 1 else "them"
        raise InputError(f"{names} {verb} there already; remove {what}, or choose another name with -o")
    for name, table in imported.tables.items():
        write_text(target.parent / name, table)
    body = yaml.dump(dict(imported.content), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    # The name of a file may hold line breaks, after which would be no comment.
    write_text(target, _HEAD.format(source=" ".join(text.printable(source.name).split())) + body)
