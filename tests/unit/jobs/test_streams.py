"""Whatever a job prints, by whatever way, holds no secret."""

import os
import subprocess
import sys

import pytest

SECRET = "S3cr3tS3cr3t"
ADDRESS = f"https://me:{SECRET}@host/a.tif?sig={SECRET}"
WORK = """
import logging, sys, threading, warnings
from pathlib import Path
from landloom.core.errors import InputError
from landloom.jobs import job
address = sys.argv[2]
with job.logged(Path(sys.argv[1]) / "log", "rule", 100):
"""


@pytest.mark.parametrize(
    "statement",
    [
        "print(address)",
        "print('é', address, file=sys.stderr)",
        "logging.getLogger('urllib3').warning('broken by %s: /a?api_key=%s', 1, address)",
        "warnings.warn(address)",
        "raise InputError(address)",
        "raise RuntimeError(address)",
        "thread = threading.Thread(target=lambda: 1 / 0, name=address); thread.start(); thread.join()",
        "import rasterio; rasterio.open('/vsicurl/' + address.replace('host', '127.0.0.1:1').replace('s:', ':'))",
    ],
)
def test_no_secret_is_in_the_log(tmp_path, statement):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    code = WORK + "    " + statement
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), ADDRESS], env=environment, capture_output=True, check=False
    )
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert log.splitlines()[-1].startswith("used by rule")
    assert len(log.splitlines()) > 1
    assert SECRET not in log
    assert SECRET.encode() not in done.stdout + done.stderr
