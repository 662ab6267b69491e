"""A checked start of the workflow: ``make run CONFIG=my.yaml``.

Snakemake evaluates Python in a configuration or profile that holds ``__use_yte__`` (a template of YTE) when it reads
the file, even with ``-n``, and before landloom can check anything. Here such a file is refused first.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import yaml

from landloom.configuration.yaml_files import documents, doubles
from landloom.core.errors import InputError
from landloom.core.files import read_limited
from landloom.core.text import printable, shortened

TEMPLATE = "__use_yte__"
"""Key by which a file asks for the evaluation of its expressions as Python."""

MOST_BYTES = 2**24
"""Largest configuration or profile in bytes."""

CACHE_VARIABLE = "XDG_CACHE_HOME"

OPTIONS = ("-n", "--dry-run")
"""Options of Snakemake among the targets; others could name further configurations, profiles or code."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Check the files of a command, then become Snakemake; end with a message where one is refused."""
    given = _parser().parse_known_args(arguments)
    try:
        command = checked_command(given[0], given[1])
        provide_cache(Path(given[0].directory))
    except InputError as error:
        print(printable(f"error: {error}"), file=sys.stderr)
        sys.exit(1)
    os.execv(sys.executable, [sys.executable, "-m", "snakemake", *command])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m landloom.configuration.start",
        description="Check that configuration and profile run no code, then call Snakemake with them.",
        epilog="All further words are targets; -n lists what would be made.",
        allow_abbrev=False,
    )
    parser.add_argument("--config", nargs="+", required=True, metavar="FILE", help="configuration, or several")
    parser.add_argument("--directory", default="", help="where results go (by default here)")
    parser.add_argument("--profile", default="local", help="profile of Snakemake (by default local)")
    return parser


def checked_command(given: argparse.Namespace, targets: Sequence[str]) -> list[str]:
    """Return the arguments of Snakemake.

    Raises
    ------
    InputError
        If a configuration or the profile would run code, or a target is an option.
    """
    wrong = [one for one in targets if one.startswith("-") and one not in OPTIONS]
    if wrong:
        raise InputError(
            f"TARGETS: {shortened(wrong)} are no targets; for other options, call snakemake itself (docs/safety.md)"
        )
    for file in given.config:
        _check_path(file, given.directory)
    for file in (*given.config, *_profile_files(given.profile)):
        check(file)
    directory = ["--directory", given.directory] if given.directory else []
    return [*targets, "--profile", given.profile, *directory, "--configfile", *given.config]


def _check_path(file: str, directory: str) -> None:
    """Raise if a configuration is not there, and say where it is if it is in the folder of the project."""
    path, other = Path(file), Path(directory, file)
    if path.is_file():
        return
    where = f"; there is {other}: give that" if directory and other.is_file() else ""
    raise InputError(f"{file}: no such file in {Path.cwd()}{where}")


def provide_cache(directory: Path) -> None:
    """Name another folder of caches where HOME cannot be written in: Snakemake would end with a traceback.

    Raises
    ------
    InputError
        If the folder of the project cannot be written in either.
    """
    home = Path(os.environ.get(CACHE_VARIABLE) or Path(os.environ.get("HOME") or "~").expanduser() / ".cache")
    if _is_writable(home / "snakemake"):
        return
    other = directory.absolute() / ".cache" / "user"
    if not _is_writable(other):
        raise InputError(f"{directory}: cannot be written in; mend its permissions, or work in another DIRECTORY")
    os.environ[CACHE_VARIABLE] = str(other)
    print(f"note: {home} cannot be written in; caches of programs are in {other}", file=sys.stderr)


def _is_writable(folder: Path) -> bool:
    """Return whether a folder is there, or can be made, and can be written in."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def _profile_files(profile: str) -> list[Path]:
    """Return the configuration files of a profile that is a folder; Snakemake finds others by their names."""
    return sorted(Path(profile).glob("config*.y*ml"))


def check(path: Path | str) -> None:
    """Raise if Snakemake would evaluate Python in a file.

    Raises
    ------
    InputError
        If it would, or the file is neither JSON nor plain YAML, so that nobody can tell.
    """
    try:
        content = _parsed(read_limited(path, MOST_BYTES).decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(
            f"{path}: is neither JSON nor plain YAML ({shortened(' '.join(str(error).split()))})"
        ) from None
    if isinstance(content, dict) and TEMPLATE in content:
        raise InputError(
            f"{path}: `{TEMPLATE}` asks to run the Python code in this file; take the key out, and write the values "
            "themselves. If the code is yours, call snakemake itself (docs/safety.md)"
        )
    if repeated := list(doubles.problems(Path(path).name, documents.of_file(path))):
        raise InputError("\n".join(repeated))


def _parsed(text: str) -> Any:
    """Return what a file holds, as Snakemake reads it: JSON, else YAML."""
    try:
        return json.loads(text)
    except ValueError:
        return yaml.safe_load(text)


if __name__ == "__main__":
    main()
