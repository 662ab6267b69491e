"""The project of the tutorial docs/tutorials/own_tile.md, of the demo's files: `make pictures` maps it."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE, FOLDER, TILE = ROOT / "docs/tutorials/own_tile.md", ROOT / "runs/tile", "T31TBJ"


def main() -> None:
    """Copy what the page copies, and write the configuration that it shows."""
    shutil.copytree(ROOT / "demo/archive" / TILE, FOLDER / "scenes" / TILE, dirs_exist_ok=True)
    shutil.copyfile(ROOT / "demo/2018/reference.gpkg", FOLDER / "fields.gpkg")
    shutil.copyfile(ROOT / "demo/nomenclature.csv", FOLDER / "classes.csv")
    shown = re.search(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert shown, "the page shows its configuration"
    (FOLDER / "tile.yaml").write_text(shown[1], encoding="utf-8")


if __name__ == "__main__":
    main()
