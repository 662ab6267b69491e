"""Templates of a page: folder of those of the report, and their digest for the parameters of the rule.

This module is imported whenever the Snakefile is parsed, and needs only the standard library.
"""

from pathlib import Path

from landloom.core.digests import digest

FOLDER = Path(__file__).resolve().parent / "templates"
PAGE = "page.html"


def templates_digest(folder: Path = FOLDER) -> str:
    """Digest all templates of a folder, by name and content."""
    files = sorted(path for path in folder.iterdir() if path.suffix in (".html", ".css", ".js"))
    return digest({path.name: path.read_text(encoding="utf-8") for path in files})
