"""Checks that take large packages: of vector files (geopandas), and of the classifier (scikit-learn).

What was found valid is remembered. What was not can be checked in a process of its own, so that the process that
plans does not keep packages of a hundred MB that it never uses again.
"""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from landloom.configuration import vector_checks
from landloom.configuration.configuration import Configuration
from landloom.core.digests import digest
from landloom.core.files import remember
from landloom.training.registry import REGRESSORS, TRAINERS
from landloom.training.settings import FrozenSettings


def problems(settings: Configuration, memory: Path | None) -> list[str]:
    """Return a message for each problem of vector files and of the classifier.

    Parameters
    ----------
    settings : Configuration
    memory : path or None
        Cache folder of what is valid, which is checked again only after changes.
    """
    return [*vector_checks.problems(settings, memory), *_of_classifier(settings, memory)]


def problems_found_aside(settings: Configuration, memory: Path | None) -> list[str]:
    """Return the same as :func:`problems`, from a process of its own unless all is known to be valid."""
    if not (vector_checks.needed(settings, memory) or _classifier_needed(settings, memory)):
        return []
    request = {"settings": settings.model_dump(mode="json"), "memory": str(memory) if memory else None}
    library = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, (library, os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-P", "-m", __name__],  # the working folder is the user's: no module comes from it
        input=json.dumps(request),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=True,
        env=os.environ | {"PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
    )
    # Libraries may have written to the same stream before.
    lines: list[str] = json.loads(done.stdout.splitlines()[-1])
    return lines


def answer() -> None:
    """Read a request of :func:`problems_found_aside`, and write what is found."""
    request = json.load(sys.stdin)
    memory = Path(request["memory"]) if request["memory"] else None
    print("\n" + json.dumps(problems(Configuration.model_validate(request["settings"]), memory)))


def _of_classifier(settings: Configuration, memory: Path | None) -> list[str]:
    """Return messages for unknown or invalid parameters of the classifier."""
    model = settings.model
    if isinstance(model, FrozenSettings) or not _classifier_needed(settings, memory):
        return []
    trainers = REGRESSORS if settings.target else TRAINERS
    problems: list[str] = trainers.load(model.family).problems(model)
    if memory and not problems:
        remember(memory / _state_of_classifier(settings), "")
    return problems


def _classifier_needed(settings: Configuration, memory: Path | None) -> bool:
    """Return whether a package has to check the parameters of the classifier."""
    if isinstance(settings.model, FrozenSettings) or not settings.model.CHECKED_BY:
        return False
    return not (memory and (memory / _state_of_classifier(settings)).exists())


def _state_of_classifier(settings: Configuration) -> str:
    """Return the digest of a section of a classifier and of the package that checks it."""
    model = settings.model
    assert not isinstance(model, FrozenSettings)
    return digest(["model", model.model_dump(mode="json"), version(model.CHECKED_BY)])


if __name__ == "__main__":
    answer()
