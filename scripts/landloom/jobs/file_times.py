"""Files dated in the future, which fail every job that reads them: its outputs seem older than its inputs."""

import os
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from landloom.core.errors import InputError

MARGIN_S = 60
"""Tolerance in seconds: a file server's clock may be slightly ahead, which is harmless since it dates outputs too."""


def mend_times(files: Iterable[Path], ours: Path) -> str:
    """Set products that are dated in the future, by a wrong clock, to the present time.

    Parameters
    ----------
    files : iterable of Path
        Inputs of jobs.
    ours : Path
        Folder of files that may be changed.

    Returns
    -------
    str
        Message about changed files; empty if there are none.

    Raises
    ------
    InputError
        If files of the user are dated in the future.
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
