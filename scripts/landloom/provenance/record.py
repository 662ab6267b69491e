"""Provenance of a year: inputs, code and software of its products, and their checksums.

All sections except ``run`` describe the products: two runs of one configuration with the same inputs, code and
software write equal sections, independently of threads, windows and the order of jobs. The section ``run`` describes
the run that wrote the file, the last of those that made the products.
"""

import argparse
import dataclasses
import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyogrio
import pyproj
import rasterio
from pydantic import TypeAdapter, ValidationError

from landloom.core import checksums
from landloom.core.addresses import without_secrets
from landloom.core.checksums import FileDigest
from landloom.core.errors import InputError
from landloom.core.files import whole
from landloom.geo.crs_names import crs_name
from landloom.geo.opening import raster_doors
from landloom.provenance.code_digests import SCRIPTS
from landloom.survey import source_files

FORMAT = "landloom provenance 1"
COMMAND_VARIABLE = "LANDLOOM_COMMAND"
"""Environment variable with which Snakemake's main process passes its command line to the provenance job."""

NOT_REPRODUCIBLE = frozenset({"report.html"})
"""Products whose bytes depend on the run itself, such as the run times of its jobs."""

PACKAGES = (
    "geopandas",
    "llvmlite",
    "numba",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "pyogrio",
    "pyproj",
    "rasterio",
    "scikit-learn",
    "scipy",
    "shapely",
    "snakemake",
    "spyndex",
    "torch",
)
"""Packages whose version may affect products, of those that are there: Snakemake is missing in the environments of
single jobs, PyTorch where no networks are wanted."""


@dataclass(frozen=True)
class Raster:
    """Properties of a raster: CRS as ``EPSG:n`` or WKT, affine transform, (rows, columns), type, nodata, bands."""

    crs: str
    transform: tuple[float, ...]
    shape: tuple[int, int]
    dtype: str
    nodata: float | None
    bands: int


@dataclass(frozen=True)
class Product:
    """Output file.

    Attributes
    ----------
    bytes : int
    sha256 : str
    reproducible : bool
        Whether another run of the same configuration writes the same bytes.
    raster : Raster or None
        For rasters.
    """

    bytes: int
    sha256: str
    reproducible: bool
    raster: Raster | None = None


@dataclass(frozen=True)
class Source:
    """Input file, and its key in the configuration."""

    bytes: int
    sha256: str
    use: str


@dataclass(frozen=True)
class Code:
    """Code: landloom's version, and the digest of each script with its imports.

    Attributes
    ----------
    version : str
    digests : dict of script: digest
    members : dict of registry: list of member
        Digested members: product families, methods and the like that the configuration uses.
    """

    version: str
    digests: Mapping[str, str]
    members: Mapping[str, list[str]]


@dataclass(frozen=True)
class Run:
    """Run that wrote the provenance; unknown values are None.

    Attributes
    ----------
    command : str or None
    written : str
        Date and time, in UTC.
    platform : str
    commit : str or None
        Commit of landloom's repository.
    uncommitted_changes : bool or None
        Whether there were uncommitted changes.
    """

    command: str | None
    written: str
    platform: str
    commit: str | None
    uncommitted_changes: bool | None


@dataclass(frozen=True)
class Provenance:
    """Content of provenance.json.

    Paths of products are relative to its folder; paths of inputs are those of the configuration, relative to the
    run's folder.
    """

    format: str
    year: str
    configuration: Mapping[str, Any]
    code: Code
    software: Mapping[str, str]
    products: Mapping[str, Product]
    inputs: Mapping[str, Source]
    run: Run


def describe_products(paths: Sequence[str], folder: Path, memory: Path, threads: int) -> dict[str, Product]:
    """Return the products by their path from ``folder``; see :func:`landloom.core.checksums.of_files`."""
    digests = checksums.of_files(paths, memory, threads)
    found = {Path(path).relative_to(folder).as_posix(): path for path in paths}
    return {name: _product(name, found[name], digests[found[name]]) for name in sorted(found)}


def _product(name: str, path: str, digest: FileDigest) -> Product:
    raster = describe_raster(path) if path.endswith(".tif") else None
    return Product(digest.bytes, digest.sha256, name not in NOT_REPRODUCIBLE, raster)


def describe_raster(path: Path | str) -> Raster:
    """Return the properties of a product's raster header."""
    with raster_doors.product(path) as dataset:
        crs = crs_name(dataset.crs.to_wkt())
        transform, shape = tuple(dataset.transform)[:6], (dataset.height, dataset.width)
        return Raster(crs, transform, shape, dataset.dtypes[0], dataset.nodata, dataset.count)


def describe_inputs(
    tables: Iterable[Path | str], others: Mapping[str, Sequence[str]], ground: Iterable[Path | str] = ()
) -> dict[str, Source]:
    """Return the input files by path.

    Parameters
    ----------
    tables : paths
        ``files.csv`` of all tiles; their checksums are those of the bytes that were surveyed.
    others : dict of use: paths
        Vector files, tables and models; for a folder, such as a file geodatabase, all its files.
    ground : paths
        ``ground.csv`` of tiles with radar images: the heights that these were made with.
    """
    sources: dict[str, Source] = {}
    for table in tables:
        for used in source_files.read(table):
            _add(sources, used.path, FileDigest(used.bytes, used.sha256), f"sensors.{used.sensor}")
    for table in ground:
        for used in source_files.read(table):
            _add(sources, used.path, FileDigest(used.bytes, used.sha256), f"sensors.{used.sensor}.{used.product}")
    for use, paths in others.items():
        for file in (file for path in paths for file in _files_of(Path(path))):
            _add(sources, str(file), checksums.of_file(file), use)
    return dict(sorted(sources.items()))


def _add(sources: dict[str, Source], path: str, digest: FileDigest, use: str) -> None:
    """Add a file, or another use of it."""
    uses = {use, *(sources[path].use.split(", ") if path in sources else ())}
    sources[path] = Source(digest.bytes, digest.sha256, ", ".join(sorted(uses)))


def _files_of(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def software() -> dict[str, str]:
    """Return the versions of the software; rasterio and pyogrio each include their own GDAL."""
    return {
        "python": platform.python_version(),
        "gdal": rasterio.__gdal_version__,
        "gdal (pyogrio)": pyogrio.__gdal_version_string__,
        "proj": pyproj.proj_version_str,
        **{name: found for name in PACKAGES if (found := _version(name))},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def this_run() -> Run:
    """Return the description of the current run."""
    commit, changes = git_state(SCRIPTS.parent)
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    command = os.environ.get(COMMAND_VARIABLE)
    return Run(command and without_secrets(command), now, platform.platform(), commit, changes)


def git_state(folder: Path) -> tuple[str | None, bool | None]:
    """Return the commit of a repository and whether its files are edited; None without git or repository."""
    top = _git(folder, "rev-parse", "--show-toplevel")
    # A copy without .git may be within another repository, whose commit is unrelated.
    if top is None or Path(top).resolve() != folder.resolve():
        return None, None
    changes = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return _git(folder, "rev-parse", "HEAD"), None if changes is None else bool(changes)


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(folder), *arguments]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def document(
    year: str,
    configuration: Mapping[str, Any],
    code: Code,
    products: Mapping[str, Product],
    inputs: Mapping[str, Source],
) -> Provenance:
    """Return the provenance of the products with the current code, software and run."""
    return Provenance(FORMAT, year, configuration, code, software(), products, inputs, this_run())


def write(provenance: Provenance, path: Path | str) -> None:
    """Write provenance.json with one line per file, so that two of them are easily compared."""
    with whole(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.writelines(_lines(provenance))


def _lines(provenance: Provenance) -> Iterator[str]:
    yield "{"
    for position, field in enumerate(dataclasses.fields(provenance)):
        value = getattr(provenance, field.name)
        yield f'{"," if position else ""}\n "{field.name}": '
        if field.name in ("products", "inputs"):
            yield "{"
            for number, (name, entry) in enumerate(value.items()):
                yield f"{',' if number else ''}\n  {_json(name)}: {_json(dataclasses.asdict(entry))}"
            yield "\n }"
        else:
            plain = dataclasses.asdict(value) if dataclasses.is_dataclass(value) else value  # type: ignore[arg-type]
            yield json.dumps(plain, indent=1, ensure_ascii=False).replace("\n", "\n ")
    yield "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def read(path: Path | str) -> Provenance:
    """Read provenance.json.

    Raises
    ------
    InputError
        If it cannot be read, or is not a complete provenance.
    """
    try:
        found = TypeAdapter(Provenance).validate_json(Path(path).read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except ValidationError as error:
        first = error.errors()[0]
        position = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: is damaged ({position + ': ' if position else ''}{first['msg']})") from None
    if found.format != FORMAT:
        raise InputError(f"{path}: is a `{found.format}`, not a `{FORMAT}`")
    return found


def main() -> None:
    """Print the configuration in a provenance.json, for ``snakemake --configfile``."""
    parser = argparse.ArgumentParser(description=(main.__doc__ or "").splitlines()[0])
    parser.add_argument("provenance", type=Path, help="results/YEAR/provenance.json")
    try:
        print(json.dumps(read(parser.parse_args().provenance).configuration, indent=1, ensure_ascii=False))
    except InputError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
