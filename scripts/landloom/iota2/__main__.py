"""Turn a configuration of iota2 into one of landloom: ``python -m landloom.iota2 FILE -o my.yaml``.

Prints a line for each key of the file, and for each default of iota2 that differs. The exit status is 1, and nothing
is written, where something that the file asks for is not available, unless ``--go-on`` is given; 2 where the file
cannot be read, or where files to be written are there already.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from landloom.core.errors import InputError
from landloom.core.text import printable
from landloom.iota2 import answers, importing, reading
from landloom.iota2.translation import Options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    given = _parser().parse_args(arguments)
    source, target = Path(given.file), Path(given.output)
    try:
        document = reading.read(source)
        folders = (Path.cwd(), source.resolve().parent)
        imported = importing.translated(document, Options(target.stem, folders, given.year))
        _show(imported)
        if not imported.is_whole and not given.go_on:
            print(_why_not(imported, target), file=sys.stderr)
            return 1
        importing.write(imported, source, target)
    except InputError as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    print(f"Wrote {target}. {_next(imported, target)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m landloom.iota2", description="Turn a configuration of iota2 into one of landloom."
    )
    parser.add_argument("file", help="configuration of iota2, of any age")
    parser.add_argument("-o", "--output", required=True, help="configuration to write; its tables lie beside it")
    parser.add_argument("--year", type=int, help="year to map, where neither file nor archive tells")
    parser.add_argument("--go-on", action="store_true", help="write it without what is not available")
    return parser


def _why_not(imported: importing.Imported, target: Path) -> str:
    above = [*answers.reasons(imported.answers), *["`landloom refuses`"] * bool(imported.refused)]
    return f"{target} is not written: see {', '.join(above)} above; --go-on writes it without, or as it is"


def _next(imported: importing.Imported, target: Path) -> str:
    """Return what to do with the file: targets stand first, since --configfile takes all names that follow it."""
    command = f"snakemake all -n --profile local --directory {target.parent} --configfile"
    if imported.refused:
        return "landloom refuses it as it is: mend what is told above"
    if imported.is_section:
        return f"It is laid over the configuration of the project that makes the map: {command} PROJECT.yaml {target}"
    return f"Next: {command} {target}"


def _show(imported: importing.Imported) -> None:
    for line in answers.lines(imported.answers):
        print(printable(line))
    for line in imported.refused:
        print(printable(f"landloom refuses: {line}"))
    print(answers.summary(imported.answers))


if __name__ == "__main__":
    sys.exit(main())
