"""What the page of the map shows. No rules here."""

from landloom.viewer.templating import FOLDER as VIEWER_TEMPLATES
from landloom.viewer.shown_layers import is_shown


def shown_maps(wildcards):
    """Return the layers that a year has: those of the first run, of the fused map, and of all runs."""
    made = products_of_year(wildcards) + fused_products(wildcards)
    others = tuple(f"/map/run{run}/" for run in PLAN.runs[1:])
    return [
        path
        for path in made
        if is_shown(path) and not any(one in path for one in others)
    ]


def credits_of_sensors(wildcards):
    """Return the licences of what the map is made of, and the lines by which its makers are to be named."""
    return {
        name: {key: section.get(key) for key in ("licence", "attribution")}
        for name, section in PLAN.config["sensors"].items()
    }
