"""Limits and faults of the system: each ends with one line that says what to do, and leaves nothing half-written."""

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio

from bad_input.test_disk import GRID, WRITERS, write_raster, write_text
from landloom.core import files, parquet
from landloom.core.errors import InputError
from landloom.geo import rasters
from landloom.geo.grids import Window
from landloom.reading import band_reader
from landloom.sensors.acquisition import RasterBand
from landloom.survey import acquisition_table, survey
from limits import limited, no_more_files


@pytest.mark.parametrize(("write", "name"), WRITERS)
def test_files_that_may_not_be_so_large(write, name: str, tmp_path: Path):
    with limited(resource.RLIMIT_FSIZE, 8192), pytest.raises(InputError) as caught:
        write(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path}/{name}: cannot be written (")
    assert "`ulimit -f`" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("write", "name"), [(write_raster, "a.tif"), (write_text, "a.txt")])
def test_too_many_open_files_while_writing(write, name: str, tmp_path: Path):
    with no_more_files(), pytest.raises(InputError) as caught:
        write(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path}")
    assert str(caught.value).endswith("raise the limit of open files (`ulimit -n`), then start again")
    assert [path for path in tmp_path.iterdir() if not path.name.startswith(".")] == []


def test_too_many_open_files_while_reading(tmp_path: Path):
    """Such a file is not broken: nobody should remove it."""
    write_raster(tmp_path / "a.tif")
    for read in (rasters.opened, parquet.read):
        with no_more_files(), pytest.raises(InputError) as caught:
            read(tmp_path / "a.tif")
        assert str(caught.value).startswith(f"{tmp_path}/a.tif: cannot be read (")
        assert "remove" not in str(caught.value)
        assert str(caught.value).endswith("raise the limit of open files (`ulimit -n`), then start again")


def test_too_many_open_files_while_reading_a_product(tmp_path: Path):
    write_raster(tmp_path / "a.tif")
    numbers = np.empty((8, 8), np.int16)
    with no_more_files(), pytest.raises(InputError) as caught:
        band_reader.BandReader(RasterBand(str(tmp_path / "a.tif")), GRID, "bilinear").reflectance(
            Window(0, 0, 8, 8), numbers
        )
    assert str(caught.value).startswith(f"{tmp_path}/a.tif: cannot be read (")
    assert str(caught.value).endswith("; raise the limit of open files (`ulimit -n`), then start again")


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE, errno.EMFILE, errno.EACCES])
def test_a_product_is_not_skipped_for_a_fault_of_the_system(code: int):
    """With `on_bad_product: skip`, too: another map would be made of what was there at this moment."""
    error = rasterio.errors.RasterioIOError(f"a.tif: {os.strerror(code)}")
    found = acquisition_table.AcquisitionRecord("s2", None, "P1", f"a.tif: cannot be read ({error})", 0.0)
    with pytest.raises(InputError, match=r"a\.tif") as caught:
        survey._check_bad("T", [found], True, "skip")
    assert files.FAULTS[code] in str(caught.value)


def fail_half_way(output: Path, error: OSError) -> None:
    with files.whole(output) as temporary:
        temporary.write_text("half")
        raise error


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE])
def test_a_disk_that_does_not_answer(code: int, tmp_path: Path):
    """What was written so far is removed; where it was read, the file that was read is named."""
    output, source = tmp_path / "out.txt", tmp_path / "in.txt"
    for named, told in ((None, f"{output}: cannot be written"), (str(source), f"{source}: cannot be read")):
        with pytest.raises(InputError) as caught:
            fail_half_way(output, OSError(code, os.strerror(code), named))
        assert str(caught.value) == f"{told} ({os.strerror(code)}); {files.FAULTS[code]}"
        assert list(tmp_path.iterdir()) == []
    broken = files.broken(source, OSError(code, os.strerror(code)))
    assert str(broken).startswith(f"{source}: cannot be read (")
    assert "remove" not in str(broken)


JOB = """
import errno, os, resource, sys
from pathlib import Path
from landloom.core.files import whole
from landloom.jobs import job
folder = Path(sys.argv[1])
with job.logged(folder / "log", "rule", 100), whole(folder / "a.txt") as temporary:
    temporary.write_text("half")
"""


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "resource.setrlimit(resource.RLIMIT_AS, (2**28, -1)); bytearray(2**30)",
            "error: not enough memory; is there a limit",
        ),
        ("resource.setrlimit(resource.RLIMIT_FSIZE, (4096, -1)); temporary.write_text('x' * 5000)", "`ulimit -f`"),
        (
            "open('/a/b', opener=lambda *_: (_ for _ in ()).throw(OSError(errno.ESTALE, 'Stale', '/a/b')))",
            "/a/b: cannot",
        ),
        ('raise RuntimeError("can\'t start new thread")', "error: no further thread can be started"),
    ],
    ids=["memory", "size", "stale", "threads"],
)
def test_a_job_at_its_limit_says_so_in_one_line(statement: str, message: str, tmp_path: Path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", JOB + "    " + statement, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    lines = (tmp_path / "log").read_text().splitlines()
    assert done.returncode == 1
    assert len(lines) == 2
    assert message in lines[0]
    assert lines[1].startswith("used by rule")
    assert [path.name for path in tmp_path.iterdir()] == ["log"]
