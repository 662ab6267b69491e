"""Signatures of a provenance, by the keys that people have for SSH: who says that these are the products.

``provenance.json`` has the checksum of every product, so its signature is one of all. It lies beside it, as
``ssh-keygen -Y sign`` writes it.
"""

import shutil
import subprocess
from pathlib import Path

SUFFIX = ".sig"
NAMESPACE = "landloom"
"""What the signature is for, so that one of another file of the same key proves nothing."""

SECONDS = 60


def problem(provenance: Path, signers: Path | None) -> str:
    """Return what is wrong with the signature of a provenance; empty where it is right, or none is asked for.

    Parameters
    ----------
    provenance : Path
    signers : Path or None
        Who may sign, as ``ssh-keygen`` reads it (a line ``name key-type key`` each). With it there must be a
        signature; without it, one that is there must fit the file, whoever made it.
    """
    signature = provenance.with_name(provenance.name + SUFFIX)
    if not signature.is_file():
        return f"{signature.name} is missing" if signers else ""
    if signers and not signers.is_file():
        return f"{signers}, who may sign, is no file"
    if shutil.which("ssh-keygen") is None:
        return f"{signature.name} cannot be checked: install OpenSSH (ssh-keygen)"
    arguments = ["-n", NAMESPACE, "-s", str(signature)]
    if signers is None:
        return _refusal(["check-novalidate", *arguments], provenance)
    names = _answer(["find-principals", "-s", str(signature), "-f", str(signers)], provenance)
    if names is None:
        return f"{signature.name} is of nobody in {signers}"
    name = names.splitlines()[0]
    return _refusal(["verify", *arguments, "-f", str(signers), "-I", name], provenance)


def _refusal(arguments: list[str], provenance: Path) -> str:
    """Return a word where ``ssh-keygen`` refuses a signature."""
    return "" if _answer(arguments, provenance) is not None else f"{provenance.name}{SUFFIX} does not fit"


def _answer(arguments: list[str], provenance: Path) -> str | None:
    """Return what ``ssh-keygen`` prints; None where it refuses, or is not there."""
    try:
        with provenance.open("rb") as content:
            done = subprocess.run(
                ["ssh-keygen", "-Y", *arguments], stdin=content, capture_output=True, check=True, timeout=SECONDS
            )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace") or " "
