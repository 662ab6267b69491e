"""Output of a job without passwords: whoever prints an address into its log, its secrets stay out."""

import io
import sys

from landloom.core.addresses import without_secrets


class PublicText(io.TextIOWrapper):
    """Text stream that takes secrets out of what is written to it: messages, warnings, log records, tracebacks."""

    def write(self, text: str) -> int:
        """Write a text without its secrets; return its length."""
        super().write(without_secrets(text))
        return len(text)


def replace() -> None:
    """Have all that Python prints from now on pass a :class:`PublicText`, into the same files as before."""
    for name, number in (("stdout", 1), ("stderr", 2)):
        getattr(sys, name).flush()
        raw = open(number, "wb", buffering=0, closefd=False)  # noqa: SIM115 - a stream that stays open
        stream = PublicText(io.BufferedWriter(raw), "utf-8", errors="backslashreplace", line_buffering=True)
        setattr(sys, name, stream)
