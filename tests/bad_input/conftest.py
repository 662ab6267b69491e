"""Inputs to be damaged: one tiny demo archive for the session, of which tests get copies by hard links."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bad_input.inputs import (
    OTHER_TILE,
    TILE,
    Project,
    cover_with_cloud,
    file_of,
    products_of,
    small_configuration,
    truncate,
    write_awkward_reference,
    write_project,
)

Begun = tuple[Project, subprocess.Popen[str]]


@pytest.fixture
def archive(demo: Path, tmp_path: Path) -> Path:
    """The first four products of a tile, to be damaged."""
    folder = tmp_path / "archive"
    for product in products_of(demo / "archive")[:4]:
        shutil.copytree(product, folder / TILE / product.name, copy_function=os.link)
    return folder


@pytest.fixture
def new_project(tmp_path: Path) -> Callable[[dict[str, Any]], Project]:
    def make(configuration: dict[str, Any]) -> Project:
        return write_project(tmp_path / "work", configuration)

    return make


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that need a finished map last: it is made while the others run."""
    items.sort(key=needs_finished_map)


def needs_finished_map(item: pytest.Item) -> bool:
    return "finished" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session", autouse=True)
def begun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun | None]:
    """The map of the fixture `finished`, being made; nothing where no test needs it."""
    if not any(map(needs_finished_map, request.session.items)):
        yield None
        return
    folder = tmp_path_factory.mktemp("work") / "dossier d'été" / "carte à 10 m"
    project = awkward_project(request.getfixturevalue("demo"), folder)
    process = project.start()
    yield project, process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def finished(begun: Begun) -> Project:
    """A finished map of inputs with everything that a map survives, in folders with spaces and accents."""
    project, process = begun
    terminal, _ = process.communicate(timeout=600)
    assert process.returncode == 0, terminal
    return project


def awkward_project(demo: Path, folder: Path) -> Project:
    """Prepare inputs with everything that a map survives.

    One tile is always in cloud; a product is broken and may be skipped; a polygon lies outside of all tiles, a label
    is to be ignored, a class has one polygon and another has none.
    """
    sensor = small_configuration()["sensors"]["s2"] | {"archive": "données d'entrée/archive"}
    configuration = small_configuration(
        sensors={"s2": sensor},
        nomenclature="données d'entrée/légende.csv",
        reference={"file": "données d'entrée/vérité {year}.gpkg", "field": "code", "ignore": [99]},
        on_bad_product="skip",
    )
    data = folder / "données d'entrée"
    shutil.copytree(demo / "archive", data / "archive", copy_function=os.link)
    for product in products_of(data / "archive", OTHER_TILE):
        cover_with_cloud(file_of(product, "CLM_R1"))
    truncate(file_of(products_of(data / "archive")[4], "FRE_B8"))
    (data / "légende.csv").write_text((demo / "nomenclature.csv").read_text() + "11,glacier,#eeeeff\n")
    write_awkward_reference(demo / "2018" / "reference.gpkg", data / "vérité 2018.gpkg")
    return write_project(folder, configuration, "carte d'été.yaml")


@pytest.fixture
def copy_of_finished(finished: Project, tmp_path: Path) -> Project:
    """The finished map, to be damaged; its inputs are links."""
    folder = tmp_path / finished.folder.name
    shutil.copytree(finished.folder, folder, ignore=shutil.ignore_patterns("archive"))
    archive = "données d'entrée/archive"
    shutil.copytree(finished.folder / archive, folder / archive, copy_function=os.link)
    return Project(folder, folder / finished.configuration.name)
