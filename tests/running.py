"""Running the workflow as a user does, in a folder of its own."""

import os
import subprocess
import sys
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
    command = [sys.executable, "-m", "snakemake", *arguments, "--profile", profile, "--directory", str(folder)]
    command += ["--configfile", str(config)] if config else []
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env=environment)


def write_config(path: Path, content: dict) -> Path:
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path
