"""A tutorial's commands, run as they are written, on the tiny demo."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

import pages
from running import ROOT, run_snakemake

PAGE = ROOT / "docs/tutorials/own_tile.md"
FOLDER = "runs/tile"


def run(command: str, folder: Path, demo: Path) -> None:
    """Run a command of the page in a folder that stands for the repository."""
    words = shlex.split(command)
    if words[0] in ("cp", "mkdir"):
        subprocess.run(words, cwd=folder, check=True)
    elif words[-1] == "demo":
        shutil.copytree(demo, folder / "demo")
    else:
        assert words[:3] == ["snakemake", "--profile", "local"]
        given = words[3:]
        for option, value in (("--directory", FOLDER), ("--configfile", f"{FOLDER}/tile.yaml")):
            place = given.index(option)
            assert given[place + 1] == value
            del given[place : place + 2]
        done = run_snakemake(folder / FOLDER, *given, config=folder / FOLDER / "tile.yaml")
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.long
def test_the_tutorial_of_a_tile_runs_as_it_is_written(tiny_demo, tmp_path):
    whole, addition = (block for block in pages.blocks(PAGE) if block.language == "yaml")
    config = tmp_path / FOLDER / "tile.yaml"
    for block in (block for block in pages.blocks(PAGE) if block.language == "sh"):
        if config.parent.exists():
            config.write_text(whole.text + (addition.text if block.line > addition.line else ""))
        for command, _ in pages.commands(block):
            run(command, tmp_path, tiny_demo)
    results = tmp_path / FOLDER / "results/2018"
    assert (results / "report.html").exists()
    names = pd.read_parquet(results / "tiles/T31TBJ/samples.parquet").columns
    assert "sentinel2_NDVI_amplitude" in names
