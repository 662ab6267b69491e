"""The page of the map as a person uses it: what is seen and told is what rasterio reads."""

import threading

import numpy as np
import pytest

from browser.conftest import OUTSIDE, value_at
from landloom.geo import ground
from landloom.geo.grids import Grid
from landloom.serve.folder import Folder
from landloom.serve.server import Server
from landloom.viewer import page
from landloom.viewer.legends import Context
from unit.viewer.maps import CLASSES, EDITION, GRID, HOSTILE, map_of_classes

pytestmark = pytest.mark.browser

NAMES = CLASSES.names_by_code()
COLORS = {entry.code: [*entry.rgb, 255] for entry in CLASSES.classes} | {0: [0, 0, 0, 0], OUTSIDE: [0, 0, 0, 0]}
LARGE = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 1100, 1500)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps") / "2018"
    page.write(EDITION, map_of_classes(folder), Context(CLASSES), folder / "map.html")
    return folder


@pytest.fixture
def opened(viewer, year):
    return viewer.open((year / "map.html").as_uri())


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A map of which the page alone holds a coarse overview, and its server."""
    folder = tmp_path_factory.mktemp("served")
    rasters = map_of_classes(folder / "2018", LARGE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "MOST_BYTES", 90_000)
        page.write(EDITION, rasters, Context(CLASSES), folder / "2018/map.html")
    with Server(Folder.of(folder), "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server, folder / "2018"
        server.shutdown()
        thread.join()


def told(code):
    if code == OUTSIDE:
        return "outside of the map"
    return f"{code}: {NAMES[code]}" if code else "unclassified"


def points(viewer):
    """Return points all over the canvas, the places of the buttons aside."""
    width, height = viewer.size()
    return [(width * left // 17, height * top // 13) for left in (1, 4, 7, 9, 12, 15) for top in (3, 5, 6, 8, 10)]


def compare(viewer, path):
    """Compare what is seen and told at many points with the raster; return the codes met."""
    met = []
    for left, top in points(viewer):
        text, place = viewer.hover(left, top)
        code = value_at(path, *place)
        if code is not None:
            assert (text, viewer.pixel(left, top)) == (told(code), COLORS[code]), place
            met.append(code)
    assert len(met) > len(points(viewer)) / 2
    return set(met)


def test_classes_are_those_of_the_raster(opened, year):
    assert compare(opened, year / "map/run0/classification.tif") >= {0, 3, 7, 300}
    assert opened.hover(4, opened.size()[1] // 2)[0] == told(OUTSIDE)
    assert opened.errors() == []


def test_layers_are_switched(opened, year):
    wheat = place_of(opened, 3, year / "map/run0/classification.tif")
    opened.choose("confidence")
    text, place = opened.hover(*wheat)
    assert text == f"{value_at(year / 'map/run0/confidence.tif', *place)} %"
    opened.choose("number of valid observations")
    text, place = opened.hover(*wheat)
    assert text == str(value_at(year / "map/validity.tif", *place))
    assert opened.pixel(*wheat)[3] == 255
    assert len(opened.driver.find_elements("css selector", "#legend .ramp")) == 1


def place_of(viewer, code, path):
    """Return a point where a class is shown, not on the edge of a pixel."""
    places = ((point, viewer.hover(*point)[1]) for point in points(viewer))
    return next(point for point, place in places if value_at(path, *place) == code)


def test_classes_are_hidden_and_shown(opened, year):
    wheat, water = (place_of(opened, code, year / "map/run0/classification.tif") for code in (3, 7))
    opened.find("input[value='3']").click()
    opened.settle()
    assert opened.pixel(*wheat) == COLORS[0]
    assert opened.pixel(*water) == COLORS[7]
    assert opened.hover(*wheat)[0] == "3: wheat"
    opened.find("#none").click()
    opened.settle()
    assert opened.pixel(*water) == COLORS[0]
    opened.find("#every").click()
    opened.settle()
    assert (opened.pixel(*wheat), opened.pixel(*water)) == (COLORS[3], COLORS[7])


def test_places_stay_under_the_mouse(opened, year):
    _, start = opened.hover(333, 287)
    opened.at(333, 287).click_and_hold().move_by_offset(90, -60).release().perform()
    opened.settle()
    assert opened.hover(423, 227)[1] == pytest.approx(start, abs=2)
    opened.script(
        "canvas.dispatchEvent(new WheelEvent('wheel', {deltaY: -300, clientX: 423, clientY: 227, cancelable: true}))"
    )
    opened.settle()
    assert opened.hover(423, 227)[1] == pytest.approx(start, abs=2)
    compare(opened, year / "map/run0/classification.tif")


def test_keys_move_and_zoom(opened):
    width, height = opened.size()
    middle = (width // 2, height // 2)
    opened.hover(*middle)
    before = opened.place()
    opened.find("#canvas").send_keys("+")
    opened.settle()
    assert opened.find("#cross").is_displayed()
    assert opened.place() == pytest.approx(before, abs=2)
    from selenium.webdriver.common.keys import Keys

    opened.find("#canvas").send_keys(Keys.ARROW_RIGHT)
    opened.settle()
    assert opened.place()[0] > before[0] + 10
    opened.find("#canvas").send_keys("0")
    opened.settle()
    assert opened.place() == pytest.approx(before, abs=2)


def test_two_fingers_zoom(opened):
    before = opened.script("return view.units")
    opened.script(
        "const send = (kind, id, x) => canvas.dispatchEvent(new PointerEvent(kind, "
        "{pointerId: id, clientX: x, clientY: 300, pointerType: 'touch', bubbles: true}));"
        "canvas.setPointerCapture = () => {};"
        "send('pointerdown', 8, 300); send('pointerdown', 9, 400); send('pointermove', 9, 500);"
        "send('pointerup', 8, 300); send('pointerup', 9, 500);"
    )
    opened.settle()
    assert opened.script("return view.units") == pytest.approx(before / 2, rel=1e-3)


def test_the_scale_bar_is_true_on_the_ground(opened):
    _, (x, y) = opened.hover(333, 287)
    number, unit = opened.text("#length").split()
    length = float(number) * (1000 if unit == "km" else 1)
    width = opened.script("return parseFloat(part('bar').style.width) * view.units")
    assert ground.distance_m(GRID.crs, (x, x + width), (y, y)) == pytest.approx(length, rel=1e-3)


def test_names_are_text(opened):
    assert opened.find("#legend li:last-child").text == HOSTILE
    assert opened.text("h1") == EDITION.title
    assert opened.driver.find_elements("css selector", "img, h1 b") == []
    assert opened.driver.title == f"{EDITION.title}, 2018: map"


def test_nothing_is_asked_for(opened, served):
    assert opened.script("return performance.getEntriesByType('resource').length") == 0
    attempt = "fetch(arguments[0]).then(() => arguments[1]('answered'), (fault) => arguments[1](fault.name))"
    assert opened.driver.execute_async_script(attempt, served[0].address) == "TypeError"
    assert any("Content Security Policy" in message for message in opened.errors())


def test_a_small_screen_has_the_legend_folded_away(viewer, year):
    viewer.open((year / "map.html").as_uri(), (420, 760))
    assert not viewer.find("#legend").is_displayed()
    map_height = viewer.size()[1]
    viewer.find("#fold").click()
    assert viewer.find("#legend").is_displayed()
    viewer.settle()
    assert viewer.size()[1] < map_height
    assert viewer.script("return document.documentElement.scrollWidth") <= viewer.script("return window.innerWidth")


def loaded(viewer):
    viewer.wait(lambda: viewer.script("return asked.size === 0 && tiles.size > 0") and not viewer.text("#tiles"))
    viewer.settle()


def test_the_server_gives_every_pixel(viewer, served):
    server, folder = served
    viewer.open(server.address)
    assert "of the map's 1500 x 1100 pixels" in viewer.text("#coarseness")
    loaded(viewer)  # on the screen it is a little finer than the overview
    for _ in range(5):
        viewer.find("#closer").click()
    loaded(viewer)
    assert {3, 7, 300} <= compare(viewer, folder / "map/run0/classification.tif")
    wheat = place_of(viewer, 3, folder / "map/run0/classification.tif")
    viewer.choose("confidence")
    loaded(viewer)
    text, place = viewer.hover(*wheat)
    assert text == f"{value_at(folder / 'map/run0/confidence.tif', *place)} %"
    assert viewer.errors() == []


def test_a_file_alone_has_the_overview(viewer, served):
    viewer.open((served[1] / "map.html").as_uri())
    for _ in range(5):
        viewer.find("#closer").click()
    viewer.settle()
    rows, columns = viewer.script("return [state.layer.image.rows, state.layer.image.columns]")
    values = np.array(viewer.script("return Array.from(state.layer.image.values)")).reshape(rows, columns)
    text, (x, y) = viewer.hover(333, 287)
    row = int((LARGE.top - y) / (LARGE.top - LARGE.bottom) * rows)
    column = int((x - LARGE.left) / (LARGE.right - LARGE.left) * columns)
    assert text == told(values[row, column])
    assert viewer.script("return performance.getEntriesByType('resource').length") == 0
