"""The pages of the documentation, the code that they show, and which test runs each of their commands."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from running import ROOT

MARK = "not run by tests"
"""Stands in a comment after a command, or in one before all commands of a block."""

_SNAKEMAKE = r"snakemake --profile (local|slurm)"
_OWN = r"( --configfile my\.yaml)?"
_TILE = r"results/2018/tiles/T31TBJ/run0/classification\.tif"

TILE_OF_ONES_OWN = "tests/workflow/test_tutorials.py::test_the_tutorial_of_a_tile_runs_as_it_is_written"

RUN_BY = {
    r"make (test|test-long|test-networks|test-slurm|test-browser|site|check)": ".ci/run",
    r"make (quick ROOM=maps|networks)": "what it calls is what .ci/run calls",
    r"make (setup|help)": "tests/unit/test_repository.py::test_make_alone_lists_the_commands",
    r"make map": "tests/workflow/conftest.py::demo",
    rf"{_SNAKEMAKE}( demo)?": "tests/workflow/conftest.py::demo",
    rf"{_SNAKEMAKE} -n{_OWN}": "tests/workflow/test_plan.py::test_everything",
    rf"{_SNAKEMAKE} {_TILE}": "tests/workflow/test_plan.py::test_one_file_makes_just_that",
    rf"{_SNAKEMAKE} --config tile=T31TBJ year=2018": (
        "tests/workflow/test_plan.py::test_selectors_choose_targets_and_shorten_no_input"
    ),
    rf"{_SNAKEMAKE} surveys{_OWN}": "tests/workflow/test_reruns.py::test_an_archive_moved",
    rf"{_SNAKEMAKE} (maps|reports)": "tests/workflow/test_plan.py::test_what_is_asked_for_by_name_passes_the_gate",
    rf"{_SNAKEMAKE} results/2018/\S+ --forcerun (classify|train)( -n)?": (
        "tests/workflow/test_demo.py::test_same_pixels_with_other_threads_windows_and_devices"
    ),
    r"snakemake --profile local --configfile my\.yaml": "tests/workflow/conftest.py::demo",
    r"snakemake --profile slurm --configfile my\.yaml": (
        "tests/slurm/test_slurm.py::test_all_pixels_are_those_of_one_machine"
    ),
    r"snakemake --profile local( surveys)? --directory runs/tile --configfile runs/tile/tile\.yaml( -n)?": (
        TILE_OF_ONES_OWN
    ),
    r"(mkdir -p|cp|cp -r) \S+( runs/tile/\S+)?": TILE_OF_ONES_OWN,
    rf"{_SNAKEMAKE} --configfile my\.yaml --set-resources classify:device=auto": (
        "tests/workflow/test_reruns.py::test_profile_and_threads"
    ),
    rf"{_SNAKEMAKE} results/2018/(tiles/T31TBJ|map)/features\.tif --configfile my\.yaml": (
        "tests/workflow/test_functions.py::project"
    ),
    rf"{_SNAKEMAKE} results/2018/tiles/T31TBJ/run0/counts\.json": (
        "tests/workflow/test_reruns.py::test_what_comes_with_an_input_is_made_again_where_it_or_everything_is_asked_for"
    ),
    r"snakemake --profile local --report report\.zip": (
        "tests/workflow/test_demo.py::test_the_report_of_snakemake_holds_what_is_marked_for_it"
    ),
    r"snakemake --profile local surveys --forcerun search_items": "tests/workflow/test_stac_items.py",
    rf"{_SNAKEMAKE}{_OWN} --unlock": "tests/faults/test_faults.py",
    r"touch ARCHIVE/PRODUCT/\*": "tests/faults/test_faults.py",
    r"make run CONFIG=my\.yaml( DIRECTORY=runs/mine)? TARGETS=-n": (
        "tests/unit/configuration/test_start.py::test_make_run_refuses_it_too"
    ),
    rf"{_SNAKEMAKE} plan{_OWN}": "tests/workflow/test_plan.py",
    rf"{_SNAKEMAKE} results/2018/map\.html": "tests/workflow/conftest.py::demo",
    r"make verify YEAR=2018( DIRECTORY=\S+)?": "tests/workflow/test_reproducibility.py",
    r"PYTHONPATH=scripts python -m landloom\.provenance\.record \S+ > again\.json": (
        "tests/workflow/test_reproducibility.py"
    ),
    r"snakemake --profile local --configfile again\.json": "tests/workflow/test_reproducibility.py",
    r"PYTHONPATH=scripts python -m landloom\.provenance\.stac_catalog results -o catalog": (
        "tests/unit/provenance/test_stac_catalog.py::test_all_objects_are_valid"
    ),
    r"PYTHONPATH=scripts python -m landloom\.iota2 \S+ -o \S+": (
        "tests/workflow/test_from_iota2.py::test_the_example_becomes_a_map"
    ),
    r"snakemake --profile local --directory runs/moved --configfile runs/moved/moved\.yaml( -n)?": (
        "tests/workflow/test_from_iota2.py::test_the_example_becomes_a_map"
    ),
    r"PYTHONPATH=scripts python -m landloom\.serve results": (
        "tests/unit/serve/test_server.py::test_the_command_serves_until_it_is_interrupted"
    ),
    r"gdalinfo /vsicurl/http://127\.0\.0\.1:8000/\S+": (
        "tests/unit/serve/test_server.py::test_gdal_reads_a_map_from_it"
    ),
    r"pip install \.": "tests/workflow/test_package.py::test_a_wheel_classifies_an_array",
}
"""Commands, as expressions that match the whole of one, and the test that runs it (or the like of it on less)."""


@dataclass(frozen=True)
class Block:
    """A block of code of a page: its language, its text, and the line that it begins on."""

    page: Path
    language: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Return the pages of the repository that git knows or would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [ROOT / name for name in sorted(set(names)) if (ROOT / name).exists() and not name.startswith("tests/")]


_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)[^\n]*\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[Block]:
    """Return what stands in fences."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page,
            found["language"],
            _unindented(found["text"], found["indent"]),
            1 + text.count("\n", 0, found.start()),
        )
        for found in _FENCE.finditer(text)
    ]


def _unindented(text: str, indent: str) -> str:
    return re.sub(rf"^{indent}", "", text, flags=re.M)


def _without_blocks(page: Path) -> str:
    """Return the text of a page with empty lines in place of its blocks."""
    return _FENCE.sub(lambda found: "\n" * found[0].count("\n"), page.read_text(encoding="utf-8"))


def commands(block: Block) -> list[tuple[str, str]]:
    """Return the commands of a block of `sh`, each with the comment that stands after it or before all."""
    joined = re.sub(r"\\\n\s*", "", block.text)
    lines = [line.strip() for line in joined.splitlines() if line.strip()]
    before = " ".join(line for line in lines if line.startswith("#"))
    parts = [re.split(r"\s+#\s", line, maxsplit=1) for line in lines if not line.startswith("#")]
    return [(command.strip(), " ".join([before, *comment])) for command, *comment in parts]


def shown_in_text(page: Path) -> list[str]:
    """Return the commands of Snakemake with a profile that stand within sentences and tables."""
    return re.findall(r"`(snakemake --profile [^`]+)`", _without_blocks(page))


def indented(page: Path) -> list[int]:
    """Return the lines on which code stands that is indented, where a fence would tell its language."""
    found, within, before = [], 0, ""
    for number, line in enumerate(_without_blocks(page).splitlines(), 1):
        item = re.match(r" *(?:[-*]|\d+\.) +", line)
        indent = len(line) - len(line.lstrip())
        if line.strip() and indent >= within + 4 and not before.strip() and not item:
            found.append(number)
        if item and indent <= within:
            within = len(item[0])
        elif line.strip() and not indent:
            within = 0
        before = line
    return found
