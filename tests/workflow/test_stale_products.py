"""Nothing stale passes as current, whatever Snakemake remembers: records of jobs tell what products were made with.

All from one finished project, and all but one case by dry runs.
"""

import os
import shutil
from pathlib import Path

import pytest

from bad_input.inputs import small_configuration
from plans import Jobs, jobs_of
from running import run_snakemake, write_config
from workflow.test_reruns import TRAINED, edited_program

YEAR = "results/2018"


@pytest.fixture
def project(up_to_date: Path, tmp_path: Path) -> Path:
    """A copy without Snakemake's own folder."""
    folder = tmp_path / "work"
    shutil.copytree(up_to_date, folder, ignore=shutil.ignore_patterns(".snakemake", "logs", "benchmarks"))
    return folder


def plan(project: Path, *arguments: str, **changes: object) -> tuple[Jobs, str]:
    """Return the jobs that a dry run lists, and what it says."""
    config = write_config(project / "changed.yaml", small_configuration(**changes))
    done = run_snakemake(project, *arguments, "--dry-run", config=config)
    assert done.returncode == 0, done.stderr + done.stdout
    return jobs_of(done.stdout + done.stderr), done.stdout + done.stderr


def test_copied_results_stay_valid_and_another_parameter_counts(project: Path) -> None:
    for number, path in enumerate(sorted((project / "results").rglob("*.*"))):
        os.utime(path, (10**9 - number, 10**9 - number))  # as a copy leaves them that does not keep the times
    assert "Nothing to be done" in plan(project)[1]
    shutil.rmtree(project / ".snakemake")
    assert plan(project, model={"trees": 20})[0] == TRAINED
    assert "Nothing to be done" in plan(project)[1]


@pytest.mark.long
def test_touch_does_not_make_current(project: Path) -> None:
    config = write_config(project / "changed.yaml", small_configuration(model={"trees": 20}))
    done = run_snakemake(project, "--touch", config=config)
    assert done.returncode == 0, done.stderr
    assert plan(project, model={"trees": 20})[0] == TRAINED
    assert "Nothing to be done" in plan(project)[1]


def test_edited_products_are_named_and_made_again(project: Path) -> None:
    model = project / YEAR / "models/all_run0.npz"
    content = model.read_bytes()
    model.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    jobs, said = plan(project)
    assert f"{YEAR}/models/all_run0.npz is not as it was made (its bytes are others" in said
    assert jobs == {
        name: count for name, count in TRAINED.items() if name not in ("cross_validate", "sample_quality")
    }
    model.write_bytes(content)
    assert "Nothing to be done" in plan(project)[1]


def test_products_without_a_record_are_made_again(project: Path) -> None:
    (project / YEAR / "records/models/all_run0.json").unlink()
    jobs, said = plan(project)
    assert "no job has recorded it" in said
    assert jobs["train"] == 1
    assert jobs["classify"] == 2


def test_results_of_other_code(project: Path, tmp_path: Path) -> None:
    """As those of an earlier release."""
    program = edited_program(tmp_path / "program", "maps/output_block.py", "best = 0", "best = 0 + 0")
    config = write_config(project / "changed.yaml", small_configuration())
    done = run_snakemake(project, "--dry-run", config=config, root=program)
    assert jobs_of(done.stdout + done.stderr)["classify"] == 2
