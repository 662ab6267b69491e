"""Snakemake as it is, but looking after its SLURM jobs every two seconds: by itself, it waits longer every time."""

import asyncio
import signal
import sys

from snakemake.cli import main
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor


async def sleep_shortly(self: RemoteExecutor) -> None:
    await asyncio.sleep(2)


if __name__ == "__main__":
    RemoteExecutor.sleep = sleep_shortly
    # Whoever starts the tests in the background has Ctrl-C ignored, by all that they start as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main(sys.argv[1:])
