"""Running the workflow as a user does, in a folder of its own."""

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]

LEAST = {
    "years": {2018: None},
    "tiles": ["T31TBJ"],
    "sensors": {"s2": {"type": "sentinel2_theia", "archive": "a"}},
    "nomenclature": "n.csv",
    "reference": {"file": "r.shp", "field": "code"},
}
"""The least that a configuration holds; nothing of it is there."""


def run_snakemake(
    folder: Path, *arguments: str, config: Path | None = None, profile: str = "local", root: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run Snakemake with a profile; targets must come first, as --configfile takes all that follows.

    ``root`` is where the program lies.
    """
    arguments = (*arguments, "--profile", profile, "--directory", str(folder))
    arguments += ("--configfile", str(config)) if config else ()
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    if {"--dry-run", "-n", "--dag", "--lint"} & set(arguments):
        return _planned(arguments, environment, root)
    command = [sys.executable, "-m", "snakemake", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env=environment)


@cache
def _starter() -> subprocess.Popen[str]:
    """Return the process that starts what runs no jobs; it ends with this one, which holds its input."""
    command = [sys.executable, str(ROOT / "tests/starter.py")]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _planned(arguments: tuple[str, ...], environment: dict[str, str], root: Path) -> subprocess.CompletedProcess[str]:
    starter = _starter()
    assert starter.stdin
    assert starter.stdout
    with tempfile.TemporaryDirectory() as folder:
        files = {name: f"{folder}/{name}" for name in ("stdout", "stderr")}
        request = {"arguments": arguments, "folder": str(root), "environment": environment, **files}
        starter.stdin.write(json.dumps(request) + "\n")
        starter.stdin.flush()
        status = int(starter.stdout.readline())
        texts = [Path(path).read_text(encoding="utf-8", errors="replace") for path in files.values()]
    return subprocess.CompletedProcess(arguments, status, *texts)


def write_config(path: Path, content: dict) -> Path:
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path
