"""Is PyTorch there? It is not among landloom's requirements, and loaded only where a network is used."""

from importlib.metadata import PackageNotFoundError, version

from landloom.core.errors import InputError

SUPPORTED = "2"
"""Main version."""

HOW = "run `make networks` and start with `.venv-networks/bin/python -m snakemake` (docs/networks.md)"


def problem() -> str:
    """Return what is wrong with PyTorch in this environment, without loading it; empty if nothing is."""
    try:
        found = version("torch")
    except PackageNotFoundError:
        return f"networks need PyTorch, which is not installed here: {HOW}"
    if found.split(".")[0] != SUPPORTED:
        return f"networks need PyTorch {SUPPORTED}, and {found} is installed here: {HOW}"
    return ""


def require() -> None:
    """Raise InputError where networks cannot be used."""
    found = problem()
    if found:
        raise InputError(found)


def described() -> str:
    """Return with what a network is trained and applied: it stands in the model's metadata."""
    return f"torch {version('torch')}, cpu, float32"
