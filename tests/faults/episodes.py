"""Faults: what goes wrong in an episode, when, and how it is put right before the same command is given again.

An episode begins with a copy of a finished project, of which the products of one stage have been removed. The command
that makes them is started; at a random moment a fault strikes. Then the cause is mended, and the same command must
give the files of an undisturbed run.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bad_input.inputs import OTHER_TILE, TILE
from landloom.jobs import processes
from running import ROOT

SEED = 20181231
TIMEOUT_S = 400
TILES = (TILE, OTHER_TILE)
WITH_TIMES = {"results/2018/report.html"}
"""Products that tell how long the jobs took."""


@dataclass(frozen=True)
class Stage:
    """A part of the workflow: what is removed, what is asked for, and what its jobs read that can be broken."""

    removed: tuple[str, ...]
    targets: tuple[str, ...]
    read: tuple[str, ...] = ()


def of_tiles(*names: str) -> tuple[str, ...]:
    return tuple(f"tiles/{tile}/{name}" for name in names for tile in TILES)


MAPPED = of_tiles("run0/classification.tif")
MOSAICS = tuple(f"map/{name}" for name in ("run0/classification.tif", "run0/confidence.tif", "validity.tif"))
STAGES = {
    "survey": Stage(
        of_tiles("acquisitions.csv", "files.csv", "validity.tif", "candidates.parquet"),
        of_tiles("candidates.parquet"),
    ),
    "territory": Stage(
        ("territory.gpkg", "reference.gpkg", *of_tiles("regions.tif", "candidates.parquet")),
        of_tiles("candidates.parquet"),
        of_tiles("validity.tif"),
    ),
    "samples": Stage(
        (*of_tiles("samples.parquet"), "models/all_run0.npz"),
        ("models/all_run0.npz",),
        of_tiles("candidates.parquet"),
    ),
    "maps": Stage(
        of_tiles("run0/classification.tif", "run0/confidence.tif", "run0/counts.json"),
        MAPPED,
        ("models/all_run0.npz", *of_tiles("regions.tif")),
    ),
    "mosaics": Stage(
        (*MOSAICS, "map/run0/seams.csv"),
        (*MOSAICS, "map/run0/seams.csv"),
        of_tiles("run0/classification.tif", "run0/confidence.tif", "regions.tif", "validity.tif"),
    ),
    "end": Stage(
        ("accuracy/summary.csv", "accuracy/scores.csv", "sanity.csv", "sanity_passed.txt", "report.html"),
        ("accuracy/summary.csv", "report.html"),
        MAPPED,
    ),
}


class LostError(AssertionError):
    """A fault that was not survived."""


class LateError(Exception):
    """The run had ended before the fault could strike."""


def need(condition: object, message: str) -> None:
    if not condition:
        raise LostError(message)


class Episode:
    """A project in which something goes wrong.

    Attributes
    ----------
    folder : Path
        The working directory.
    stage : Stage
    moment : float
        When the fault strikes: seconds after the first job has started, or before if negative.
    random : numpy.random.Generator
    """

    def __init__(self, folder: Path, stage: Stage, moment: float, random: np.random.Generator):
        self.folder, self.stage, self.moment, self.random = folder, stage, moment, random
        self.truth = digests(folder)
        self.arguments: list[str] = []
        self.started: list[subprocess.Popen[bytes]] = []
        for name in stage.removed:
            (folder / "results/2018" / name).unlink()

    def start(self, *more: str) -> subprocess.Popen[bytes]:
        """Give the command, in a process group of its own."""
        targets = [f"results/2018/{name}" for name in self.stage.targets]
        command = [sys.executable, "-m", "snakemake", *targets, *more, "--profile", "local"]
        command += ["--directory", str(self.folder), "--configfile", str(self.folder / "config.yaml")]
        terminal = self.folder.with_name(f"terminal{len(self.started)}.txt").open("wb")
        with terminal:
            process = subprocess.Popen(
                command, cwd=ROOT, start_new_session=True, stdout=terminal, stderr=subprocess.STDOUT
            )
        self.started.append(process)
        return process

    def terminal(self, process: subprocess.Popen[bytes]) -> str:
        """Return what a run has shown so far."""
        name = f"terminal{self.started.index(process)}.txt"
        return self.folder.with_name(name).read_text(errors="replace")

    def run(self, *more: str) -> tuple[int, str]:
        process = self.start(*more)
        return process.wait(TIMEOUT_S), self.terminal(process)

    def start_until_moment(self, *more: str) -> subprocess.Popen[bytes]:
        """Start a run and wait until the fault is due.

        Raises
        ------
        LateError
            Where it has ended by then.
        """
        process = self.start(*more)
        if self.moment < 0:
            time.sleep(-self.moment)
        else:
            wait_for(lambda: "Execute" in self.terminal(process) or process.poll() is not None, 120)
            time.sleep(self.moment)
        if process.poll() is not None:
            raise LateError
        return process

    def job_of(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for a job of a run; return its process."""
        found: list[int] = []
        wait_for(lambda: found.extend(jobs_in(self.folder)) or found or process.poll() is not None, 60)
        if not found:
            raise LateError
        return found[0]

    def command(self, *arguments: str) -> int:
        """Give Snakemake arguments as a user copies them from the terminal."""
        return subprocess.run([sys.executable, "-m", "snakemake", *arguments], cwd=ROOT, check=False).returncode

    def need_survival(self) -> str:
        """Give the same command again: what is missing must be made, and nothing else be different.

        Returns
        -------
        str
            What the terminal showed.
        """
        code, terminal = self.run()
        need(code == 0, f"the same command ended with {code}:\n{terminal[-3000:]}")
        self.need_truth()
        need(not jobs_in(self.folder), "a job is still running")
        return terminal

    def need_truth(self) -> None:
        """Compare all products, and look for files that are no product."""
        found = digests(self.folder)
        wrong = sorted(name for name in self.truth.keys() | found if self.truth.get(name) != found.get(name))
        need(not wrong, f"not as in an undisturbed run: {wrong}")
        for name in WITH_TIMES:
            need((self.folder / name).read_text().rstrip().endswith("</html>"), f"{name} is not whole")

    def product_files(self) -> list[Path]:
        """Return the bands and masks of the archive that are read."""
        wanted = re.compile(r"_(FRE_B(3|4|8|11)|CLM_R1)\.tif")
        return sorted(path for path in (self.folder / "data/archive").rglob("*.tif") if wanted.search(path.name))

    def any_of(self, paths: list[Path]) -> Path:
        return paths[int(self.random.integers(len(paths)))]

    def end_all(self) -> None:
        """End what is still running, stopped or not."""
        for process in self.started:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        for job in jobs_in(self.folder):
            with suppress(ProcessLookupError):
                os.kill(job, signal.SIGKILL)


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every product, hidden files too; of those with times, that they are there.

    Records of jobs tell times of change; that products are as recorded, the next start says.
    """
    return {
        name: "" if name in WITH_TIMES else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "results").rglob("*"))
        if path.is_file() and "records" not in path.parts and (name := str(path.relative_to(folder)))
    }


def jobs_in(folder: Path) -> list[int]:
    """Return the processes of jobs of a project, whoever started them."""
    scripts = f"{folder}/.snakemake/scripts/".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if scripts in path.read_bytes() and processes.started(int(path.parent.name)):
                found.append(int(path.parent.name))
    return sorted(found)


def wait_for(condition: Callable[[], object], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        need(time.monotonic() < deadline, "waited too long")
        time.sleep(0.01)


def need_no_orphans(episode: Episode) -> None:
    """Jobs end with their workflow: at once, or when they have imported what they need or leave a kernel."""
    deadline = time.monotonic() + 30
    while jobs_in(episode.folder) and time.monotonic() < deadline:
        time.sleep(0.02)
    need(not jobs_in(episode.folder), "a job goes on after its workflow was killed")


def kill_workflow(episode: Episode) -> None:
    """Kill Snakemake alone: its jobs end too, and the lock that it leaves does not stop the same command."""
    process = episode.start_until_moment()
    process.kill()
    process.wait()
    need_no_orphans(episode)
    episode.need_survival()


def kill_job(episode: Episode) -> None:
    """Kill one job, as a system does that runs out of memory."""
    process = episode.start_until_moment()
    with suppress(ProcessLookupError):
        os.kill(episode.job_of(process), signal.SIGKILL)
    need(process.wait(TIMEOUT_S) != 0, "a killed job went unnoticed")
    episode.need_survival()


def signal_group(signum: int) -> Callable[[Episode], None]:
    def strike(episode: Episode) -> None:
        process = episode.start_until_moment()
        os.killpg(process.pid, signum)
        process.wait(TIMEOUT_S)
        need_no_orphans(episode)
        episode.need_survival()

    return strike


def terminate(episode: Episode) -> None:
    """Ask Snakemake to end: it waits for its jobs, and starts no more."""
    process = episode.start_until_moment()
    process.terminate()
    process.wait(TIMEOUT_S)
    need_no_orphans(episode)
    episode.need_survival()


def kill_twice(episode: Episode) -> None:
    """Kill a run, and the one that goes on after it."""
    for _ in range(2):
        process = episode.start_until_moment()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    episode.need_survival()


def outlive(episode: Episode) -> None:
    """Let a job outlive its workflow, as it may on a machine that hangs, until another has made its output."""
    process = episode.start_until_moment()
    job = episode.job_of(process)
    with suppress(ProcessLookupError):
        os.kill(job, signal.SIGSTOP)
    process.kill()
    process.wait()
    code, terminal = episode.run()
    need(code == 0, f"the same command ended with {code}:\n{terminal[-3000:]}")
    with suppress(ProcessLookupError):
        os.kill(job, signal.SIGCONT)
    need_no_orphans(episode)
    episode.need_survival()


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Put a folder on a disk of its own."""
    held = folder.rename(folder.with_name(f"{folder.name} held"))
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(folder)], check=True)
    try:
        shutil.copytree(held, folder, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        shutil.rmtree(held)


def full_disk(below: str) -> Callable[[Episode], None]:
    def strike(episode: Episode) -> None:
        with small_disk(episode.folder / below):
            process = episode.start_until_moment()
            ballast = episode.folder / below / "ballast"
            with suppress(OSError), ballast.open("wb", buffering=0) as file:
                while file.write(bytes(1024)):
                    pass
            code = process.wait(TIMEOUT_S)
            terminal = episode.terminal(process)
            if below and code:
                need("free some space" in terminal or "is the disk full" in terminal, f"not explained:\n{terminal}")
            ballast.unlink()
            episode.need_survival()

    return strike


@contextmanager
def damaged(path: Path, damage: Callable[[Path], None]) -> Iterator[None]:
    """Damage a file while a block runs; its time and place stay as they were."""
    held = path.rename(path.with_name(f"{path.name}.held"))
    try:
        damage(path)
        if path.is_file():
            os.utime(path, ns=(held.stat().st_atime_ns, held.stat().st_mtime_ns))
        yield
    finally:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        held.replace(path)


def damage_product(damage: Callable[[Episode, Path], Callable[[Path], None]]) -> Callable[[Episode], None]:
    def strike(episode: Episode) -> None:
        """Break a file of the archive in the middle of a run; mend it afterwards, as a new download does."""
        process = episode.start_until_moment()
        path = episode.any_of(episode.product_files())
        with damaged(path, damage(episode, path)):
            code = process.wait(TIMEOUT_S)
        path.touch()
        terminal = episode.terminal(process)
        product = path.relative_to(episode.folder / "data/archive").parts[1]
        need(code == 0 or product in terminal, f"{path.name} is not named:\n{terminal[-3000:]}")
        if code == 0 and episode.stage is not STAGES["survey"]:  # which tells the checksums of what it has read
            episode.need_truth()
        episode.need_survival()

    return strike


def unreadable(episode: Episode, path: Path) -> Callable[[Path], None]:
    if episode.random.integers(2):
        return lambda broken: broken.mkdir()
    return lambda broken: broken.symlink_to("nowhere.tif")


def truncated(episode: Episode, path: Path) -> Callable[[Path], None]:
    content = path.read_bytes()
    kept = content[: int(len(content) * episode.random.uniform(0.1, 0.95))]
    return lambda broken: broken.write_bytes(kept) and None


def bit_flipped(episode: Episode, path: Path) -> Callable[[Path], None]:
    content = bytearray(path.read_bytes())
    content[int(len(content) * episode.random.uniform(0.1, 0.9))] ^= 1 << int(episode.random.integers(8))
    return lambda broken: broken.write_bytes(content) and None


def damage_output(damage: Callable[[Episode, Path], Callable[[Path], None]]) -> Callable[[Episode], None]:
    def strike(episode: Episode) -> None:
        """Break what an earlier job made: the next must say so, or be right all the same."""
        names = [name for name in episode.stage.read if (episode.folder / "results/2018" / name).exists()]
        path = episode.any_of([episode.folder / "results/2018" / name for name in names])
        with damaged(path, damage(episode, path)):
            code, terminal = episode.run()
        (path.with_name(f"{path.name}.held")).unlink(missing_ok=True)
        if code == 0:
            episode.need_truth()
        else:
            need("is broken" in terminal or "not a whole model" in terminal, f"not explained:\n{terminal[-4000:]}")
        episode.need_survival()

    return strike


def set_times(select: Callable[[Episode], list[Path]], year: int) -> Callable[[Episode], None]:
    def strike(episode: Episode) -> None:
        """Give files times as a clock that was wrong leaves them, in the middle of a run."""
        process = episode.start_until_moment()
        moment = time.mktime((year, 6, 1, 0, 0, 0, 0, 0, 0))
        for path in select(episode):
            if episode.random.integers(2):
                with suppress(FileNotFoundError):
                    os.utime(path, (moment, moment))
        process.wait(TIMEOUT_S)
        episode.need_survival()
        terminal = episode.run()[1]
        need("Nothing to be done" in terminal, f"there is always something to do:\n{terminal[-3000:]}")

    return strike


def all_results(episode: Episode) -> list[Path]:
    return [path for path in sorted((episode.folder / "results").rglob("[!.]*")) if path.is_file()]


def second_run(episode: Episode) -> None:
    """Start a second run in the folder: it must refuse, and the first go on."""
    first = episode.start_until_moment()
    code, terminal = episode.run()
    late = first.poll() is not None
    need(first.wait(TIMEOUT_S) == 0, f"the first was disturbed:\n{episode.terminal(first)[-3000:]}")
    if late and code == 0:
        raise LateError
    need(code != 0, "the second did not end with an error")
    said = f"another run works in this folder (process {first.pid} of "
    need(said in terminal, f"not explained:\n{terminal[-3000:]}")
    episode.need_truth()
    episode.need_survival()


def second_run_without_lock(episode: Episode) -> None:
    """Let two runs make the same files at once: each may fail, but what is there is whole."""
    first = episode.start_until_moment("--nolock")
    second = episode.start("--nolock")
    for process in (first, second):
        process.wait(TIMEOUT_S)
    for name, found in digests(episode.folder).items():
        need(episode.truth.get(name) == found, f"{name} is wrong")
    episode.need_survival()


LONG = ("survey", "samples", "maps")
ANY = tuple(STAGES)
READING = ("survey", "samples", "maps")
WITH_READ = tuple(name for name, stage in STAGES.items() if stage.read)

KINDS: dict[str, tuple[Callable[[Episode], None], tuple[str, ...]]] = {
    "workflow killed": (kill_workflow, ANY),
    "job killed": (kill_job, ANY),
    "group killed": (signal_group(signal.SIGKILL), ANY),
    "output bit-flipped": (damage_output(bit_flipped), WITH_READ),
    "second run": (second_run, LONG),
    "product truncated": (damage_product(truncated), READING),
    "disk full (results)": (full_disk("results"), ANY),
    "job outlives workflow": (outlive, LONG),
    "terminated": (terminate, ANY),
    "interrupted": (signal_group(signal.SIGINT), ANY),
    "hung up": (signal_group(signal.SIGHUP), ANY),
    "killed twice": (kill_twice, ANY),
    "disk full (all)": (full_disk(""), ANY),
    "product unreadable": (damage_product(unreadable), READING),
    "product bit-flipped": (damage_product(bit_flipped), READING),
    "output truncated": (damage_output(truncated), WITH_READ),
    "results of 1981": (set_times(all_results, 1981), ANY),
    "results of 2037": (set_times(all_results, 2037), ANY),
    "products of 2037": (set_times(Episode.product_files, 2037), READING),
    "second run, --nolock": (second_run_without_lock, LONG),
}


@dataclass(frozen=True)
class Fault:
    """What a number stands for."""

    number: int
    kind: str
    stage: str
    moment: float


def draw(number: int) -> Fault:
    """Return a fault: the kinds take turns, stage and moment are random."""
    random = np.random.default_rng([SEED, number])
    kind = list(KINDS)[number % len(KINDS)]
    stages = KINDS[kind][1]
    moment = float(random.uniform(-2, 0) if random.random() < 0.1 else random.uniform(0, 5))
    return Fault(number, kind, stages[int(random.integers(len(stages)))], round(moment, 2))


def strike(number: int, finished: Path, folder: Path) -> tuple[Fault, float]:
    """Let a fault strike a copy of a finished project.

    Returns
    -------
    fault : Fault
    moment : float
        When it struck: earlier than drawn, where the run would have been over by then.

    Raises
    ------
    LostError
        Where it was not survived.
    """
    fault = draw(number)
    moment = fault.moment
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(finished, folder / "work")
        random = np.random.default_rng([SEED, number, 1])
        episode = Episode(folder / "work", STAGES[fault.stage], moment, random)
        try:
            KINDS[fault.kind][0](episode)
        except LateError:
            moment = moment / 2 if moment > 0.05 else -2.0
        else:
            return fault, moment
        finally:
            episode.end_all()
