import multiprocessing
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from landloom.jobs import compilation


def job(folder):
    def use():
        time.sleep(0.3)
        (folder / f"compiled_{os.getpid()}").touch()

    os.environ["NUMBA_CACHE_DIR"] = str(folder / "cache")
    compilation.prepare(use)
    (folder / f"went_on_after_{len(list(folder.glob('compiled_*')))}_{os.getpid()}").touch()


def test_of_jobs_that_start_together_one_compiles_and_the_others_wait(tmp_path):
    jobs = [multiprocessing.Process(target=job, args=(tmp_path,)) for _ in range(4)]
    for one in jobs:
        one.start()
    for one in jobs:
        one.join(20)
    assert len(list(tmp_path.glob("compiled_*"))) == 1
    assert len(list(tmp_path.glob("went_on_after_1_*"))) == 4


def test_the_log_says_what_compilation_took_and_only_where_it_was_needed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))

    def use():
        pass

    for expected in (r"compiled \S+ in 0\.0 s, once for this kind of processor\n", ""):
        compilation.prepare(use)
        assert re.fullmatch(expected, capsys.readouterr().err)


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked / "cache"))
    compilation.prepare(lambda: pytest.fail("compiled for nothing"))


# In a process of its own: other tests compile for other types.
WORK = """
import sys
from pathlib import Path
import numpy as np, pandas as pd
from landloom.maps import classification as maps, output_block as decisions
from landloom.reading import resampling as resample, series_reader, value_counts
from landloom.samples import extraction as samples
from landloom.features.blocks import stack_of, use_kernels_of
from landloom.timeseries import linear
from landloom.models.forest import blocks as forest_blocks, walk as forest_walk
sys.path.insert(0, sys.argv[2])
from unit.maps import test_classification
from unit.samples import test_extraction
for use in (series_reader.use_kernels, use_kernels_of(linear), maps.use_kernels):
    use()
kernels = [resample.interpolate_bilinear, resample.keep_clear, resample.keep_present, value_counts.count_values,
           stack_of(linear), forest_walk.walk_strands, forest_blocks.write_keys, decisions.decide,
           *decisions.KERNELS.values()]
before = [len(kernel.signatures) for kernel in kernels]
assert all(before), before
folder = Path(sys.argv[1])
test_extraction.read_some(folder)
test_classification.map_some(folder)
after = [len(kernel.signatures) for kernel in kernels]
assert after == before, (before, after)
"""


def test_jobs_compile_nothing_more(tmp_path):
    code = [sys.executable, "-c", WORK, str(tmp_path), str(Path(__file__).parents[2])]
    done = subprocess.run(
        code, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
