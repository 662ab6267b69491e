"""The page of a map of a target tells the numbers that its inputs hold."""

import numpy as np
import pandas as pd
import pytest
import rasterio

from landloom.accuracy import value_scores
from landloom.core import parquet
from landloom.reference.target_settings import TargetSettings
from landloom.report.values import value_page
from landloom.report.values.value_figures import STEPS, half_width_picture, value_picture
from landloom.report.values.value_page import ValueFiles
from unit.report.test_page import DASH, Edition, Reader, Story, make_year

TARGET = TargetSettings(field="cover", range=(0, 100), unit="% <b>")
REFERENCE = {"file": "r.gpkg", "field": "cover"}


def comparison():
    truth = np.repeat([0.0, 20, 60, 90], 5)
    columns = {"polygon": np.arange(20), "number": [1, 2] * 10, "code": np.repeat([10, 20], 10), "value": truth}
    places = {"longitude": 3.0, "latitude": 44.0}
    return pd.DataFrame(columns | places | {"estimate": truth + 3, "half_width": 4.0, "weight": 1.0})


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """Files of a year of a target, from those of a year of classes."""
    folder = tmp_path_factory.mktemp("year")
    made = make_year(folder, Story(names=("0 to 20", "60 to 90")))
    with rasterio.open(made.classification) as dataset:
        profile = dataset.profile | {"dtype": "float32", "nodata": np.nan}
    for name, greatest in (("value", 120), ("half_width", 8)):
        values = np.linspace(0, greatest, profile["height"] * profile["width"], dtype=np.float32)
        with rasterio.open(folder / f"{name}.tif", "w", **profile) as dataset:
            dataset.write(values.reshape(1, profile["height"], profile["width"]))
    names = {1: "west", 2: "east"}, {10: "0 to 20", 20: "60 to 90"}
    found = comparison()
    parquet.write(found, folder / "comparison.parquet")
    parts = [value_scores.rows(found, run, "map", *names) for run in (0, 1)]
    parts += [value_scores.rows(found.assign(fold=found.polygon % 2), 0, "blocks", *names)]
    parts += [value_scores.rows(found, -1, "fused", *names)]
    scores = pd.concat(parts)
    scores.to_csv(folder / "scores.csv", index=False)
    value_scores.over_runs(scores).to_csv(folder / "summary.csv", index=False)
    same = {name: getattr(made, name) for name in ("tiles", "territory", "dates", "findings", "sample_counts")}
    same |= {name: getattr(made, name) for name in ("scores", "summary", "validity", "checks", "logs")}
    own = {name: folder / f"{name}.tif" for name in ("value", "half_width")}
    bands = {"by": ["sensor", "sensor", "band"], "sensor": ["s2", "dem", "s2"], "group": ["s2", "dem", "red"]}
    numbers = {"importance": [0.4, 0.05, 0.3], "deviation_of_shuffles": 0.002, "accuracy": 0.9, "pixels": 100}
    pd.DataFrame({"scope": "map", "region": ""} | bands | numbers).to_csv(folder / "importance.csv", index=False)
    epochs = {"network": 1, "number": [1, 2], "training_loss": 1.0, "validation_loss": 1.0}
    pd.DataFrame(epochs | {"rmse": [9, 8], "mae": [7, 6], "r2": 0.5}).to_csv(folder / "a_epochs.csv", index=False)
    own |= {"importance": folder / "importance.csv", "epochs": [folder / "a_epochs.csv"]}
    return ValueFiles(**same, **own, bins=made.nomenclature, comparison=folder / "comparison.parquet")


def test_the_page_tells_scores_and_areas(year):
    configuration = {"title": "Cover", "runs": 2, "reference": REFERENCE}
    period = (pd.Timestamp("2018-01-01").date(), pd.Timestamp("2018-12-31").date())
    edition = Edition("Cover", "2018", period, configuration)
    text = value_page.render(edition, TARGET, year)
    page = Reader(text)
    assert "0.993" in page.by_id["r2"]
    assert page.by_id["rmse"].startswith("3")
    assert "100" in page.by_id["coverage"]
    assert "% &lt;b&gt;" in text
    assert "<b>" not in text
    rows = {row[0]: row for row in page.rows}
    assert rows["west"][-1] == "10"
    assert rows["folds of whole spatial blocks"][2] == "3"
    assert rows["fused map, pixels"][1] == "0.993"
    assert rows["s2"] == ["s2", "0.400", "0.002"]
    assert 'id="training"' in text
    assert "Drop of R² if the features" in text
    told = " ".join(page.by_id["quote"].replace("\N{NO-BREAK SPACE}", " ").split())
    assert "R² 0.993 and RMSE 3 % <b>, at 20 polygons." in told
    assert "Quote it with their mean width, 8 %" in told
    assert "compare them with each other" in told
    assert text == value_page.render(edition, TARGET, year)


def test_pictures_have_steps_of_equal_width(year):
    material = value_page.load(year)
    territory = value_page.page.mapped_territory(material)
    values = value_picture(year.value, TARGET, territory)
    assert [one.label for one in values.legend][:2] == [f"0{DASH}10", f"10{DASH}20"]
    assert values.quantiles == pytest.approx((6, 60, 114), abs=0.1)
    widths = half_width_picture(year.half_width, TARGET, territory)
    assert len(widths.legend) == STEPS
    assert widths.legend[-1].label == f"7.2{DASH}8"
