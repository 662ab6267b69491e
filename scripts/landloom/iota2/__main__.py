"""Turn a configuration of iota2 into one of landloom: ``python -m landloom.iota2 FILE -o my.yaml``.

Prints a line for each key of the file, and for each default of iota2 that differs. The exit status is 1, and nothing
is written, where something that the file asks for is not available, unless ``--go-on`` is given; 2 where the file
cannot be read, or where the output is there already.
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
            print(f"{target} is not written: see `not available` above; --go-on writes it without", file=sys.stderr)
            return 1
        importing.write(imported, source, target)
    except InputError as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    folder = target.parent
    print(f"Wrote {target}. Next: snakemake --profile local --directory {folder} --configfile {target} -n")
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


def _show(imported: importing.Imported) -> None:
    for line in answers.lines(imported.answers):
        print(printable(line))
    for line in imported.refused:
        print(printable(f"landloom refuses: {line}"))
    print(answers.summary(imported.answers))


if __name__ == "__main__":
    sys.exit(main())
