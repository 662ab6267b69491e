"""Show maps at full resolution in a browser: ``python -m landloom.serve results``.

Gives the files below a folder, and tiles of its rasters, to this machine alone unless another ``--host`` is named.
Ends with Ctrl-C. The exit status is 2 where the folder holds no map, or the port cannot be had.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from landloom.core.errors import InputError
from landloom.core.text import printable
from landloom.serve.folder import Folder
from landloom.serve.server import Server, is_loopback

_GDAL_MB = "64"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    given = _parser().parse_args(arguments)
    os.environ.setdefault("GDAL_CACHEMAX", _GDAL_MB)
    try:
        server = _server(given)
    except InputError as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    with server:
        print(f"Maps of {printable(str(server.folder.root))} are at {server.address} (end with Ctrl-C).", flush=True)
        if not is_loopback(given.host):
            print("Everyone who reaches this machine can read all files of this folder.", file=sys.stderr)
        with suppress(KeyboardInterrupt):
            server.serve_forever()
    return 0


def _server(given: argparse.Namespace) -> Server:
    folder = Folder.of(given.directory)
    try:
        return Server(folder, given.host, given.port)
    except (OSError, OverflowError) as error:
        raise InputError(f"--host {given.host} --port {given.port}: cannot be served there ({error})") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m landloom.serve",
        description="Show maps at full resolution in a browser, and give their files.",
    )
    parser.add_argument("directory", help="folder that holds results, as `results` or `runs/mine`")
    parser.add_argument("--port", type=int, default=8000, help="0: any that is free (default: 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: this machine alone)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
