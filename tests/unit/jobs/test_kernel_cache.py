import os
import subprocess
import sys
from pathlib import Path

from landloom.core.digests import digest_of_text
from landloom.jobs import kernel_cache
from landloom.provenance import caches

KERNEL = "from numba import njit\nimport callee\n@njit(cache=True)\ndef kernel():\n    return callee.number()\n"
CALLEE = "from numba import njit\n@njit\ndef number():\n    return {}\n"
CALL = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from kernel import kernel
print(kernel(), len(kernel.stats.cache_hits))
"""


def blocked(folder):
    """A folder where nothing can be written, not even by root, whom permissions do not stop."""
    (folder / "workflow").mkdir(parents=True, exist_ok=True)
    (folder / ".cache").touch()
    return folder


def called(repository, number):
    """Return what a kernel returns, and whether it was kept: the callee was edited to return a number."""
    (repository / "kernel.py").write_text(KERNEL)
    os.utime(repository / "kernel.py", (1, 1))
    (repository / "callee.py").write_text(CALLEE.format(number))
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_CACHE", "NUMBA_DISABLE"))
    }
    environment |= kernel_cache.environment(digest_of_text(CALLEE.format(number)))
    command = [sys.executable, "-B", "-c", CALL, str(repository)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_where_the_repository_cannot_be_written_an_edited_callee_counts(tmp_path, home, monkeypatch):
    repository = blocked(tmp_path / "repository")
    monkeypatch.setattr(caches, "PROGRAM", repository)
    assert called(repository, 1) == ["1", "0"]
    assert called(repository, 1) == ["1", "1"]
    assert called(repository, 2) == ["2", "0"]
    assert not (repository / "__pycache__").exists()
    assert {path.parent for path in home.rglob("*.nbi")} <= set((home / ".cache/landloom/numba").glob("*/*"))


def test_without_any_the_folder_goes_with_its_process(home):
    blocked(home)
    code = (
        "from pathlib import Path; from landloom.provenance import caches; from landloom.jobs import kernel_cache; "
    )
    code += "caches.PROGRAM = Path('nowhere'); place = kernel_cache.folder('d'); print(place); assert place.is_dir()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    passing = Path(done.stdout.strip())
    assert passing.name.startswith("landloom_kernels_")
    assert not passing.exists()
