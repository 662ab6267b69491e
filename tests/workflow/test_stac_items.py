"""A map from STAC items over HTTP is the map of the same archive read as files (by the type `series`).

The API, the tokens and the files come from a server on loopback, which is busy now and then and breaks answers off.
"""

import json
import os
import re
import shutil
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import rasterio

import stac_server as web
from bad_input.inputs import TILE, small_configuration, theia
from landloom.sensors import registry as sensors
from landloom.survey import source_files
from running import run_snakemake, write_config
from unit.sensors.stac.test_search import serve_api

pytestmark = pytest.mark.long

BANDS = {"B3": "green", "B4": "red", "B8": "nir", "B11": "swir16"}
MAPS = [f"tiles/{TILE}/{name}.tif" for name in ("run0/classification", "run0/confidence", "validity")]
KEY = "K3yOfTh3Api"
TARGET = f"results/2018/{MAPS[0]}"
YEAR = (datetime(2018, 1, 1).date(), datetime(2018, 12, 31).date())


def items_of(archive, url):
    """Return the products of an archive of THEIA as items."""
    settings = theia(archive, invalid_bits={"CLM": "any"})["s2"]
    items = []
    for product in sensors.find(settings, TILE, *YEAR):
        record = sensors.describe(settings, "s2", TILE, product)
        files = {**{BANDS[name]: band.path for name, band in record.bands}, "clouds": record.masks[0].source.path}
        assets = {key: {"href": f"{url}{path.removeprefix(str(archive.parent))}"} for key, path in files.items()}
        for key in BANDS.values():
            assets[key] |= {"raster:bands": [{"scale": 0.0001, "offset": 0, "nodata": -10000}]}
        items.append(
            {
                "type": "Feature",
                "stac_version": "1.0.0",
                "id": product.name,
                "collection": "theia",
                "properties": {"datetime": f"{product.date}T11:00:00Z", "grid:code": f"MGRS-{TILE[1:]}"},
                "geometry": None,
                "assets": assets,
                "links": [],
            }
        )
    return items


@pytest.fixture(scope="module")
def server(tiny_demo):
    """Serve items and files; a file opens only with a token, and some answers go wrong."""
    with web.serving(tiny_demo) as site:
        serve_api(site, signed(items_of(tiny_demo / "archive", site.url)), per_page=10)
        end = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        site.pages["/token/theia"] = lambda handler: {"token": "sig=SECRET", "msft:expiry": end}

        def unsigned(handler):
            """Deny what comes without its key, and repeat what came."""
            name, value = ("sig", "SECRET") if ".tif" in handler.path else ("api_key", KEY)
            denied = handler.query.get(name) != value
            if denied:
                handler.answer(403, handler.path.encode())
            return denied

        site.faults += [unsigned, web.times(3, web.error(503), ".tif"), web.times(3, web.cut(100), "FRE_B8.tif")]
        yield site


def signed(items):
    """Return items as an API gives them that signs their addresses."""
    for one in items:
        one["links"] = [{"rel": "self", "href": f"https://me:{KEY}@127.0.0.1/items/{one['id']}?token={KEY}"}]
        for asset in one["assets"].values():
            asset["href"] += f"?sig={KEY}&se=2018"
    return items


def project(tiny_demo, folder, sensor):
    shutil.copytree(tiny_demo, folder / "data", ignore=shutil.ignore_patterns("archive", "truth"))
    return write_config(folder / "config.yaml", small_configuration(tiles=[TILE], sensors={"s2": sensor}))


@pytest.fixture(scope="module")
def maps(tiny_demo, server, tmp_path_factory):
    """Make the map from files and over HTTP; return their folders."""
    files, remote = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("remote")
    on_disk = {
        "type": "series",
        "archive": str(tiny_demo / "archive"),
        "file": "{tile}/*/*_{date}-*_FRE_{band}.tif",
        "date_format": "%Y%m%d-%H%M%S",
        "bands": {name: {"number": 1} for name in BANDS},
        "common_names": {"B3": "G", "B4": "R", "B8": "N", "B11": "S1"},
        "mask": {"file": "{tile}/*/MASKS/*_{date}-*_CLM_R1.tif", "invalid_bits": list(range(8))},
    }
    elsewhere = {
        "type": "stac",
        "search": {
            "url": f"{server.url}/api?api_key=${{KEY_OF_API}}",
            "collections": ["theia"],
            "query": {"grid:code": {"eq": "MGRS-{mgrs}"}},
        },
        "sign": {"type": "token_url", "url": f"{server.url}/token/{{collection}}?api_key=${{KEY_OF_API}}"},
        "bands": BANDS,
        "mask": {"asset": "clouds", "invalid_bits": list(range(8))},
    }
    os.environ["KEY_OF_API"] = KEY
    for folder, sensor in ((files, on_disk), (remote, elsewhere)):
        config = project(tiny_demo, folder, sensor | {"step_days": 30})
        done = run_snakemake(folder, TARGET, "--set-threads", "classify=1", config=config)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        (folder / "terminal.txt").write_text(done.stdout + done.stderr)
    yield files / "results/2018", remote / "results/2018"
    del os.environ["KEY_OF_API"]


def read(path):
    with rasterio.open(path) as dataset:
        return dataset.read()


def test_the_maps_are_the_same(maps, server):
    for name in MAPS:
        np.testing.assert_array_equal(read(maps[1] / name), read(maps[0] / name))
    assert len(np.unique(read(maps[1] / MAPS[0]))) > 5
    print(f"{server.requests('.tif')} requests, {server.sent('.tif') / 1e6:.1f} MB")


def test_the_search_is_kept_and_not_done_again(maps, server):
    found = json.loads((maps[1] / f"tiles/{TILE}/items_s2.json").read_text())
    assert found["landloom:search"]["query"] == {"grid:code": {"eq": f"MGRS-{TILE[1:]}"}}
    assert len(found["features"]) > 10
    asked = len(server.asked)
    folder = maps[1].parents[1]
    done = run_snakemake(folder, TARGET, "-n", config=folder / "config.yaml")
    assert "Nothing to be done" in done.stdout + done.stderr
    assert len(server.asked) == asked


def test_the_table_of_files_names_what_was_read(maps, server):
    files = source_files.read(maps[1] / f"tiles/{TILE}/files.csv")
    remote = [file for file in files if file.path.startswith(f"{server.url}/archive/")]
    assert len(remote) > 50
    assert all(file.sha256.startswith("not verified: ") for file in files)


def test_secrets_are_nowhere(maps):
    """In no log, result or metadata of Snakemake, nor on the terminal; Snakemake names metadata by base64."""
    folder = maps[1].parents[1]
    read = [path for path in folder.rglob("*") if path.is_file()]
    assert {".snakemake", "logs", "results"} <= {path.relative_to(folder).parts[0] for path in read}
    for path in read:
        content = path.read_bytes() + str(path).encode()
        assert b"SECRET" not in content, path
        assert KEY.encode() not in content, path


def test_a_wrong_key_is_told_at_once_and_nowhere(maps, server, monkeypatch):
    folder = maps[1].parents[1]
    monkeypatch.setenv("KEY_OF_API", "wr0ngwr0ng")
    arguments = ("surveys", "--forcerun", "search_items")
    done = run_snakemake(folder, *arguments, config=folder / "config.yaml")
    terminal = done.stdout + done.stderr
    assert done.returncode == 1
    assert f"{server.url}/api: HTTP status 403, the server denies access; is the key in `url` right?" in terminal
    assert "wr0ng" not in terminal
    assert not any(b"wr0ng" in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    monkeypatch.delenv("KEY_OF_API")
    done = run_snakemake(folder, *arguments, "-n", config=folder / "config.yaml")
    assert done.returncode == 1
    assert "sensors.s2.search.url: KEY_OF_API is not set in the environment" in done.stderr


def test_other_items_map_again(maps, server, tiny_demo):
    """One item less, searched again: the survey finds it, and the tile is mapped again."""
    folder = maps[1].parents[1]
    serve_api(server, signed(items_of(tiny_demo / "archive", server.url))[:-1], per_page=10)
    surveys = run_snakemake(folder, "surveys", "--forcerun", "search_items", config=folder / "config.yaml")
    assert surveys.returncode == 0, surveys.stdout[-3000:] + surveys.stderr[-3000:]
    done = run_snakemake(folder, TARGET, "-n", config=folder / "config.yaml")
    assert re.search(r"^classify +1$", done.stdout, re.M), done.stdout[-2000:]
