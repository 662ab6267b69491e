"""What each directive of a rule adds to Snakemake's planning, without landloom: jobs in the shape of its own.

    PYTHONPATH=. python benchmarks/bare_plan.py [--tiles 300] [--years 3] [--rounds 1]

writes workflows of four jobs a tile and year, with jobs of all tiles between them, and plans each: bare, with one
directive more, and with as many of all of them as landloom's rules have. It prints a line of JSON for each.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.plan import FIRST_YEAR, measured, tile_names

PARTS = {
    "log and benchmark": "    log: 'logs/{place}/{name}.log'\n    benchmark: 'benchmarks/{place}/{name}.tsv'\n",
    "message": "    message: 'Making {name} of {{wildcards.year}}.'\n",
    "two resources by functions": "    resources: mem_mb=of_attempt, runtime=of_attempt\n",
    "ten parameters": "    params: "
    + ", ".join([*(f"text{number}='text'" for number in range(6)), *(f"year{number}=of_year" for number in range(4))])
    + "\n",
    "three outputs more": "",
    "script": "    script: 'script.py'\n",
}
"""Lines of a rule by what they add; outputs stand with the first one."""
HEAD = """import gc
gc.freeze()
gc.set_threshold(100_000, 50, 100)
TILES, YEARS = {tiles}, {years}
def of_year(wildcards):
    return wildcards.year
def of_attempt(wildcards, attempt):
    return 1000 * attempt
def of_tiles(file):
    return lambda wildcards: [f"results/{{wildcards.year}}/tiles/{{tile}}/{{file}}.tif" for tile in TILES]
wildcard_constraints:
    year="|".join(YEARS), tile="|".join(TILES)
rule all:
    input: [f"results/{{year}}/report.tif" for year in YEARS]
"""
TILE = "results/{{year}}/tiles/{{tile}}/{}.tif"
YEAR = "results/{{year}}/{}.tif"
RULES = (
    ("acquisitions", "", True),
    ("territory", "of_tiles('acquisitions')", False),
    ("candidates", f"'{YEAR.format('territory')}', '{TILE.format('acquisitions')}'", True),
    ("draws", "of_tiles('candidates')", False),
    ("samples", f"'{YEAR.format('draws')}', '{TILE.format('candidates')}', '{TILE.format('acquisitions')}'", True),
    ("model", "of_tiles('samples')", False),
    ("map", f"'{YEAR.format('model')}', '{TILE.format('candidates')}', '{TILE.format('acquisitions')}'", True),
    ("report", "of_tiles('map')", False),
)
"""Name, inputs, and whether there is a job for each tile; the last one makes what is wanted."""


def workflow(tiles: list[str], years: list[str], parts: list[str]) -> str:
    """Return a Snakefile whose rules have some parts."""
    text = HEAD.format(tiles=tiles, years=years)
    for name, inputs, of_tile in RULES:
        place = "{year}/tiles/{tile}" if of_tile else "{year}"
        outputs = 4 if of_tile and "three outputs more" in parts else 1
        files = ", ".join(f"'results/{place}/{name}{number or ''}.tif'" for number in range(outputs))
        text += f"rule {name}:\n    input: {inputs.replace('{{', '{').replace('}}', '}')}\n    output: {files}\n"
        text += "".join(PARTS[part].format(place=place, name=name) for part in parts)
        text += "" if "script" in parts else "    shell: 'touch {output}'\n"
    return text


def main() -> None:
    """Plan all workflows, in turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, default=300)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    years = [str(FIRST_YEAR + number) for number in range(options.years)]
    kinds = {"bare": [], **{part: [part] for part in PARTS}, "all": list(PARTS)}
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--scheduler", "greedy", "--dry-run"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "script.py").touch()
        for kind, parts in [*kinds.items()] * options.rounds:
            (folder / "Snakefile").write_text(workflow(tile_names(options.tiles), years, parts))
            print(json.dumps({"with": kind, **measured(command, folder, folder / "plan.log")}), flush=True)


if __name__ == "__main__":
    main()
