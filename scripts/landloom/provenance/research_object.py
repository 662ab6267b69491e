"""A year's products as a research object: ``ro-crate-metadata.json``, from the provenance.

RO-Crate 1.1 (https://www.researchobject.org/ro-crate/) with the terms of the profile Process Run Crate 0.5: the run
is an action, whose instrument is landloom, whose objects are the inputs and whose results are the products. Archives
hold millions of files: of inputs, one entity stands for all of a use; ``provenance.json`` lists each. No people are
named.
"""

import json
import mimetypes
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from landloom.core.addresses import without_secrets
from landloom.core.checksums import FileDigest
from landloom.core.files import write_text
from landloom.provenance import source_credits
from landloom.provenance.record import Provenance, Source

Entity = dict[str, Any]

FILE = "ro-crate-metadata.json"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
CONTEXT = [f"{SPECIFICATION}/context", "https://w3id.org/ro/terms/workflow-run/context"]
"""The second defines `sha256`."""

LICENCE_OF_LANDLOOM = "https://www.apache.org/licenses/LICENSE-2.0"

MEDIA_TYPES = {
    ".tif": "image/tiff; application=geotiff",
    ".gpkg": "application/geopackage+sqlite3",
    ".fgb": "application/vnd.flatgeobuf",
    ".parquet": "application/vnd.apache.parquet",
    ".sld": "application/vnd.ogc.sld+xml",
    ".qml": "application/xml",
    ".npz": "application/zip",
    ".skops": "application/zip",
}
"""Of files that Python's table does not know, or knows otherwise."""


def document(provenance: Provenance, own: Mapping[str, FileDigest], period: tuple[str, str]) -> Entity:
    """Return the metadata of a year's folder.

    Parameters
    ----------
    provenance : Provenance
    own : dict of name: FileDigest
        Files beside the products that their own job writes: the provenance itself, and the items.
    period : (str, str)
        First and last day, as ISO 8601 has them.
    """
    files = {name: FileDigest(one.bytes, one.sha256) for name, one in provenance.products.items()} | dict(own)
    parts = [_file(name, digest) for name, digest in sorted(files.items())]
    inputs = list(_inputs(provenance.inputs))
    graph = [
        {
            "@id": FILE,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": [{"@id": SPECIFICATION}],
        },
        _root(provenance, parts, inputs, period),
        _licence(provenance),
        {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        *_run(provenance, parts, inputs),
        *inputs,
        *parts,
    ]
    return {"@context": CONTEXT, "@graph": graph}


def write(found: Entity, path: Path | str) -> None:
    """Write the metadata, an entity a line."""
    entities = ",\n  ".join(_json(entity) for entity in found["@graph"])
    write_text(path, f'{{\n "@context": {_json(found["@context"])},\n "@graph": [\n  {entities}\n ]\n}}\n')


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _references(entities: Iterable[Entity]) -> list[Entity]:
    return [{"@id": entity["@id"]} for entity in entities]


def _root(provenance: Provenance, parts: list[Entity], inputs: list[Entity], period: tuple[str, str]) -> Entity:
    """Return the folder itself."""
    title = str(provenance.configuration.get("title", "land cover"))
    tiles = len(provenance.configuration.get("tiles") or [])
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{title}, {provenance.year}",
        "description": f"Maps of {provenance.year} from satellite image time series of {tiles} tiles, with their "
        "accuracy, models and a report, made by landloom.",
        "datePublished": provenance.run.written,
        "license": {"@id": "#licence"},
        "temporalCoverage": "/".join(period),
        "conformsTo": [{"@id": PROFILE}],
        "hasPart": _references(parts),
        "mentions": [{"@id": "#run"}, *_references(inputs)],
    }


def _licence(provenance: Provenance) -> Entity:
    """Return what is known of the licence: that of the sources, where the configuration tells it."""
    found = source_credits.of_configuration(provenance.configuration)
    lines = [f"{one.sensor}: {' '.join(filter(None, (one.licence, one.attribution)))}" for one in found]
    told = f"Sources ask for: {'; '.join(lines)}" if lines else "The configuration tells no licence of its sources"
    return {
        "@id": "#licence",
        "@type": "CreativeWork",
        "name": "Licence of the maps",
        "description": f"{told}. Whoever publishes the maps decides on their licence within those of the sources.",
    }


def _file(name: str, digest: FileDigest) -> Entity:
    """Return a file of the folder."""
    kind = MEDIA_TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {
        "@id": quote(name),
        "@type": "File",
        "name": name,
        "contentSize": str(digest.bytes),
        "sha256": digest.sha256,
        "encodingFormat": kind,
    }


def _inputs(sources: Mapping[str, Source]) -> Iterable[Entity]:
    """Yield the inputs of each use: a key of the configuration, or several."""
    by_use = sorted((source.use, path) for path, source in sources.items())
    for use, pairs in groupby(by_use, lambda pair: pair[0]):
        paths = [path for _, path in pairs]
        size = sum(sources[path].bytes for path in paths)
        names = without_secrets(paths[0]) + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")
        yield {
            "@id": f"#input-{quote(use, safe='')}",
            "@type": "Collection",
            "name": f"{use}: {names}",
            "description": f"{len(paths)} files, {size} bytes, whose checksums are in provenance.json.",
        }


def _run(provenance: Provenance, parts: list[Entity], inputs: list[Entity]) -> Iterable[Entity]:
    """Yield the run, the program with what it needs, and its configuration."""
    needed = [
        {
            "@id": f"#software-{quote(name, safe='')}",
            "@type": "SoftwareApplication",
            "name": name,
            "softwareVersion": own,
        }
        for name, own in provenance.software.items()
    ]
    command = {"description": provenance.run.command} if provenance.run.command else {}
    commit = {"identifier": provenance.run.commit} if provenance.run.commit else {}
    yield {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"Mapping of {provenance.year}",
        "instrument": {"@id": "#landloom"},
        "object": [{"@id": "#configuration"}, *_references(inputs)],
        "result": _references(parts),
        "endTime": provenance.run.written,
        "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
        **command,
    }
    yield {
        "@id": "#landloom",
        "@type": "SoftwareApplication",
        "name": "landloom",
        "softwareVersion": provenance.code.version,
        "license": {"@id": LICENCE_OF_LANDLOOM},
        "softwareRequirements": _references(needed),
        **commit,
    }
    yield {"@id": LICENCE_OF_LANDLOOM, "@type": "CreativeWork", "name": "Apache License 2.0"}
    yield {
        "@id": "#configuration",
        "@type": "PropertyValue",
        "name": "configuration",
        "value": without_secrets(_json(provenance.configuration)),
    }
    yield from needed
