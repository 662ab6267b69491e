"""What a browser may do for the page: its own script and style alone; from our server, also ask for tiles."""

import base64
import hashlib

_ALONE, _SERVED = "connect-src 'none'", "connect-src 'self'"
_BEGINNING = "default-src 'none'; "
_ITSELF = "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

OF_PAGE = f"{_BEGINNING}{_SERVED}; script-src 'unsafe-inline'; {_ITSELF}"
"""What our server allows any page of a map, beside what the page says itself: results may come from others, and what
stands in the place of ours shall load nothing from elsewhere, and send nothing there."""

OF_OTHERS = f"{_BEGINNING}{_ITSELF}"
"""What it allows any other HTML, as the report: no script."""


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
