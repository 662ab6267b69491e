"""The workflow as a module of another one, which names its Snakefile by path."""

import shutil
from pathlib import Path

import pytest

from bad_input.inputs import small_configuration
from plans import jobs_of
from running import ROOT, run_snakemake, write_config

MODULE = f"""
configfile: "config.yaml"


module landloom:
    snakefile: "{ROOT}/workflow/Snakefile"
    config: config


use rule * from landloom{{named}}


rule country:
    default_target: True
    input: rules.{{prefix}}all.input
    output: "told.txt"
    shell: "echo made > {{{{output}}}}"
"""


@pytest.fixture
def project(up_to_date: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(up_to_date, tmp_path / "work"))


def planned(project: Path, *arguments: str, named: str = "", prefix: str = "") -> str:
    """Return what a dry run of another workflow says."""
    (project / "Snakefile").write_text(MODULE.format(named=named, prefix=prefix))
    done = run_snakemake(project, *arguments, "--dry-run", "--snakefile", str(project / "Snakefile"))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_another_workflow_finds_the_products_of_this_one_up_to_date(project: Path):
    assert jobs_of(planned(project)) == {"country": 1}


@pytest.mark.long
def test_rules_may_have_other_names(project: Path):
    write_config(project / "config.yaml", small_configuration(model={"trees": 7}))
    listed = jobs_of(planned(project, named=" as cover_*", prefix="cover_"))
    assert listed["cover_train"] == 1
    assert "cover_candidates" not in listed


def test_another_folder_for_products_is_refused(project: Path):
    text = MODULE.format(named="", prefix="").replace(
        "    config: config\n", '    config: config\n    prefix: "here"\n'
    )
    (project / "Snakefile").write_text(text)
    done = run_snakemake(project, "--dry-run", "--snakefile", str(project / "Snakefile"))
    assert done.returncode != 0
    assert "error: module: landloom cannot work under a `prefix`" in done.stderr
