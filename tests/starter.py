"""A process that has imported Snakemake and the library, and forks for each dry run that it is asked for.

Importing takes more than a second. A dry run of another copy of the program imports the library of that one.

It reads requests, one JSON object a line: ``arguments`` of Snakemake, ``folder`` to start in, ``environment``, and
``stdout`` and ``stderr`` to write to. It answers each with the exit status.
"""

import importlib
import json
import os
import sys
import traceback
from pathlib import Path

import snakemake.cli

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = str(ROOT / "scripts")
PLANNING = (
    "snakemake.report.html_reporter",
    "snakemake.storage",
    "yte",
    "smart_open",
    "nbformat",
    "jsonschema",
    "pyproj",
)
"""What Snakemake imports while it plans."""
PLANNING_OF_LIBRARY = (
    "configuration.listings",
    "configuration.preflight",
    "configuration.workload",
    "features.checks",
    "jobs.costs",
    "jobs.failures",
    "jobs.stale_products",
    "objects.costs",
    "provenance.code_digests",
    "report.templating",
    "samples.checks",
)
"""Modules of the library that planning imports, and with them all others."""


def forget_library() -> None:
    """Be as a process that has not imported the library."""
    sys.path.remove(LIBRARY)
    for name in [name for name in sys.modules if name.partition(".")[0] == "landloom"]:
        del sys.modules[name]


def run(request: dict) -> None:
    """Be a Snakemake that was started for this request."""
    for name, number in (("stdout", 1), ("stderr", 2)):
        os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    if Path(request["folder"]) != ROOT:
        forget_library()
    sys.argv = [str(Path(snakemake.__file__).with_name("__main__.py")), *request["arguments"]]
    status = 1
    try:
        snakemake.cli.main(request["arguments"])
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    sys.path.insert(0, LIBRARY)
    for module in (*PLANNING, *(f"landloom.{name}" for name in PLANNING_OF_LIBRARY)):
        importlib.import_module(module)
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            run(json.loads(line))
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
