"""The most dangerous names, all the way through Snakemake and back to the terminal."""

import copy
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError

from bad_input.inputs import TILE, Project, products_of, small_configuration, write_project
from fuzz.property import CANARY, snapshot, workplace

INJECTION = "a b;$(touch canary)'\"`touch canary`"
OVERVIEW = f"results/2018/tiles/{TILE}/acquisitions.csv"


def check_nothing_ran(project: Project, before: dict[str, Any]) -> None:
    """Look for what the injected commands would have made, here and in the repository, and for stray files."""
    assert not list(project.folder.rglob(CANARY))
    assert not Path(CANARY).exists()
    outside = {path for path in snapshot(project.folder.parent) if not path.startswith(str(project.folder))}
    assert outside == {path for path in before if not path.startswith(str(project.folder))}


def run(project: Project, *arguments: str) -> tuple[int, str]:
    before = snapshot(project.folder.parent)
    code, terminal = project.run(*arguments)
    check_nothing_ran(project, before)
    assert "Traceback" not in terminal
    return code, terminal


@pytest.fixture
def hostile(demo: Path, tmp_path: Path) -> Project:
    """A project of which every folder and file has a name that a shell would run."""
    folder = tmp_path / "top" / INJECTION
    data = folder / INJECTION
    for product in products_of(demo / "archive")[:2]:
        shutil.copytree(product, data / "archive" / TILE / product.name)
    shutil.copy(demo / "nomenclature.csv", data / f"{INJECTION}.csv")
    shutil.copy(demo / "2018" / "reference.gpkg", data / "$(touch canary) 2018.gpkg")
    sensor = small_configuration()["sensors"]["s2"] | {"archive": f"{INJECTION}/archive"}
    configuration = small_configuration(
        title=f"{INJECTION} {{tile}} {{x}} %s <script>",
        tiles=[TILE],
        on_bad_product="skip",
        sensors={"s2": sensor},
        nomenclature=f"{INJECTION}/{INJECTION}.csv",
        reference={"file": f"{INJECTION}/$(touch canary) {{year}}.gpkg", "field": "code"},
    )
    return write_project(folder, configuration, f"{INJECTION}.yaml")


def test_names_that_a_shell_would_run_do_their_work(hostile: Project):
    """A sound product is used, a broken one is skipped and named, and the table of classes is written."""
    broken, sound = sorted((hostile.folder / INJECTION / "archive").rglob("*FRE_B3.tif"))
    broken.write_bytes(b"$(touch canary)")
    code, terminal = run(hostile, OVERVIEW, "results/2018/map/run0/classes.csv")
    assert code == 0, terminal
    used, skipped = (hostile.folder / OVERVIEW).read_text().splitlines()[1:][::-1]
    assert ",used," in used
    assert ",skipped," in skipped
    assert f"{broken.name}: cannot be read" in skipped
    assert sound.name not in skipped
    assert (hostile.folder / "results/2018/map/run0/classes.csv").exists()


def test_all_rules_can_be_planned_with_them(hostile: Project):
    code, terminal = run(hostile, "-n")
    assert code == 0, terminal
    assert re.search(r"^report +1$", terminal, re.M)


REFUSED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "nomenclature: must not hold line breaks": lambda c: c.update(nomenclature="a\n$(touch canary)"),
    "title: must not hold line breaks": lambda c: c.update(title="a\x1b[2J"),
    "reference.file: must not hold braces": lambda c: c["reference"].update(file="{wildcards.year}{input}"),
    "tiles[0]: must be of letters": lambda c: c.update(tiles=["$(touch canary)"]),
    "sensors.`touch canary`": lambda c: c["sensors"].update({"`touch canary`": c["sensors"]["s2"]}),
    "regions.names": lambda c: c.update(regions={"file": "x", "field": "y", "names": ["x" * 300, "../../x"]}),
    "model.trees: must be below": lambda c: c["model"].update(trees=10**30),
    "map.resolution_m: must be a finite number": lambda c: c["map"].update(resolution_m=float("inf")),
    "a\\x1b[2J: unknown key": lambda c: c.update({"a\x1b[2J": 1}),
}


def test_refused_values_are_told_all_at_once(tmp_path: Path):
    content = copy.deepcopy(small_configuration())
    for change in REFUSED.values():
        change(content)
    code, terminal = run(write_project(tmp_path / "top" / "project", content), "-n")
    assert code != 0
    for line in REFUSED:
        assert line in terminal
    assert "\x1b[2J" not in terminal


@pytest.mark.parametrize(
    "tag", ["python/object/apply:os.system", "python/object/new:os.system", "python/name:os.system"]
)
def test_tags_of_yaml_do_not_run(tag: str):
    with workplace() as folder:
        (folder / "config.yaml").write_text(f'title: !!{tag} ["touch canary"]\n')
        with pytest.raises(WorkflowError, match="not valid JSON or YAML"):
            load_configfile("config.yaml")
