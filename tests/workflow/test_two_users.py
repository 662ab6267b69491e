"""Two users of one installation that neither may write in, on one archive that neither may write in, at one time.

Both begin without compiled kernels, which they must not get from each other.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bad_input.inputs import TILE, small_configuration
from running import write_config
from workflow.test_reruns import edited_program

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root, and setpriv"),
]

USERS = (61001, 61002)
SAME = ("models/all_run0.npz", f"tiles/{TILE}/run0/classification.tif", "map/run0/confidence.tif", "sanity.csv")


def started(user: int, home: Path, program: Path, config: Path) -> subprocess.Popen[str]:
    """Start a run of another user, who may read everything (as Python in the home of root) and write at home."""
    command = ["setpriv", "--reuid", str(user), "--regid", str(user), "--clear-groups"]
    command += ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
    command += [sys.executable, "-m", "snakemake", "--snakefile", str(program / "workflow/Snakefile")]
    command += ["--profile", str(program / "profiles/local"), "--cores", "1", "--configfile", str(config)]
    private = ("NUMBA_", "XDG_", "PYTEST_", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(private)}
    environment = kept | {"HOME": str(home), "USER": f"user{user}", "LOGNAME": f"user{user}"}
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen([*command, "--directory", str(home / "work")], cwd=home, env=environment, **output)


def contents(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_both_get_the_same_maps_and_leave_nothing_behind(tiny_demo: Path, tmp_path: Path) -> None:
    program = edited_program(tmp_path / "program", "maps/output_block.py", "best = 0", "best = 0")
    for folder in program.rglob("__pycache__"):
        shutil.rmtree(folder)
    archive = shutil.copytree(tiny_demo, tmp_path / "shared")
    before = contents(program), contents(archive)
    text = {"archive": f"{archive}/archive"}
    changes = {
        "nomenclature": f"{archive}/nomenclature.csv",
        "reference": {"file": f"{archive}/{{year}}/reference.gpkg", "field": "code"},
        "sensors": {"s2": small_configuration()["sensors"]["s2"] | text},
    }
    runs = []
    for user in USERS:
        home = tmp_path / f"home{user}"
        (home / "work").mkdir(parents=True)
        config = write_config(home / "config.yaml", small_configuration(**changes))
        for path in (home, home / "work", config):
            os.chown(path, user, user)
        runs.append((home, started(user, home, program, config)))
    for _, process in runs:
        said, _ = process.communicate(timeout=3000)
        assert process.returncode == 0, said[-3000:]
        assert "ermission" not in said
    results = [home / "work/results/2018" for home, _ in runs]
    one, other = ({name: (folder / name).read_bytes() for name in SAME} for folder in results)
    assert one == other
    assert (contents(program), contents(archive)) == before
    for user, (home, _) in zip(USERS, runs, strict=True):
        assert list((home / ".cache/landloom/numba").rglob("*.nbi"))
        assert {path.stat().st_uid for path in home.rglob("*")} == {user}
