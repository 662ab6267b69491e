"""Templates of the page; the rule has their digest among its parameters.

This module is imported whenever the Snakefile is parsed, and needs only the standard library.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "templates"
PAGE, STYLE = "map.html", "map.css"
SCRIPTS = ("images.js", "ground.js", "layers.js", "tiles.js", "drawing.js", "panel.js", "moving.js", "start.js")
"""In the order in which they stand in the page, as one script."""
