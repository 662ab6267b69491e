"""The documentation site: `make site` builds it into `site/`, with the pages of the repository as they lie.

The source folder is the repository itself, so that links between pages, and to files of the repository, are the same
on the site and on a host that shows Markdown. Warnings are errors: a link that leads nowhere ends the build.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "docs/site")]

from landloom.core.version import VERSION  # noqa: E402

project = "landloom"
author = "the landloom authors"
release = version = VERSION
html_title = f"landloom {VERSION}"

extensions = ["myst_parser", "generated_pages"]

root_doc = "docs/index"
include_patterns = [
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "config/README.md", "benchmarks/README.md"),
    *("benchmarks/results.md", "benchmarks/gpu.md", "docs/*.md", "docs/*/*.md", "docs/reference/api/*.rst"),
]
# Folders that Sphinx need not walk through.
exclude_patterns = [
    *(
        ".*",
        "site",
        "results",
        "runs",
        "logs",
        "demo",
        "build",
        "htmlcov",
        "tests",
        "scripts",
        "workflow",
        "profiles",
    ),
    *("envs", "local", "slurm", "docs/site"),
]

myst_heading_anchors = 4
myst_enable_extensions: list[str] = []
suppress_warnings: list[str] = []
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!landloom\.).*")]

html_theme = "furo"
html_additional_pages = {"index": "to_the_first_page.html"}
templates_path = ["site/templates"]
html_copy_source = False
html_show_sphinx = False
html_static_path: list[str] = []
pygments_style = "friendly"
