"""What the repository promises about itself: pins in one place, generated files up to date, nothing leaked."""

import re
import subprocess
import tomllib

import pytest
import yaml

from landloom.configuration import documentation
from running import ROOT

CONDA_NAMES = {"snakemake-minimal": "snakemake"}
NOT_ON_PYPI = {"python", "gdal"}


def pins():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def direct():
    files = ("requirements.in", "requirements-checks.in")
    lines = [line for file in files for line in (ROOT / file).read_text().splitlines()]
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def tracked():
    return subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )


@pytest.mark.parametrize("path", ["environment.yml", "envs/landloom.yaml"])
def test_conda_environments_agree_with_the_pins(path):
    for line in yaml.safe_load((ROOT / path).read_text())["dependencies"]:
        name, version = line.split("=")
        if name not in NOT_ON_PYPI:
            assert pins()[CONDA_NAMES.get(name, name)] == version, line


def test_pixi_agrees_with_conda():
    lines = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pinned = tomllib.loads((ROOT / "pixi.toml").read_text())["dependencies"]
    given = {name: version.removeprefix("==").removesuffix(".*") for name, version in pinned.items()}
    assert given == dict(line.split("=") for line in lines)


def test_environment_has_all_that_is_used_directly():
    lines = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    names = {CONDA_NAMES.get(line.split("=")[0], line.split("=")[0]) for line in lines}
    assert names - NOT_ON_PYPI == direct()


@pytest.mark.parametrize(("name", "wanted"), [("networks", "torch"), ("browser", "selenium")])
def test_what_few_need_is_pinned_apart(name, wanted):
    pinned = (ROOT / f"requirements-{name}.txt").read_text().split()
    assert all("==" in line for line in pinned)
    assert wanted in {line.split("==")[0] for line in pinned}
    assert not {line.split("==")[0] for line in pinned} & set(pins())


def test_the_site_has_the_versions_of_all_else():
    lines = (ROOT / "requirements-site.txt").read_text().split()
    apart, others = dict(line.split("==") for line in lines), pins()
    assert {name for name in set(apart) & set(others) if apart[name] != others[name]} == set()
    direct = (ROOT / "requirements-site.in").read_text().splitlines()
    assert {line for line in direct if not line.startswith("#")} <= set(apart)


def test_every_direct_requirement_is_pinned():
    assert direct() <= set(pins())


def test_every_environment_is_used_by_a_rule():
    rules = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    for path in (ROOT / "envs").glob("*.yaml"):
        assert f"envs/{path.name}" in rules


def test_configuration_documentation_is_up_to_date():
    assert documentation.MARKDOWN.read_text() == documentation.markdown(), "run make docs"
    assert documentation.SCHEMA.read_text() == documentation.schema(), "run make docs"
    assert documentation.README.read_text() == documentation.readme(), "run make docs"


def test_rules_scripts_and_logs_share_their_names():
    text = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    for script in re.findall(r'script:\s+"\.\./\.\./scripts/(\w+)\.py"', text):
        assert re.search(rf"^ *rule {script}:", text, re.M), script
        assert f'code_digest("{script}")' in text
    assert " run:\n" not in text


def test_every_job_has_a_log_that_ends_with_what_it_used_and_a_record():
    for path in (ROOT / "scripts").glob("*.py"):
        assert re.search(r"with job\.recorded\(snakemake[,)]", path.read_text()), path.name


def test_inputs_that_are_ancient_are_not_watched_by_records_either():
    text = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    for rule in re.split(r"^ *rule (?=\w+:)", text, flags=re.M)[1:]:
        ancient = re.findall(r"(\w+)=\(?\s*ancient\(", rule)
        if ancient:
            script = (ROOT / "scripts" / f"{rule.partition(':')[0]}.py").read_text()
            named = re.search(r"unwatched=\((.*?)\)", script)
            assert named, rule
            assert set(re.findall(r'"(\w+)"', named[1])) == set(ancient), rule


def test_no_large_file_and_no_registry_host_is_tracked():
    for name in tracked():
        path = ROOT / name
        if path.is_file() and not path.is_symlink():
            assert path.stat().st_size < 2**20, name
    for name in (
        "requirements.in",
        "requirements-checks.in",
        "requirements.txt",
        "requirements-networks.txt",
        "requirements-browser.txt",
        "environment.yml",
    ):
        text = (ROOT / name).read_text()
        assert not re.search(r"index-url|find-links|https?://", text), name


def test_only_kernels_go_without_types():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    (without,) = [part for part in settings["overrides"] if "disallow_untyped_defs" in part]
    for name in without["module"]:
        if name == "landloom.timeseries.*":  # every method of interpolation is a kernel
            continue
        assert "from numba import" in (ROOT / "scripts" / f"{name.replace('.', '/')}.py").read_text(), name


def targets():
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))


def test_make_alone_lists_the_commands():
    done = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in done.stdout.splitlines()}
    assert listed == targets()
    assert "setup" in listed


def test_hooks_before_a_commit_need_no_network_and_run_what_is_pinned():
    content = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert {repository["repo"] for repository in content["repos"]} == {"local"}
    for hook in content["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        program = hook["entry"].split()[0].removeprefix(".venv/bin/")
        assert program in pins()
        assert (ROOT / hook["entry"].split()[0]).exists()


def test_workflows_elsewhere_call_the_targets_of_the_makefile():
    """They are not run here."""
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        content = yaml.safe_load(path.read_text())
        steps = [step.get("run", "") for job in content["jobs"].values() for step in job["steps"]]
        called = [name for step in steps for name in re.findall(r"make ([a-z-]+)", step)]
        assert called
        assert set(called) <= targets()
        versions = content["jobs"]["tests"]["strategy"]["matrix"]["python"]
        assert versions == ["3.11", "3.12", "3.13"]
        assert f'requires-python = ">={versions[0]}"' in (ROOT / "pyproject.toml").read_text()


def test_every_command_of_ci_and_contributing_is_a_target():
    for name in (".ci/run", "CONTRIBUTING.md", "README.md"):
        assert set(re.findall(r"^\s*make ([a-z-]+)", (ROOT / name).read_text(), re.M)) <= targets(), name


def test_versions_agree():
    from landloom.core.version import VERSION

    project = (ROOT / "pyproject.toml").read_text()
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert f'version = "{VERSION}"' in project
    assert citation["version"] == VERSION
    assert f"## {VERSION}" in (ROOT / "CHANGELOG.md").read_text()
