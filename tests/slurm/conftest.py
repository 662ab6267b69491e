"""One cluster for all tests, the demo mapped once on this machine and once on the cluster, amid failures."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
import yaml

from running import ROOT, run_snakemake, write_config
from slurm.lab import Lab, LabError

YEAR = "results/2018"
RADAR = "examples/radar.yaml"
LIMIT_SECONDS = 420
# Not even what the Snakemakes around the job hold beside its libraries; four times as much on the second attempt.
TOO_LITTLE = "samples:mem_mb=350 * attempt * attempt"
LITTLE_MEMORY, MORE_MEMORY = "350M", "1400M"

T = TypeVar("T")


@dataclass
class Run:
    """A workflow that runs on the cluster, as a user starts it."""

    lab: Lab
    folder: Path
    arguments: list[str]
    terminal: str = ""
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self._output = tempfile.TemporaryFile("w+")  # noqa: SIM115
        snakemake = [sys.executable, str(Path(__file__).with_name("impatient.py"))]
        project = ["--profile", "slurm", "--directory", str(self.folder)]
        configuration = ["--configfile", str(self.folder / "config.yaml")]
        self.process = subprocess.Popen(
            [*snakemake, *self.arguments, *project, *configuration],
            cwd=ROOT,
            env=self.lab.environment,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def job(self, rule: str) -> tuple[str, str]:
        """Wait for a job of a rule (or group) to run; return its id and node."""

        def running() -> tuple[str, str] | None:
            jobs = [job for job in self.lab.queue() if job[1] == "RUNNING" and rule in job[3]]
            return (jobs[0][0], jobs[0][2]) if jobs else None

        return self._wait(running, f"a job of {rule}")

    def first_file(self, pattern: str) -> Path:
        """Wait for a file; return it."""
        return self._wait(lambda: next(self.folder.glob(pattern), None), pattern)

    def _wait(self, found: Callable[[], T | None], what: str) -> T:
        deadline = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if (one := found()) is not None:
                return one
            time.sleep(0.2)
        self.process.kill()
        raise AssertionError(f"{what} was not seen:\n{self.end()[1][-5000:]}")

    def end(self) -> tuple[int, str]:
        """Wait for the end; return the exit code and what stood on the terminal."""
        try:
            self.process.wait(LIMIT_SECONDS)
        finally:
            self.process.kill()
            self._output.seek(0)
            self.terminal = self._output.read()
        return self.process.returncode, self.terminal


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    # Not below pytest's folder, whose name is long: that of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="lab", ignore_cleanup_errors=True) as folder:
        try:
            with Lab(Path(folder)) as lab:
                yield lab
        except LabError as error:
            pytest.fail(f"no SLURM to test with (LANDLOOM_NO_SLURM=1 leaves it out): {error}")


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make a folder with the configuration of a small demo, with some radar images of one direction."""
    content, radar = (yaml.safe_load((ROOT / "config" / name).read_text()) for name in ("config.yaml", RADAR))
    small = {**content, "runs": 1, "demo": {"size_px": 160, "sensors": ["sentinel2", "sentinel1"]}}
    small["sensors"]["s1"] = radar["sensors"]["s1_ascending"] | {"days": ["06-01", "08-15"]}
    small["model"] = {"trees": 20}

    def make(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        write_config(folder / "config.yaml", small)
        return folder

    return make


@pytest.fixture(scope="session")
def local(project: Callable[[str], Path]) -> Path:
    """The demo, mapped on this machine."""
    folder = project("local")
    done = run_snakemake(folder, config=folder / "config.yaml")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


@dataclass
class Disturbed:
    """The demo, mapped on the cluster while that did its worst; what jobs were met by which fate."""

    folder: Path
    code: int
    terminal: str
    jobs: dict[str, dict[str, str]]
    lost_node: str
    lost_job: str
    cut_off_job: str

    def of_rule(self, rule: str) -> list[dict[str, str]]:
        return [job for job in self.jobs.values() if rule in job["Comment"]]


@pytest.fixture(scope="session")
def disturbed(lab: Lab, project: Callable[[str], Path]) -> Disturbed:
    """Map the demo: a node goes down, samples ask for too little memory, a training takes too long."""
    folder = project("slurm")
    run = Run(lab, folder, ["--max-threads", "4", "--set-resources", TOO_LITTLE])
    lost_job, lost_node = run.job("acquisitions")
    lab.call("scontrol", "update", f"nodename={lost_node}", "state=down", "reason=test")
    log = run.first_file("logs/2018/models/*_run?.log")
    cut_off_job, _ = run.job(f"train_wildcards_2018_{log.stem.replace('_run', '_')}")
    lab.call("scontrol", "update", f"jobid={cut_off_job}", "EndTime=now")
    code, terminal = run.end()
    # It may have come back by itself.
    lab.call("scontrol", "update", f"nodename={lost_node}", "state=resume", check=False)
    jobs = {job["JobIDRaw"]: job for job in lab.jobs()}
    return Disturbed(folder, code, terminal, jobs, lost_node, lost_job, cut_off_job)


@pytest.fixture
def mapped(disturbed: Disturbed, tmp_path: Path) -> Path:
    """A copy of the finished map, to be damaged."""
    assert disturbed.code == 0, disturbed.terminal[-5000:]
    folder = tmp_path / "copy"
    shutil.copytree(disturbed.folder, folder)
    return folder
