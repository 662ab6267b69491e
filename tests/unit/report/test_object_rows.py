import pandas as pd

from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.objects.settings import REASONS
from landloom.report.object_rows import ObjectRow, outside, rows


def test_each_class_has_its_lost_polygons():
    classes = Nomenclature((LandClass(2, "w", "Wheat", "#123456"), LandClass(7, "m", "Maize", "#223456")))
    table = pd.DataFrame([[0, 7, 9, 1, 2, 0, 1, 5], [0, 2, 3, 0, 0, 0, 0, 4]])
    table.columns = ["run", "code", "polygons", *REASONS, "objects"]
    assert rows(table, classes) == [
        ObjectRow("Wheat", "#123456", 4, 3, 0, (0, 0, 0, 0)),
        ObjectRow("Maize", "#223456", 5, 9, 4, (1, 2, 0, 1)),
    ]


def test_ground_in_no_object_is_that_of_all_tiles(tmp_path):
    for name, numbers in (("a", "3,100,90"), ("b", "0,300,0")):
        (tmp_path / name).write_text(f"objects,pixels,pixels_in_objects\n{numbers}\n")
    assert outside([tmp_path / "a", tmp_path / "b"]) == 1 - 90 / 400
    assert outside([]) is None
