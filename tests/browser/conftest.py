"""One Chromium for all tests, and what a person does in it."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import rasterio

SWITCHES = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--force-device-scale-factor=1"),
)
SIZE = (1000, 720)


@dataclass
class Viewer:
    """The page in a browser."""

    driver: Any

    def open(self, address: str, size: tuple[int, int] = SIZE) -> "Viewer":
        self.driver.set_window_size(*size)
        self.driver.get(address)
        self.wait(lambda: self.script("return state.drawn.length > 0 && !state.waiting"))
        return self

    def script(self, text: str, *arguments: Any) -> Any:
        return self.driver.execute_script(text, *arguments)

    def wait(self, condition: Any) -> None:
        from selenium.webdriver.support.wait import WebDriverWait

        WebDriverWait(self.driver, 20, poll_frequency=0.05).until(lambda _: condition())

    def find(self, css: str) -> Any:
        return self.driver.find_element("css selector", css)

    def text(self, css: str) -> str:
        return self.find(css).text

    def actions(self) -> Any:
        from selenium.webdriver import ActionChains

        return ActionChains(self.driver, duration=0)

    def size(self) -> tuple[int, int]:
        width, height = self.script("return [canvas.clientWidth, canvas.clientHeight]")
        return width, height

    def at(self, left: int, top: int) -> Any:
        """Return actions that begin with the mouse at a point of the canvas."""
        width, height = self.size()
        return self.actions().move_to_element_with_offset(self.find("#canvas"), left - width // 2, top - height // 2)

    def settle(self) -> None:
        """Wait until all is drawn as it was asked for last."""
        frames = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))"
        self.driver.execute_async_script(frames)

    def hover(self, left: int, top: int) -> tuple[str, tuple[float, float]]:
        """Point at a place; return the value and the coordinates that the page tells."""
        self.at(left, top).perform()
        self.settle()
        return self.text("#value"), self.place()

    def place(self) -> tuple[float, float]:
        x, y = re.findall(r"-?\d+", self.text("#place").rpartition("\u00b7")[2])
        return float(x), float(y)

    def pixel(self, left: int, top: int) -> list[int]:
        """Return red, green, blue and alpha of a pixel of the canvas."""
        wanted = "return Array.from(canvas.getContext('2d').getImageData(arguments[0], arguments[1], 1, 1).data)"
        return self.script(wanted, left, top)

    def choose(self, title: str) -> None:
        from selenium.webdriver.support.select import Select

        Select(self.find("#layer")).select_by_visible_text(title)
        self.wait(lambda: self.script("return state.drawn.length > 0 && state.layer.image === state.drawn[0]"))
        self.settle()

    def errors(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


@pytest.fixture(scope="session")
def viewer() -> Iterator[Viewer]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for switch in SWITCHES:
        options.add_argument(switch)
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    yield Viewer(driver)
    driver.quit()


OUTSIDE = -1


def value_at(path: Path, x: float, y: float) -> int | None:
    """Return a raster's value at a place; None within a metre of the edge of a pixel, as the page rounds places."""
    with rasterio.open(path) as dataset:
        left, pixel, top = dataset.bounds.left, dataset.res[0], dataset.bounds.top
        column, row = (x - left) / pixel, (top - y) / pixel
        if any(abs(one - round(one)) * pixel <= 1 for one in (column, row)):
            return None
        if not (0 < row < dataset.height and 0 < column < dataset.width):
            return OUTSIDE
        return dataset.read(1)[int(row), int(column)].item()
