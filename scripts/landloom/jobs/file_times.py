"""Files dated in the future: Snakemake fails every job that reads one, since what it makes is dated before."""

import os
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from landloom.core.errors import InputError

MARGIN_S = 60
"""A file server's clock may be a little ahead; it dates outputs too, so that this does no harm."""


def mend_times(files: Iterable[Path], ours: Path) -> str:
    """Give our own files that are dated in the future, by a clock that was wrong, the present time.

    Parameters
    ----------
    files : iterable of Path
        Inputs of jobs.
    ours : Path
        Folder of what may be changed.

    Returns
    -------
    str
        What was done; nothing where no file is dated in the future.

    Raises
    ------
    InputError
        Where other files, which are the user's, are dated in the future.
    """
    now = time.time()
    ahead = {path: moment for path in set(files) if (moment := _moment(path)) > now}
    users = sorted(path for path in ahead if ours not in path.parents and ahead[path] > now + MARGIN_S)
    if users:
        raise InputError("\n".join(f"{_words(one, ahead[one])}: set the clock right, or touch it" for one in users))
    mended = sorted(path for path in ahead if ours in path.parents)
    for path in mended:
        os.utime(path)
    if not mended:
        return ""
    return f"note: {_words(mended[0], ahead[mended[0]])}; it and {len(mended) - 1} others are given the present time."


def _moment(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # made by a job of this run
        return 0.0


def _words(path: Path, moment: float) -> str:
    return f"{path} is dated in the future ({datetime.fromtimestamp(moment).isoformat(' ', 'minutes')})"
