"""A process that has imported Snakemake and forks for each dry run that it is asked for: importing takes a second.

It reads requests, one JSON object a line: ``arguments`` of Snakemake, ``folder`` to start in, ``environment``, and
``stdout`` and ``stderr`` to write to. It answers each with the exit status.
"""

import json
import os
import sys
import traceback
from pathlib import Path

import snakemake.cli


def run(request: dict) -> None:
    """Be a Snakemake that was started for this request."""
    for name, number in (("stdout", 1), ("stderr", 2)):
        os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
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
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            run(json.loads(line))
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
