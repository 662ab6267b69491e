"""What a browser may do for the page: its own script and style alone; from our server, also ask for tiles."""

import base64
import hashlib

_ALONE, _SERVED = "connect-src 'none'", "connect-src 'self'"
_BEGINNING = "default-src 'none'; "


def policy(script: str, style: str) -> str:
    """Return the Content-Security-Policy of the page: its own script and style, told by their digests.

    Parameters
    ----------
    script, style : str
        As they stand between their tags.
    """
    return (
        f"{_BEGINNING}{_ALONE}; script-src '{_source(script)}'; style-src '{_source(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def served(page: str) -> str:
    """Return the page as our server gives it: it may ask this server, and by that knows that there are tiles."""
    return page.replace(_BEGINNING + _ALONE, _BEGINNING + _SERVED, 1)


def _source(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
