"""Searching an API, from a real server on loopback."""

import gzip
import json
from datetime import date

import pytest
from urllib3 import Retry

import stac_server as web
from landloom.core.errors import InputError
from landloom.sensors import registry as sensors
from landloom.sensors.stac import search as stac_search
from landloom.sensors.stac.settings import StacSearch
from unit.sensors.stac_material import TILE, at, item, stac

PERIOD = (date(2018, 1, 1), date(2018, 12, 31))
CONFORMS = [
    "https://api.stacspec.org/v1.0.0/core",
    "https://api.stacspec.org/v1.0.0/item-search",
    "https://api.stacspec.org/v1.0.0/item-search#query",
]
QUICK = Retry(total=4, backoff_factor=0.01, status_forcelist=(429, 500, 502, 503, 504), allowed_methods=None)


def serve_api(site, items, per_page=2):
    """Have a server answer as an API: `query` of equality is obeyed, pages are linked."""

    def landing(handler):
        links = [
            {"rel": "self", "href": f"{site.url}/api"},
            {"rel": "root", "href": f"{site.url}/api"},
            {"rel": "search", "href": f"{site.url}/api/search", "type": "application/geo+json", "method": "POST"},
        ]
        return {
            "type": "Catalog",
            "id": "api",
            "stac_version": "1.0.0",
            "description": "-",
            "conformsTo": CONFORMS,
            "links": links,
        }

    def answer(handler):
        asked = json.loads(handler.body)
        site.asked.append(asked)
        first, last = (day[:10] for day in asked["datetime"].split("/"))
        found = [
            one
            for one in items
            if one["collection"] in asked["collections"]
            and first <= one["properties"]["datetime"][:10] <= last
            and all(one["properties"].get(key) == test["eq"] for key, test in asked.get("query", {}).items())
        ]
        start = asked.get("token", 0)
        page = {"type": "FeatureCollection", "features": found[start : start + per_page], "links": []}
        if start + per_page < len(found):
            body = asked | {"token": start + per_page}
            page["links"] = [{"rel": "next", "href": f"{site.url}/api/search", "method": "POST", "body": body}]
        return page

    site.asked = []
    site.pages |= {"/api": landing, "/api/search": answer}


@pytest.fixture
def api(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with web.serving(tmp_path) as site:
        items = [at(site.url, item(f"I{n}", f"2018-0{n}-01")) for n in range(1, 6)]
        items += [item("other", "2018-03-02", **{"grid:code": "MGRS-32ULU"}), item("late", "2019-01-01")]
        items[0]["links"] = [{"rel": "self", "href": f"{site.url}/items/I1"}]
        serve_api(site, items)
        yield site


def searched(api, **changes):
    query = {"grid:code": {"eq": "MGRS-{mgrs}"}}
    settings = {"url": f"{api.url}/api", "collections": ["sentinel-2-l2a"], "query": query} | changes
    return stac_search.search(StacSearch(**settings), TILE, None, PERIOD, QUICK)


def test_all_pages_are_read(api, tmp_path):
    found = searched(api)
    assert [one["id"] for one in found["features"]] == ["I1", "I2", "I3", "I4", "I5"]
    assert len(api.asked) == 3
    assert found["landloom:search"] == {
        "url": f"{api.url}/api",
        "collections": ["sentinel-2-l2a"],
        "datetime": "2018-01-01T00:00:00Z/2018-12-31T23:59:59Z",
        "query": {"grid:code": {"eq": "MGRS-31TCJ"}},
    }
    assert found["features"][0]["landloom:address"] == f"{api.url}/items/I1"
    path = tmp_path / "items.json"
    path.write_text(stac_search.text_of(found))
    assert json.loads(path.read_text()) == found
    assert stac_search.text_of(searched(api)) == path.read_text()
    products = sensors.find(stac(path), TILE, *PERIOD)
    assert [one.name for one in products] == ["I1", "I2", "I3", "I4", "I5"]
    red = sensors.describe(stac(path), "s", TILE, products[0]).bands[0][1]
    assert red.path == f"/vsicurl/{api.url}/I1/B04.tif"


def test_nothing_found_is_an_empty_file(api, tmp_path):
    found = searched(api, collections=["other"])
    assert found["features"] == []
    path = tmp_path / "items.json"
    path.write_text(stac_search.text_of(found))
    assert sensors.find(stac(path), TILE, *PERIOD) == []


def test_a_box_is_asked_for(api):
    settings = StacSearch(url=f"{api.url}/api", collections=["sentinel-2-l2a"])
    stac_search.search(settings, TILE, [1, 43, 2, 44], PERIOD, QUICK)
    assert api.asked[0]["bbox"] == [1, 43, 2, 44]


def test_a_busy_api_is_asked_again(api):
    api.faults.append(web.times(2, web.error(503)))
    api.faults.append(web.times(1, web.error(429), "search"))
    assert len(searched(api)["features"]) == 5


def bomb(handler):
    """Answer with a text that is small as it is sent, and large when it is unpacked."""
    packed = gzip.compress(b" " * (stac_search.MOST_BYTES + 2**20), 1)
    handler.answer(200, packed, {"Content-Encoding": "gzip"})


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (web.times(99, web.error(503)), "too many 503 error responses"),
        (web.times(99, web.error(404)), "404: no"),
        (web.times(99, web.redirect("file:///etc/passwd")), "No connection adapters"),
        (web.times(99, lambda handler: handler.answer(200, b"{")), "Expecting property name"),
        (web.times(99, lambda handler: handler.answer_json([1])), "'list' object has no"),
        (web.times(99, lambda handler: handler.answer_json({"type": "Catalog"})), "Could not open Client"),
        (web.times(99, bomb), "an answer is larger than 64 MB"),
        (web.times(99, lambda handler: handler.answer_json({"features": [7]}), "search"), "'int' object"),
        (
            web.times(
                99,
                lambda handler: handler.answer_json(
                    {"features": [{"id": "x"}], "links": [{"rel": "next", "href": "/etc/passwd"}]}
                ),
                "search",
            ),
            "a link leads to /etc/passwd",
        ),
    ],
    ids=["busy", "missing", "redirect", "no JSON", "a list", "no API", "bomb", "no items", "link to a file"],
)
def test_what_is_no_api_is_told(api, fault, problem):
    api.faults.append(fault)
    with pytest.raises(InputError) as caught:
        searched(api)
    beginning, _, told = str(caught.value).partition(": the search does not work (")
    assert beginning == f"{api.url}/api"
    assert problem in told


def test_a_search_that_finds_the_world_ends(api, monkeypatch):
    monkeypatch.setattr(stac_search, "MOST_ITEMS", 3)
    with pytest.raises(InputError, match="finds more than 3 items"):
        searched(api)
