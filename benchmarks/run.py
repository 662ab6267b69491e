"""Measure landloom's kernels and their peers, and write the table: ``python -m benchmarks.run --help``."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks import otb, table
from benchmarks.contest import ROOT, WRONG, Case, environment, find_case, hold, result_path

CASES = ("forest", "gap_filling", "mapping", "geocoding", "network_speed")
"""Modules of this package that have a CASE."""
PACKAGES = (
    "numpy",
    "numba",
    "scipy",
    "scikit-learn",
    "skl2onnx",
    "onnxruntime",
    "treelite",
    "ydf",
    "rasterio",
    "sarsen",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the chosen cases; write results.md and results.json."""
    options = _options(arguments)
    surroundings = describe(options)
    outcomes = []
    for name in options.cases:
        with tempfile.TemporaryDirectory(prefix="landloom-benchmark-", dir=options.scratch) as folder:
            outcomes.append(measure(find_case(f"benchmarks.{name}"), Path(folder), options))
    surroundings["load average at the end"] = _load_average()
    options.output.mkdir(parents=True, exist_ok=True)
    text = table.markdown(surroundings, outcomes)
    (options.output / "results.md").write_text(text, encoding="utf-8")
    numbers = json.dumps(table.content(surroundings, outcomes), indent=1)
    (options.output / "results.json").write_text(f"{numbers}\n", encoding="utf-8")
    print(text)
    if WRONG in text:
        raise SystemExit("results differ more than they may; see 'Results compared'")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.run", description=__doc__)
    parser.add_argument("cases", nargs="*", help=f"of {', '.join(CASES)}; all if none is named")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each program (default 5)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="numbers of threads (default 1 2)")
    parser.add_argument("--quick", action="store_true", help="tiny data: shows that everything runs, not how fast")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent, help="folder of the results")
    parser.add_argument("--scratch", type=Path, help="where the data go, some 3 GB (default: the system's)")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.cases) - set(CASES))
    if unknown:
        parser.error(f"no case {', '.join(unknown)}; there are {', '.join(CASES)}")
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    options.cases = options.cases or list(CASES)
    return options


def measure(case: Case, folder: Path, options: argparse.Namespace) -> table.Outcome:
    """Make the data of a case, hold all its matches, compare the results."""
    _say(f"{case.title}: making the data")
    facts = make_data(case, folder, options.quick)
    held, checks = [], []
    for threads in options.threads:
        for number, match in enumerate(case.matches):
            _say(f"{case.title}, {threads} thread(s): {', '.join(one.name for one in match)}")
            held.append(hold(case, number, folder, threads, options.rounds))
        checks += [line for line in case.check(folder, threads) if line not in checks]
        for match in case.matches:
            for one in match:
                result_path(folder, one.name).unlink(missing_ok=True)
    return table.Outcome(case, facts, held, checks)


def make_data(case: Case, folder: Path, quick: bool) -> dict[str, Any]:
    """Make the data in a process of its own, so that this one stays small."""
    code = "import sys; from benchmarks import worker; worker.make(*sys.argv[1:])"
    command = [sys.executable, "-c", code, case.module, str(folder), "quick" if quick else "full"]
    subprocess.run(command, cwd=ROOT, env=environment(), stdout=sys.stderr, check=True)
    return json.loads((folder / "facts.json").read_text(encoding="utf-8"))


def describe(options: argparse.Namespace) -> dict[str, str]:
    """Say when, where and with which versions."""
    found = [f"{name} {_version(name)}" for name in PACKAGES]
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB",
        "landloom": commit.stdout.strip() or "not a git repository",
        "versions": f"Python {platform.python_version()}, {', '.join(found)}, OTB {otb.version() or 'not installed'}",
        "rounds": f"{options.rounds}{', quick: tiny data, speeds mean nothing' if options.quick else ''}",
        "load average at the start": _load_average(),
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    found = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    family = f" (family {found['cpu family']}, model {found['model']})" if "cpu family" in found else ""
    return f"{found.get('model name', platform.machine())}{family}"


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _load_average() -> str:
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
