"""The checked start of the workflow: what would run code is refused before Snakemake reads it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from landloom.configuration import start
from landloom.core.errors import InputError
from running import ROOT

RUNS = '__use_yte__: true\ntitle: ?open("ran", "w").close() or "x"\n'


def called(*arguments, cwd):
    command = [sys.executable, "-m", "landloom.configuration.start", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=environment)


def test_a_configuration_that_runs_code_is_refused_before_it_runs(tmp_path):
    (tmp_path / "my.yaml").write_text(RUNS)
    done = called("--config", "my.yaml", "-n", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: my.yaml: `__use_yte__` asks to run the Python code in this file")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "ran").exists()


def test_make_run_refuses_it_too(tmp_path):
    """Whatever the name of the file is: it is no text of a shell."""
    config = tmp_path / 'it\'s "my" $(touch ran).yaml'
    config.write_text(RUNS)
    make = ["make", "-o", ".venv/.ready", "run", f"CONFIG={str(config).replace('$', '$$')}", "TARGETS=-n"]
    done = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"error: {config}: `__use_yte__`" in done.stderr
    assert not (ROOT / "ran").exists()


@pytest.mark.parametrize(
    "text",
    [
        RUNS,
        "a: &x {__use_yte__: true}\n<<: *x\n",
        '"__use_yte__": false\n',
        "{a: 1, __use_yte__: 1}",
        "? __use_yte__\n: yes\n",
    ],
)
def test_the_key_is_found_however_it_is_written(tmp_path, text):
    path = tmp_path / "my.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match="asks to run the Python code"):
        start.check(path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: !!python/name:os.system\n", "neither JSON nor plain YAML"),
        ("a: [", "neither JSON nor plain YAML"),
        ("[" * 5000, "neither JSON nor plain YAML"),
        ("a: \udcff", "cannot be read"),
    ],
)
def test_what_cannot_be_told_is_refused(tmp_path, text, problem):
    path = tmp_path / "my.yaml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=problem):
        start.check(path)


def test_a_home_that_cannot_be_written_in(tmp_path, monkeypatch, capsys):
    """Caches of programs lie in the project then, and it is said; where that is no folder either, it ends."""
    monkeypatch.setenv("HOME", "/proc/nothing")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    start.provide_cache(tmp_path / "work")
    assert os.environ["XDG_CACHE_HOME"] == str(tmp_path / "work/.cache/user")
    assert capsys.readouterr().err.startswith("note: /proc/nothing/.cache cannot be written in; caches of")
    start.provide_cache(tmp_path / "work")
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    with pytest.raises(InputError, match="/proc/work: cannot be written in"):
        start.provide_cache(Path("/proc/work"))


def test_profiles_are_checked_and_options_are_no_targets(tmp_path):
    config, profile = tmp_path / "my.yaml", tmp_path / "profile"
    config.write_text("title: Map\nfeatures: {functions: ['__use_yte__']}\n")
    profile.mkdir()
    given = start._parser().parse_args(["--config", str(config), "--profile", str(profile), "--directory", "work"])
    expected = ["maps", "-n", "--profile", str(profile), "--directory", "work", "--configfile", str(config)]
    assert start.checked_command(given, ["maps", "-n"]) == expected
    for option in ("--configfile=other.yaml", "--snakefile", "-s"):
        with pytest.raises(InputError, match="no targets"):
            start.checked_command(given, [option])
    (profile / "config.v9+.yaml").write_text("__use_yte__: true\n")
    with pytest.raises(InputError, match="asks to run"):
        start.checked_command(given, [])


def test_a_configuration_elsewhere_is_told(tmp_path, monkeypatch):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs/my.yaml").write_text("seed: 1\n")
    monkeypatch.chdir(tmp_path)
    given = start._parser().parse_known_args(["--config", "my.yaml", "--directory", "runs"])[0]
    with pytest.raises(InputError, match=r"my\.yaml: no such file in .*; there is runs/my\.yaml: give that"):
        start.checked_command(given, [])
