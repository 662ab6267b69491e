"""Three runs, a fourth, three again: what the fourth leaves behind is read by nothing, and told by `make verify`."""

import re
import shutil
from pathlib import Path

import pytest

from bad_input.inputs import TILE, small_configuration
from landloom.provenance import record, verify
from running import run_snakemake, write_config
from walks.steps import digests

pytestmark = pytest.mark.long

FOURTH = re.compile(r"(?<![a-z])run_?3(?!\d)")
"""How products name the fourth run."""
READERS = ("provenance.json", "stac.json", "ro-crate-metadata.json", "report.html", "map.html")


def make(folder: Path, runs: int) -> Path:
    """Run with so many runs to the end; return the folder of the year."""
    content = small_configuration(
        tiles=[TILE],
        runs=runs,
        reference={"file": "data/{year}/reference.gpkg", "field": "code", "held_out_fraction": 0.2},
        fusion={"method": "dempster_shafer"},
        map={"crs": "EPSG:2154", "agreement": True},
    )
    config = write_config(folder / "config.yaml", content)
    done = run_snakemake(folder, config=config)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    again = run_snakemake(folder, "--dry-run", config=config)
    assert "Nothing to be done" in again.stdout + again.stderr
    return folder / "results/2018"


def naming_the_fourth(year: Path) -> list[str]:
    """Return which of the products that tell of others tell of the fourth run."""
    tables = [path.relative_to(year).as_posix() for path in sorted((year / "accuracy").glob("*.csv"))]
    return [name for name in (*READERS, *tables) if FOURTH.search((year / name).read_text(encoding="utf-8"))]


def named(products: dict[str, record.Product]) -> set[str]:
    return {name for name in products if FOURTH.search(name)}


def test_a_fourth_run_comes_and_goes(tiny_demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    shutil.copytree(tiny_demo, tmp_path / "data")
    year = make(tmp_path, 3)
    three = digests(tmp_path)
    assert naming_the_fourth(year) == []

    make(tmp_path, 4)
    four = record.read(year / "provenance.json").products
    assert {"map/run3/classification.tif", "models/all_run3.npz"} <= named(four)
    assert {"provenance.json", "stac.json"} <= set(naming_the_fourth(year))
    assert verify.verify(year / "provenance.json"), capsys.readouterr().out
    fused = f"tiles/{TILE}/fusion/classification.tif"
    assert four[fused].sha256 != three[fused]  # so that one left over would be seen

    make(tmp_path, 3)
    assert digests(tmp_path) == three
    assert naming_the_fourth(year) == []
    capsys.readouterr()
    assert not verify.verify(year / "provenance.json")
    told = {line.removeprefix("unexpected product: ") for line in capsys.readouterr().out.splitlines()[:-1]}
    assert told == {name for name in named(four) if (year / name).is_file()} == named(four)  # nothing is removed
