"""The page stands alone: its numbers are those of the rasters, it asks for nothing, and no name can become markup."""

import base64
import hashlib
import re

import numpy as np
import pytest

from landloom.geo.grids import Grid
from landloom.provenance.source_credits import Credit
from landloom.reference.target_settings import TargetSettings
from landloom.report import templating as report_templating
from landloom.viewer import page, policy, templating
from landloom.viewer.legends import Context
from unit.viewer.maps import CLASSES, EDITION, HOSTILE, contents, images, map_of_classes, read, write


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("year")
    rasters = map_of_classes(folder)
    page.write(EDITION, rasters, Context(CLASSES), folder / "map.html")
    return rasters, (folder / "map.html").read_text()


def test_the_page_has_the_values_of_the_rasters(made):
    rasters, text = made
    for path, image, layer in zip(rasters, images(text), contents(text)["layers"], strict=True):
        np.testing.assert_array_equal(image, read(path))
        assert path.as_posix().endswith(layer["address"])
        assert layer["whole"]


def test_equal_maps_give_equal_pages(made, tmp_path):
    again = map_of_classes(tmp_path)
    page.write(EDITION, again, Context(CLASSES), tmp_path / "map.html")
    assert (tmp_path / "map.html").read_text() == made[1]


def test_the_page_asks_for_nothing(made):
    text = made[1].replace("http-equiv", "")
    assert not re.search(r"https?:|//[a-z]+\.|url\(|@import", text)
    assert "connect-src 'none'" in text
    assert set(re.findall(r'href="([^"]*)"', text)) == {"data:,", "report.html"}


def test_only_its_own_script_and_style_run(made):
    text = made[1]
    rules = re.search(r'Policy" content="([^"]*)"', text).group(1)
    for name in ("script", "style"):
        own = re.findall(rf"<{name}>(.*?)</{name}>", text, re.S)
        assert len(own) == 1
        digest = base64.b64encode(hashlib.sha256(own[0].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in rules
    assert not re.search(r' style="| on[a-z]+="', text)


def test_names_cannot_become_markup(made):
    text = made[1]
    assert "<b>cover" not in text
    assert HOSTILE not in text
    assert "alert(1)</script>" not in text
    assert [300, HOSTILE, "#20a040"] in contents(text)["legends"][0]["classes"]


def test_the_server_lets_the_page_ask_for_tiles_alone(made):
    found = policy.served(made[1])
    assert found.count("connect-src 'self'") == made[1].count("connect-src 'self'") + 1
    assert len(found) == len(made[1])


def test_a_page_has_at_most_its_bytes(monkeypatch, tmp_path):
    grid = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 900, 700)
    rasters = map_of_classes(tmp_path, grid)
    most = 150_000
    monkeypatch.setattr(page, "MOST_BYTES", most)
    page.write(EDITION, rasters, Context(CLASSES), tmp_path / "map.html")
    assert 0.6 * most < (tmp_path / "map.html").stat().st_size <= most
    layers = contents((tmp_path / "map.html").read_text())["layers"]
    assert any("of the map's 700 x 900 pixels" in layer["coarseness"] for layer in layers)


def test_values_of_a_target_have_its_range_and_no_classes(tmp_path):
    values = np.random.default_rng(0).normal(30, 5, (40, 60)).astype(np.float32)
    values[:5] = np.nan
    rasters = [write(tmp_path / f"map/run0/{name}.tif", values, nodata=np.nan) for name in ("value", "half_width")]
    page.write(
        EDITION,
        rasters,
        Context(target=TargetSettings(field="cover", range=[0, 60], unit="%")),
        tmp_path / "map.html",
    )
    text = (tmp_path / "map.html").read_text()
    value, half = contents(text)["layers"]
    assert (value["limits"], value["unit"], half["unit"]) == ([0.0, 60.0], "%", "%")
    assert half["limits"] == [0.0, 30.0]
    numbers = images(text)[0]
    assert (numbers[:5] == value["empty"]).all()
    np.testing.assert_allclose(value["origin"] + value["step"] * numbers[5:], values[5:], atol=0.51 * value["step"])


def test_makers_are_named(tmp_path):
    edition = page.Edition("A", "2018", EDITION.period, [Credit("s2", "CC <BY>", "Copernicus & others")])
    page.write(edition, map_of_classes(tmp_path), Context(CLASSES), tmp_path / "map.html")
    assert "s2 (Copernicus &amp; others), CC &lt;BY&gt;" in (tmp_path / "map.html").read_text()


def test_templates_count_by_their_digest(tmp_path):
    assert {path.name for path in templating.FOLDER.iterdir()} == {
        templating.PAGE,
        templating.STYLE,
        *templating.SCRIPTS,
    }
    (tmp_path / "a.js").write_text("1")
    first = report_templating.templates_digest(tmp_path)
    (tmp_path / "a.js").write_text("2")
    assert report_templating.templates_digest(tmp_path) != first
