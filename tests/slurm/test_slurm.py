"""The demo on a real SLURM: the map of one machine, whatever happens to jobs and nodes.

Run by ``make test-slurm``. One map is made while a node goes down, jobs get too little memory and one is cut off; the
tests then look at what has become of it.
"""

import os
import re
import signal
from pathlib import Path

import numpy as np
import pytest
import rasterio

from running import run_snakemake
from slurm.conftest import LITTLE_MEMORY, MORE_MEMORY, YEAR, Disturbed, Run
from slurm.lab import Lab, by_kernel

pytestmark = pytest.mark.slurm

TARGET = f"{YEAR}/tiles/T31TBJ/run0/classification.tif"


def rasters_of(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.glob("results/**/*.tif"))


def dry_run(folder: Path, profile: str) -> str:
    done = run_snakemake(folder, "--dry-run", config=folder / "config.yaml", profile=profile)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_all_pixels_are_those_of_one_machine(local: Path, disturbed: Disturbed):
    assert disturbed.code == 0, disturbed.terminal[-5000:]
    assert len(rasters_of(local)) >= 11
    assert rasters_of(disturbed.folder) == rasters_of(local)
    for name in rasters_of(local):
        with rasterio.open(local / name) as one, rasterio.open(disturbed.folder / name) as other:
            np.testing.assert_array_equal(one.read(), other.read(), err_msg=str(name))


def test_radar_images_are_prepared_there(local: Path, disturbed: Disturbed):
    """They are among the rasters that are compared; each job makes those of a tile."""
    images = [path for path in rasters_of(local) if "prepared" in path.parts]
    assert len(images) >= 2 * 5
    assert [job["State"] for job in disturbed.of_rule("rule_prepare")] == ["COMPLETED"] * 2


def test_what_failed_left_nothing_behind(lab: Lab, disturbed: Disturbed):
    assert not list((disturbed.folder / "results").rglob(".*"))
    assert not lab.queue()


@pytest.mark.parametrize("profile", ["local", "slurm"])
def test_what_one_machine_or_the_cluster_made_the_other_does_not_make_again(
    profile: str, local: Path, disturbed: Disturbed
):
    made_elsewhere = {"local": disturbed.folder, "slurm": local}[profile]
    assert "Nothing to be done" in dry_run(made_elsewhere, profile)


def test_a_job_without_enough_memory_is_given_more(lab: Lab, disturbed: Disturbed):
    jobs = disturbed.of_rule("rule_samples")
    short = [job for job in jobs if job["State"] in ("FAILED", "OUT_OF_MEMORY")]
    assert short
    assert {job["ReqMem"] for job in short} == {LITTLE_MEMORY}
    assert len(jobs) == 2 + len(short)
    assert {job["ReqMem"] for job in jobs} - {LITTLE_MEMORY} == {MORE_MEMORY}
    if by_kernel():
        assert all("OUT_OF_MEMORY" in lab.steps(job["JobIDRaw"]) for job in short)


def test_a_job_without_enough_time_is_given_more(disturbed: Disturbed):
    cut_off = disturbed.jobs[disturbed.cut_off_job]
    assert cut_off["State"] == "TIMEOUT"
    (again,) = [job for job in disturbed.of_rule(cut_off["Comment"]) if job != cut_off]
    assert again["State"] == "COMPLETED"
    others = [job for job in disturbed.of_rule("rule_train") if job not in (cut_off, again)]
    assert {2 * int(job["TimelimitRaw"]) for job in others} == {int(again["TimelimitRaw"])}
    assert (cut_off["ReqMem"], again["ReqMem"]) == ("4400M", "8400M")


def test_a_node_that_goes_down_does_not_stop_the_map(disturbed: Disturbed):
    lost = disturbed.jobs[disturbed.lost_job]
    assert f"SLURM-job '{disturbed.lost_job}' failed due to a node failure" in disturbed.terminal
    again = [job for job in disturbed.of_rule(lost["Comment"]) if job["JobIDRaw"] != disturbed.lost_job]
    assert [job["State"] for job in again] == ["COMPLETED"]
    after = [job for job in disturbed.jobs.values() if int(job["JobIDRaw"]) >= int(again[0]["JobIDRaw"])]
    assert disturbed.lost_node not in {job["NodeList"] for job in after}


def test_jobs_get_the_cores_that_they_use(disturbed: Disturbed):
    assert {job["AllocCPUS"] for job in disturbed.of_rule("rule_classify")} == {"4"}
    log = (disturbed.folder / "logs/2018/tiles/T31TBJ/classify.log").read_text()
    assert f" {min(4, os.cpu_count() or 1)} threads" in log


def test_a_job_that_fails_is_shown_with_its_log(lab: Lab, mapped: Path):
    band = sorted(mapped.glob("demo/archive/**/*T31TBJ*FRE_B8.tif"))[0]
    os.truncate(band, 1000)
    code, terminal = Run(lab, mapped, [TARGET, "--forcerun", TARGET, "--retries", "0"]).end()
    assert code == 1
    number = re.search(r"submitted with SLURM jobid (\d+)", terminal)[1]
    assert "Error in rule classify" in terminal
    assert re.search(rf"log: .*/logs/slurm/rule_classify/.*{number}\.log", terminal)
    assert "rule classify:" in terminal
    assert "logs/2018/tiles/T31TBJ/classify.log" in terminal
    # SLURM's log comes after the job's.
    last_words = [line for line in terminal.splitlines() if "error: " in line and "srun: " not in line][-1]
    assert f"{band.name}: cannot be read" in last_words
    assert not (mapped / TARGET).exists()


def test_ctrl_c_cancels_all_jobs(lab: Lab, mapped: Path):
    run = Run(lab, mapped, [f"{YEAR}/dates.json", "--forcerun", "acquisitions"])
    number, _ = run.job("acquisitions")
    run.process.send_signal(signal.SIGINT)
    assert run.end()[0] != 0
    assert not lab.queue()
    assert lab.ended(number)["State"].startswith("CANCELLED")
    again = dry_run(mapped, "slurm")
    assert re.search(r"^acquisitions +2$", again, re.M)
