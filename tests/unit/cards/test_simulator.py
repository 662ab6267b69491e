"""Kernels for graphics cards in numba's simulator: in a process of its own, since the switch counts at its start."""

import os
import subprocess
import sys
from pathlib import Path

from running import ROOT

TESTS = Path(__file__).with_name("simulated.py")


def test_kernels_in_the_simulator():
    switch = {"NUMBA_ENABLE_CUDASIM": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(TESTS)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | switch, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
