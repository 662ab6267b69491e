"""Walks of a project: its configuration changes back and forth, and things happen to its files, between runs.

A walk begins with a copy of a finished project and ends with the first configuration or one of :data:`OPTIONS`,
under which one more run must give the products of a fresh project, then find nothing to do, and pass verification.
"""

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bad_input.inputs import BANDS, OTHER_TILE, TILE, small_configuration
from faults.episodes import jobs_in
from landloom.provenance import record, verify
from plans import jobs_of
from running import ROOT, run_snakemake, write_config

SEED = 20180615
MOVES = 5
SENSOR = {"type": "sentinel2_theia", "archive": "data/archive", "bands": BANDS, "step_days": 30}
OPTIONS: dict[str, dict[str, Any]] = {
    "more trees": {"model": {"trees": 20}},
    "another seed": {"seed": 2},
    "two runs": {"runs": 2},
    "three runs": {"runs": 3},
    "one tile": {"tiles": [TILE]},
    "the other tile first": {"tiles": [OTHER_TILE, TILE]},
    "other dates": {"sensors": {"s2": {**SENSOR, "step_days": 40}}},
    "fewer bands": {"sensors": {"s2": {**SENSOR, "bands": BANDS[:3]}}},
    "another CRS": {"map": {"crs": "EPSG:3035"}},
    "another layer": {"map": {"crs": "EPSG:2154", "margin": True}},
    "other names": {"nomenclature": "data/other_names.csv"},
    "a shorter year": {"years": {2018: {"start": "2018-02-01"}}},
}
"""What a configuration may have in place of the first: one change, or several of different keys."""

FIRST = ""
"""The first configuration, with which half of all walks end; the others end with one option. These few are made once
more, for comparison."""

WITH_RUN = ("report.html", "provenance.json", "stac.json")
"""Products that tell of the run itself: times, command, and checksums of these."""

REMOVED = (
    "acquisitions.csv",
    "dates.json",
    "reference.gpkg",
    "candidates.parquet",
    "samples.parquet",
    "all_run0.npz",
    "classification.tif",
    "confidence.tif",
    "report.html",
    "provenance.json",
)
"""Products that are removed: where later ones are there, they stay missing until they are asked for."""


MISSING = "missing"


class LostError(AssertionError):
    """A walk that ended with other products than a fresh project."""


@dataclass(frozen=True)
class Outcome:
    """What a walk did, and how many runs it took."""

    moves: list[str]
    runs: int


def configuration(options: list[str]) -> dict[str, Any]:
    """Return a configuration with some options; of two for the same key, the later holds."""
    content = small_configuration()
    for name in options:
        content |= OPTIONS.get(name, {})
    return content


class Walker:
    """A project on its way."""

    def __init__(self, finished: Path, folder: Path, number: int) -> None:
        self.random = np.random.default_rng([SEED, number])
        self.folder = folder
        self.options: list[str] = []
        self.runs = 0
        shutil.copytree(finished, folder)

    def config(self) -> Path:
        return write_config(self.folder / "config.yaml", configuration(self.options))

    def run(self, *arguments: str, root: Path = ROOT) -> None:
        """Run, as a user does, to the end."""
        self.runs += 1
        done = run_snakemake(self.folder, *arguments, config=self.config(), root=root)
        if done.returncode:
            raise LostError(f"a run failed with {self.options}:\n{done.stdout[-1500:]}{done.stderr[-3000:]}")

    def any_of(self, paths: list[Path], most: int = 3) -> list[Path]:
        """Return some files, at least one."""
        if not paths:
            return []
        count = int(self.random.integers(1, most + 1))
        return [paths[int(one)] for one in self.random.integers(len(paths), size=count)]

    def products(self) -> list[Path]:
        return sorted(path for path in (self.folder / "results/2018").rglob("[!.]*") if path.is_file())

    def inputs(self) -> list[Path]:
        return sorted(path for path in (self.folder / "data").rglob("*") if path.is_file())


def change(walker: Walker) -> None:
    """Give the configuration another option, or take one from it."""
    name = str(walker.random.choice(list(OPTIONS)))
    if name in walker.options:
        walker.options.remove(name)
    else:
        walker.options.append(name)


def finish(walker: Walker) -> None:
    """Run to the end."""
    walker.run()


def make_one_tile(walker: Walker) -> None:
    """Ask for a part."""
    walker.run(f"results/2018/tiles/{TILE}/run0/classification.tif")


def kill(walker: Walker) -> None:
    """Kill a run and its jobs at some moment."""
    command = [sys.executable, "-m", "snakemake", "--profile", "local", "--directory", str(walker.folder)]
    command += ["--configfile", str(walker.config())]
    walker.runs += 1
    process = subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with suppress(subprocess.TimeoutExpired):
        process.wait(float(walker.random.uniform(3, 25)))
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 30
    while jobs_in(walker.folder) and time.monotonic() < deadline:
        time.sleep(0.1)


def call_current(walker: Walker) -> None:
    """Have Snakemake believe that all that is there is current."""
    run_snakemake(walker.folder, "--touch", config=walker.config())  # fails where something is missing


def forget(walker: Walker) -> None:
    """Remove what Snakemake knows."""
    shutil.rmtree(walker.folder / ".snakemake", ignore_errors=True)


def remove_products(walker: Walker) -> None:
    """Remove some products that other jobs have as inputs; of those beside them, docs/reruns.md says what to do."""
    for path in walker.any_of([path for path in walker.products() if path.name in REMOVED]):
        path.unlink(missing_ok=True)


def edit_a_product(walker: Walker) -> None:
    """Change a byte of a product."""
    for path in walker.any_of([path for path in walker.products() if path.stat().st_size], 1):
        content = bytearray(path.read_bytes())
        content[int(walker.random.integers(len(content)))] ^= 1
        path.write_bytes(content)


def touch_files(walker: Walker) -> None:
    """Give some inputs and products other times."""
    moment = time.time() - float(walker.random.uniform(0, 1e6))
    for path in [*walker.any_of(walker.inputs()), *walker.any_of(walker.products())]:
        os.utime(path, (moment, moment))


def move(walker: Walker) -> None:
    """Work in a copy that has kept the times, in a folder of another name."""
    target = walker.folder.with_name(f"{walker.folder.name}x")
    shutil.copytree(walker.folder, target)
    shutil.rmtree(walker.folder)
    walker.folder = target


def copy_results(walker: Walker) -> None:
    """Replace the results by a copy with new times, without Snakemake's folder."""
    results, copy = walker.folder / "results", walker.folder / "copy"
    shutil.copytree(results, copy, copy_function=shutil.copyfile)
    shutil.rmtree(results)
    copy.rename(results)
    forget(walker)


def run_another_release(walker: Walker) -> None:
    """Run with a program whose classification is of other code."""
    program = walker.folder / "program"
    for name in ("workflow", "scripts", "profiles", "config", "envs"):
        shutil.copytree(ROOT / name, program / name, ignore=shutil.ignore_patterns("__pycache__"))
    (program / "local").symlink_to("profiles/local")
    (program / ".cache").symlink_to(ROOT / ".cache")
    script = program / "scripts/classify.py"
    script.write_text(script.read_text().replace("\ndef main()", "\nRELEASE = 0\n\n\ndef main()", 1))
    walker.run(root=program)
    shutil.rmtree(program)


CHANGES: tuple[Callable[[Walker], None], ...] = (change,)
RUNS: tuple[Callable[[Walker], None], ...] = (finish, make_one_tile, kill, call_current, run_another_release)
EVENTS: tuple[Callable[[Walker], None], ...] = (
    forget,
    remove_products,
    edit_a_product,
    touch_files,
    move,
    copy_results,
)


def last_of(number: int) -> str:
    """Return the option with which a walk ends."""
    random = np.random.default_rng([SEED, number, 0])
    return FIRST if random.integers(2) else str(random.choice(list(OPTIONS)))


def walk(number: int, finished: Path, folder: Path, truth_of: Callable[[str], Path]) -> Outcome:
    """Take a walk; compare its end with a fresh project.

    Parameters
    ----------
    number : int
        Names the walk.
    finished : Path
        A finished project of the first configuration; a copy of it walks.
    truth_of : function
        Returns a fresh project of an option, or of the first configuration.
    """
    last = last_of(number)
    walker = Walker(finished, folder, number)
    told = []
    for _ in range(MOVES):
        kinds = (CHANGES, CHANGES, RUNS, EVENTS)[int(walker.random.integers(4))]
        step = kinds[int(walker.random.integers(len(kinds)))]
        step(walker)
        told.append(f"{step.__name__} {walker.options}" if step is change else step.__name__)
    walker.options = [last] if last else []
    told.append(last or "first configuration")
    try:
        walker.run()
        truth = truth_of(last)
        missing = sorted(name for name, found in digests(walker.folder).items() if found == MISSING)
        if missing:
            walker.run(*(f"results/2018/{name}" for name in missing))
            walker.run()
        need_truth(walker, truth)
    except LostError as error:
        raise LostError(f"walk {number}, {told}: {error}") from None
    return Outcome(told, walker.runs)


def need_truth(walker: Walker, truth: Path) -> None:
    """Compare all products with those of a fresh project; look for what is still to be done; verify."""
    expected, found = digests(truth), digests(walker.folder)
    wrong = sorted(name for name in expected if expected[name] != found.get(name))
    if wrong:
        raise LostError(f"not as in a fresh project: {wrong}")
    done = run_snakemake(walker.folder, "--dry-run", config=walker.config())
    if "Nothing to be done" not in done.stdout + done.stderr:
        raise LostError(f"still to be done: {jobs_of(done.stdout + done.stderr)}")
    said = io.StringIO()
    with redirect_stdout(said):
        verify.verify(walker.folder / "results/2018/provenance.json")
    # Files of configurations on the way stay.
    lines = [line for line in said.getvalue().splitlines()[:-1] if not line.startswith(("unexpected", "note:"))]
    if lines:
        raise LostError(f"verification: {lines}")


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each product, and of what the provenance says but of its run."""
    year = folder / "results/2018"
    told = record.read(year / "provenance.json")
    found = {
        name: hashlib.sha256((year / name).read_bytes()).hexdigest() if (year / name).is_file() else MISSING
        for name in told.products
        if name not in WITH_RUN
    }
    facts = [told.configuration, told.code.digests, told.software, sorted(told.inputs)]
    return found | {"provenance": json.dumps(facts, sort_keys=True, default=str)}
