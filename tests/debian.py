"""Programs of Debian that some tests need: ``python tests/debian.py PROGRAM ... -- PACKAGE ...``."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable


class NotInstalledError(Exception):
    """Programs that cannot be had here."""


def install(programs: Iterable[str], packages: list[str]) -> None:
    """Install packages where one of some programs is missing.

    Raises
    ------
    NotInstalledError
        Where they cannot be installed.
    """
    path = f"{os.environ['PATH']}:/usr/sbin"
    missing = [program for program in programs if not shutil.which(program, path=path)]
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise NotInstalledError(
            f"{', '.join(missing)} missing; only root with apt-get installs {', '.join(packages)}"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotInstalledError(f"apt-get {' '.join(command)}: {done.stderr.strip()}")


if __name__ == "__main__":
    between = sys.argv.index("--")
    try:
        install(sys.argv[1:between], sys.argv[between + 1 :])
    except NotInstalledError as error:
        sys.exit(str(error))
