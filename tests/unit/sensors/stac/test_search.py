"""Searching an API, from a real server on loopback."""

import dataclasses
import gzip
import json
import time
from base64 import b64encode
from datetime import date

import pytest
from urllib3 import Retry

import stac_server as web
from landloom.configuration import configuration
from landloom.core.errors import InputError
from landloom.sensors import registry as sensors
from landloom.sensors.stac import search as stac_search
from landloom.sensors.stac.connection import Limits
from landloom.sensors.stac.settings import StacSearch
from running import LEAST
from unit.sensors.stac_material import TILE, at, item, stac

PERIOD = (date(2018, 1, 1), date(2018, 12, 31))
CONFORMS = [
    "https://api.stacspec.org/v1.0.0/core",
    "https://api.stacspec.org/v1.0.0/item-search",
    "https://api.stacspec.org/v1.0.0/item-search#query",
]
QUICK = Limits(Retry(total=4, backoff_factor=0.01, status_forcelist=(429, 500, 502, 503, 504), allowed_methods=None))


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


def searched(api, limits=QUICK, **changes):
    query = {"grid:code": {"eq": "MGRS-{mgrs}"}}
    settings = {"url": f"{api.url}/api", "collections": ["sentinel-2-l2a"], "query": query} | changes
    return stac_search.search(StacSearch(**settings), TILE, None, PERIOD, limits)


def written(found, path):
    """Return what the file of a search holds."""
    found.write(path)
    return json.loads(path.read_text())


def test_all_pages_are_read(api, tmp_path):
    path = tmp_path / "items.json"
    found = written(searched(api), path)
    assert [one["id"] for one in found["features"]] == ["I1", "I2", "I3", "I4", "I5"]
    assert len(api.asked) == 3
    assert found["landloom:search"] == {
        "url": f"{api.url}/api",
        "collections": ["sentinel-2-l2a"],
        "datetime": "2018-01-01T00:00:00Z/2018-12-31T23:59:59Z",
        "query": {"grid:code": {"eq": "MGRS-31TCJ"}},
    }
    assert found["features"][0]["landloom:address"] == f"{api.url}/items/I1"
    searched(api).write(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()
    products = sensors.find(stac(path), TILE, *PERIOD)
    assert [one.name for one in products] == ["I1", "I2", "I3", "I4", "I5"]
    red = sensors.describe(stac(path), "s", TILE, products[0]).bands[0][1]
    assert red.path == f"/vsicurl/{api.url}/I1/B04.tif"


def test_nothing_found_is_an_empty_file(api, tmp_path):
    path = tmp_path / "items.json"
    assert written(searched(api, collections=["other"]), path)["features"] == []
    assert sensors.find(stac(path), TILE, *PERIOD) == []


def test_a_box_is_asked_for(api):
    settings = StacSearch(url=f"{api.url}/api", collections=["sentinel-2-l2a"])
    stac_search.search(settings, TILE, [1, 43, 2, 44], PERIOD, QUICK)
    assert api.asked[0]["bbox"] == [1, 43, 2, 44]


def test_a_busy_api_is_asked_again(api):
    api.faults.append(web.times(2, web.error(503)))
    api.faults.append(web.times(1, web.error(429), "search"))
    assert len(searched(api)) == 5


def bomb(handler):
    """Answer with a text that is small as it is sent, and large when it is unpacked."""
    packed = gzip.compress(b" " * (QUICK.response_bytes + 2**20), 1)
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
        (web.times(99, bomb), "an answer is larger than 32 MB"),
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


SECRET = "S3cr3tS3cr3t"


def guarded(handler):
    """Deny what comes without the key, and say what came."""
    if handler.query.get("api_key") == SECRET:
        return False
    handler.answer(403, f"not {handler.path} {handler.headers.get('Authorization')}".encode())
    return True


def test_secrets_come_from_the_environment_and_go_to_the_api_alone(api, tmp_path, monkeypatch):
    api.faults.append(guarded)
    monkeypatch.setenv("KEY", SECRET)
    found = written(searched(api, url=f"{api.url}/api?api_key=${{KEY}}"), tmp_path / "items.json")
    assert len(found["features"]) == 5
    assert found["landloom:search"]["url"] == f"{api.url}/api?api_key=${{KEY}}"
    assert SECRET not in (tmp_path / "items.json").read_text()


@pytest.mark.parametrize(
    "address",
    [f"https://me:{SECRET}@host/stac", f"https://host/stac?api_key={SECRET}", f"https://host/a?t={SECRET}{SECRET}"],
)
def test_secrets_in_a_configuration_are_refused_and_not_repeated(address):
    sensor = {"type": "stac", "search": {"url": address, "collections": ["c"]}, "bands": {"B4": "red"}}
    with pytest.raises(InputError) as caught:
        configuration.parse({**LEAST, "sensors": {"s": sensor}})
    assert "sensors.s.search.url: must not hold " in str(caught.value)
    assert "write ${NAME} there" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_missing_variables_are_told_before_any_job(monkeypatch):
    monkeypatch.delenv("KEY", raising=False)
    sign = {"type": "environment", "token": "sig=${KEY}", "hosts": ["host"]}
    search = {"url": "https://host/stac?key=${KEY}", "collections": ["c"], "query": {"a": "{tile}"}}
    settings = stac("", search=search, sign=sign)
    problem = "KEY is not set in the environment; export the value"
    assert sensors.problems("s", settings, ["T"]) == [f"sensors.s.{key}: {problem}" for key in ("search.url", "sign")]


def test_user_and_password(api, monkeypatch):
    expected = f"Basic {b64encode(f'me:{SECRET}'.encode()).decode()}"
    api.faults.append(lambda handler: handler.headers["Authorization"] != expected and not handler.answer(401, b""))
    monkeypatch.setenv("USER_OF_API", "me")
    monkeypatch.setenv("PASSWORD_OF_API", SECRET)
    address = api.url.replace("//", "//${USER_OF_API}:${PASSWORD_OF_API}@")
    assert len(searched(api, url=f"{address}/api")) == 5


@pytest.mark.parametrize("status", [401, 403])
def test_denied_access_is_told_at_once_without_the_key(api, monkeypatch, status):
    """Although the server repeats it."""
    monkeypatch.setenv("KEY", SECRET)
    api.faults.append(lambda handler: handler.answer(status, f"{handler.path}".encode()) is None)
    with pytest.raises(InputError) as caught:
        searched(api, url=f"{api.url}/api?api_key=${{KEY}}")
    assert str(caught.value) == (
        f"{api.url}/api: HTTP status {status}, the server denies access; is the key in `url` right?"
    )
    assert api.requests() == 1
    api.faults[:] = [lambda handler: handler.answer(400, f"bad {handler.path}".encode()) is None]
    with pytest.raises(InputError, match="400: bad") as caught:
        searched(api, url=f"{api.url}/api?api_key=${{KEY}}")
    assert SECRET not in str(caught.value)


def test_a_key_is_sent_to_no_other_host(api, tmp_path, monkeypatch):
    monkeypatch.setenv("KEY", SECRET)
    with web.serving(tmp_path) as other:
        serve_api(other, [])
        api.pages["/api"] = other.pages["/api"]
        assert len(searched(api, url=f"{api.url}/api?api_key=${{KEY}}")) == 0
        assert other.asked
        assert not any(SECRET in entry.path for entry in other.log)


def test_signatures_of_items_are_not_kept(api, tmp_path):
    signed = at(api.url, item("signed", "2018-02-01"), f"?v=2&sig={SECRET}&se=2018")
    signed["links"] = [{"rel": "self", "href": f"{api.url}/items/1?token={SECRET}"}]
    serve_api(api, [signed])
    found = written(searched(api), tmp_path / "items.json")
    assert SECRET not in (tmp_path / "items.json").read_text()
    assert found["features"][0]["assets"]["red"]["href"].endswith("B04.tif?v=2")
    (product,) = sensors.find(stac(tmp_path / "items.json"), TILE, *PERIOD)
    red = sensors.describe(stac(tmp_path / "items.json"), "s", TILE, product).bands[0][1]
    assert red.path.endswith("B04.tif?v=2")


def endless(api, answer):
    """Have an API answer pages without end."""

    def page(handler):
        number = int(handler.query.get("page", 0))
        link = {"rel": "next", "href": f"{api.url}/api/search?page={number + 1}"}
        return {"type": "FeatureCollection", "features": answer(number), "links": [link]}

    api.pages["/api/search"] = page


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (lambda n: [item(f"I{n}", "2018-01-01")], "there is no end after 30 answers"),
        (lambda n: [item("I", "2018-01-01")], "gives items that it has given before"),
    ],
    ids=["one item a page", "one item for ever"],
)
def test_an_api_without_end_ends_with_a_message(api, answer, problem):
    endless(api, answer)
    with pytest.raises(InputError, match=problem):
        searched(api, dataclasses.replace(QUICK, responses=30))


def test_all_answers_together_stay_within_the_memory(api, monkeypatch):
    monkeypatch.setattr(stac_search, "MOST_BYTES", 2**20)
    endless(api, lambda n: [item(f"I{n}{m}", "2018-01-01", x="x" * 10_000) for m in range(10)])
    with pytest.raises(InputError, match=r"/api: finds items of more than 1 MB; narrow the `query`"):
        searched(api)
    assert api.requests("search") < 12


def test_an_api_that_is_silent_is_given_up(api):
    api.faults.append(web.times(9, lambda handler: time.sleep(1), "search"))
    quick = dataclasses.replace(QUICK, retries=Retry(0), pause_s=(1, 0.2))
    with pytest.raises(InputError, match=r"timed out"):
        searched(api, quick)


def test_an_answer_in_drops_is_given_up(api):
    api.faults.append(web.times(9, web.drip(60)))
    began = time.monotonic()
    with pytest.raises(InputError, match=r"it takes more than 0.3 s"):
        searched(api, dataclasses.replace(QUICK, seconds=0.3))
    assert time.monotonic() - began < 2.5
