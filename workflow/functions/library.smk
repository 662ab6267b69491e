"""Where the library is: beside this workflow, or installed, where files are fetched one by one. No rules here."""

import os
import sys
from pathlib import Path


def repository():
    """Return the folder of the program; None where Snakemake fetches this workflow's files from a server."""
    place = workflow.current_basedir
    return Path(place).parents[1] if isinstance(place, os.PathLike) else None


def check_installed():
    """End unless the library is installed in the version of these files: `gitfile` and `github` fetch no folders."""
    code = Path(workflow.source_path("../../scripts/landloom/core/version.py"))
    wanted = (
        code.read_text(encoding="utf-8").partition('VERSION = "')[2].partition('"')[0]
    )
    try:
        from landloom.core.version import VERSION as found
    except ImportError:
        found = "none"
    if found != wanted:
        print(
            f"error: module: this workflow is fetched file by file, so version {wanted} of the Python package landloom "
            f"must be installed beside Snakemake (found: {found}); see docs/module.md",
            file=sys.stderr,
        )
        sys.exit(1)


REPOSITORY = repository()

if REPOSITORY:
    sys.path.insert(0, str(REPOSITORY / "scripts"))
else:
    check_installed()
