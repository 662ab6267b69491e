import multiprocessing
import os
import time

import pytest

from landloom import features, kernels, maps, resample
from landloom.models import forest_kernels


def job(folder):
    def use():
        time.sleep(0.3)
        (folder / f"compiled_{os.getpid()}").touch()

    os.environ["NUMBA_CACHE_DIR"] = str(folder / "cache")
    kernels.prepare(use)
    (folder / f"went_on_after_{len(list(folder.glob('compiled_*')))}_{os.getpid()}").touch()


def test_of_jobs_that_start_together_one_compiles_and_the_others_wait(tmp_path):
    jobs = [multiprocessing.Process(target=job, args=(tmp_path,)) for _ in range(4)]
    for one in jobs:
        one.start()
    for one in jobs:
        one.join(20)
    assert len(list(tmp_path.glob("compiled_*"))) == 1
    assert len(list(tmp_path.glob("went_on_after_1_*"))) == 4


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked / "cache"))
    kernels.prepare(lambda: pytest.fail("compiled for nothing"))


def test_all_kernels_that_jobs_call_are_compiled():
    for module in (resample, features, maps):
        module.use_kernels()
    for kernel in (
        resample.interpolate_bilinear,
        resample.keep_clear,
        resample.keep_present,
        resample.repeat_nearest,
        resample.to_reflectance,
        features._stack,
        forest_kernels.mean_fractions,
        maps.decide,
    ):
        assert kernel.signatures
