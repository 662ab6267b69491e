"""Reading by HTTP, from a real server on loopback that fails, stalls and cuts connections when told to."""

import dataclasses
import json
import time
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
import rasterio

import stac_server as web
from landloom.core.errors import InputError
from landloom.geo.grids import Window
from landloom.reading import signing
from landloom.reading.band_reader import BandReader, MaskReader
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors import registry as sensors
from landloom.sensors.acquisition import RasterBand
from landloom.survey import integrity, source_files
from unit.sensors.stac_material import GRID, TILE, at, item, stac, write_assets, write_items

WINDOW = Window(130, 260, 60, 70)
PERIOD = (date(2018, 1, 1), date(2018, 12, 31))


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """Wait for hundredths of a second where users wait for seconds."""
    for name, value in {
        "LANDLOOM_HTTP_PAUSE_S": "0.01",
        "GDAL_HTTP_MAX_RETRY": "2",
        "GDAL_HTTP_RETRY_DELAY": "0.01",
        "GDAL_HTTP_LOW_SPEED_TIME": "1",
        "no_proxy": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(signing, "PAUSE_S", 0.01)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Make one item's files; not to be changed."""
    folder = tmp_path_factory.mktemp("assets")
    write_assets(folder, item())
    return folder


@pytest.fixture
def server(folder):
    with web.serving(folder) as site:
        yield site


def observation(folder, one, **changes):
    settings = stac(write_items(folder / "i.json", one), **changes)
    (product,) = sensors.find(settings, TILE, *PERIOD)
    return sensors.describe(settings, "s2", TILE, product)


def pixels(acquisition, reader=None):
    values, valid = np.empty((2, WINDOW.pixels), np.int16), np.empty(WINDOW.pixels, bool)
    reader = reader or AcquisitionReader(acquisition, GRID, "bilinear")
    reader.read(WINDOW, None, values, valid)
    return values[:, valid], valid


def assert_as_on_disk(acquisition, folder, tmp_path, reader=None):
    here = tmp_path / "here"
    here.mkdir(exist_ok=True)
    expected = pixels(observation(here, at(str(folder), item())))
    for got, wanted in zip(pixels(acquisition, reader), expected, strict=True):
        np.testing.assert_array_equal(got, wanted)


def test_a_window_costs_a_part_of_the_files(server, folder, tmp_path):
    acquisition = observation(tmp_path, at(server.url, item()))
    integrity.check(acquisition, integrity.inspect(acquisition, GRID), GRID)
    assert_as_on_disk(acquisition, folder, tmp_path)
    total = sum(path.stat().st_size for path in folder.rglob("*.tif"))
    print(f"{server.sent()} of {total} bytes in {server.requests()} requests")
    assert server.sent() < total / 5
    assert {entry.path.rpartition("/")[2] for entry in server.log} == {"B04.tif", "B08.tif", "SCL.tif"}
    assert all(entry.range or entry.method == "HEAD" for entry in server.log)


@pytest.mark.parametrize(
    "fault",
    [web.times(2, web.error(500)), web.times(7, web.error(503)), web.times(1, web.error(429))],
    ids=["500 twice", "503 seven times", "429"],
)
def test_busy_servers_are_asked_again(server, folder, tmp_path, fault):
    server.faults.append(fault)
    assert_as_on_disk(observation(tmp_path, at(server.url, item())), folder, tmp_path)


def test_answers_that_break_off_are_asked_for_again(server, folder, tmp_path):
    acquisition = observation(tmp_path, at(server.url, item()))
    server.faults.append(web.times(2, web.cut(300), "B04"))
    assert_as_on_disk(acquisition, folder, tmp_path)
    reader = AcquisitionReader(acquisition, GRID, "bilinear")
    reader.blocks()  # opened
    server.faults.append(web.times(2, web.cut(300), "B08"))
    assert_as_on_disk(acquisition, folder, tmp_path, reader)
    reader.close()


def test_a_fine_mask_that_is_opened_anew_stays_on_its_grid(server, tmp_path):
    """Its grid is that of the tile, cut once, however often a server fails."""
    (mask,) = observation(tmp_path, at(server.url, item())).masks
    coarse = dataclasses.replace(
        GRID, resolution=80.0, resolution_y=80.0, rows=GRID.rows // 8, columns=GRID.columns // 8
    )
    reader, window, seen = MaskReader(mask, coarse), Window(10, 12, 20, 16), []
    for _ in range(3):
        clear = np.ones((window.rows, window.columns), bool)
        reader.keep_clear(window, clear)
        seen.append(clear)
        reader.close()
    assert not seen[0].all()
    np.testing.assert_array_equal(seen[0], seen[1])
    np.testing.assert_array_equal(seen[0], seen[2])


def test_a_server_that_stalls_is_asked_again(server, folder, tmp_path):
    server.faults.append(web.times(1, lambda handler: time.sleep(1.5), "B04"))
    assert_as_on_disk(observation(tmp_path, at(server.url, item())), folder, tmp_path)


def message_of(acquisition):
    with pytest.raises(InputError) as caught:
        pixels(acquisition)
    return str(caught.value)


def test_errors_that_stay_are_told(server, tmp_path):
    acquisition = observation(tmp_path, at(server.url, item(), "?sig=SECRET"))
    for fault, problem in (
        (web.error(403), r"SCL.tif: HTTP status 403, the server denies access; has the signature"),
        (web.error(404), r"SCL.tif: HTTP status 404, it does not exist"),
        (web.error(503), r"cannot be read after 4 attempts .*127.0.0.1 answers with HTTP status 503"),
        (web.redirect("file:///etc/passwd"), r"cannot be read after 4 attempts"),
        (web.redirect("ftp://127.0.0.1/x.tif"), r"cannot be read after 4 attempts"),
    ):
        server.faults[:] = [web.times(10**6, fault)]
        message = message_of(acquisition)
        assert "SECRET" not in message
        import re

        assert re.search(problem, message), message
        with pytest.raises(InputError):
            integrity.check(acquisition, integrity.inspect(acquisition, GRID), GRID)
    asked = observation(tmp_path, at(server.url, item()))
    server.faults[:] = [web.times(10**6, web.error(401))]
    assert "does it need a signature (`sign`)" in message_of(asked)


def test_a_server_that_is_gone(folder, tmp_path):
    with web.serving(folder) as site:
        acquisition = observation(tmp_path, at(site.url, item()))
    assert "127.0.0.1 does not respond" in message_of(acquisition)


def test_one_band_of_several_is_resampled_as_on_disk(server, folder, tmp_path):
    """It is opened as a part of its file, with the same rights, and by the same driver only."""
    off = GRID.moved(3.0, 4.0)
    values = np.stack([np.full((GRID.rows, GRID.columns), 5, np.int16)] * 2)
    values[1, 150:170] = -10000
    with rasterio.open(folder / "two.tif", "w", driver="GTiff", count=2, dtype="int16", **GRID.profile()) as file:
        file.write(values)
    read = []
    for path in (str(folder / "two.tif"), f"/vsicurl/{server.url}/two.tif?sig=SECRET"):
        reader = BandReader(RasterBand(path, 2, nodata=(-10000,)), off, "bilinear")
        read.append(np.empty((WINDOW.rows, WINDOW.columns), np.int16))
        reader.reflectance(WINDOW, read[-1])
        reader.close()
    np.testing.assert_array_equal(read[1], read[0])
    assert np.unique(read[0]).tolist() == [-10000, 5]
    # GDAL asks once for the folder, whatever it is told, where it is told to open a GeoTIFF and nothing else.
    assert {entry.path.partition("?")[0] for entry in server.log} <= {"/two.tif", "/"}


def test_what_is_no_image_is_not_opened(server, folder, tmp_path):
    secret = folder / "SECRET.tif"
    vrt = f'<VRTDataset rasterXSize="512" rasterYSize="512"><!-- {secret} --></VRTDataset>'
    (folder / "trap.tif").write_text(vrt)
    one = at(server.url, item())
    one["assets"]["scl"]["href"] = f"{server.url}/trap.tif"
    assert "trap.tif: cannot be read" in message_of(observation(tmp_path, one))


def test_no_list_of_the_folder_and_no_file_beside(server, tmp_path):
    pixels(observation(tmp_path, at(server.url, item())))
    assert not any(entry.path.endswith(("/", ".aux.xml", ".ovr", ".msk")) for entry in server.log)


@pytest.fixture
def tokens(server):
    """Have files open with the newest token only; return the list of tokens that were given."""
    given = []

    def token(handler):
        given.append(f"sig=SECRET{len(given)}")
        end = datetime.now(UTC) + timedelta(seconds=server.life_s)
        return {"token": given[-1], "msft:expiry": end.isoformat().replace("+00:00", "Z")}

    def denied(handler):
        if ".tif" in handler.path and handler.query.get("sig") != given[-1].partition("=")[2]:
            handler.answer(403, b"AuthenticationFailed")
            return True
        return False

    server.life_s = 3600
    server.pages["/token/sentinel-2-l2a"] = token
    server.faults.append(denied)
    signing.tokens_of.cache_clear()
    return given


def signed(server, tmp_path, **sign):
    sign = {"type": "token_url", "url": f"{server.url}/token/{{collection}}"} | sign
    return observation(tmp_path, at(server.url, item()), sign=sign)


def test_addresses_are_signed_with_one_token(server, folder, tmp_path, tokens):
    acquisition = signed(server, tmp_path)
    integrity.check(acquisition, integrity.inspect(acquisition, GRID), GRID)
    assert_as_on_disk(acquisition, folder, tmp_path)
    assert len(tokens) == 1
    assert "SECRET" not in repr(acquisition)


def test_tokens_are_renewed_before_they_end(server, folder, tmp_path, tokens):
    server.life_s = 0.2
    acquisition = signed(server, tmp_path)
    assert_as_on_disk(acquisition, folder, tmp_path)
    time.sleep(0.2)
    assert_as_on_disk(acquisition, folder, tmp_path)
    assert len(tokens) > 1


def test_a_token_that_ends_early_is_renewed(server, folder, tmp_path, tokens, capfd):
    acquisition = signed(server, tmp_path)
    reader = AcquisitionReader(acquisition, GRID, "bilinear")
    reader.blocks()  # opened with the first token
    tokens.append("sig=REVOKED")
    tokens_before = len(tokens)
    assert_as_on_disk(acquisition, folder, tmp_path, reader)
    assert len(tokens) == tokens_before + 1
    assert "SECRET" not in "".join(capfd.readouterr())


def test_tokens_that_cannot_be_had(server, tmp_path, tokens):
    for answer, problem in (
        (web.error(403), "no token from http://127.0.0.1:.*HTTP status 403"),
        (web.error(500), "no token from .*HTTP status 500"),
        (lambda handler: handler.answer(200, b"<html>"), "is not JSON with a `token`"),
        (lambda handler: handler.answer_json({"token": "a b\n"}), "cannot be part of an address"),
        (lambda handler: handler.answer_json({"token": "a" * 2**20}), "is not JSON with a `token`"),
    ):
        signing.tokens_of.cache_clear()
        server.faults[:] = [web.times(10**6, answer, "/token/")]
        with pytest.raises(InputError, match=problem):
            pixels(signed(server, tmp_path))


def test_a_token_that_does_not_help(server, tmp_path, tokens):
    server.faults[:] = [web.times(10**6, web.error(403), ".tif")]
    assert "a new token did not help" in message_of(signed(server, tmp_path))


def test_tokens_go_to_their_hosts_only(server, tmp_path, tokens):
    assert signed(server, tmp_path, hosts=[".example.org"]).bands[0][1].token_url == ""
    one = at("https://x.blob.core.windows.net/c", item())
    planetary = observation(tmp_path, one, sign={"type": "planetary_computer"})
    assert planetary.bands[0][1].token_url.endswith("/api/sas/v1/token/sentinel-2-l2a")
    assert observation(tmp_path, at(server.url, one), sign={"type": "planetary_computer"}).bands[0][1].token_url == ""


def test_a_token_of_the_environment(server, folder, tmp_path, tokens, monkeypatch):
    tokens.append("sig=SECRET-7")
    sign = {"type": "environment", "url": None, "token": "sig=${TILE_KEY}", "hosts": ["127.0.0.1"]}
    monkeypatch.delenv("TILE_KEY", raising=False)
    acquisition = signed(server, tmp_path, **sign)
    assert "TILE_KEY is not set in the environment" in message_of(acquisition)
    monkeypatch.setenv("TILE_KEY", "SECRET-7")
    assert_as_on_disk(acquisition, folder, tmp_path)
    assert "SECRET" not in repr(acquisition)
    signing.tokens_of.cache_clear()
    monkeypatch.setenv("TILE_KEY", "SECRET-8")
    message = message_of(acquisition)
    assert message.endswith(
        "SCL.tif: HTTP status 403, the server denies access; is the variable that `sign` names right, and may you "
        "read this file?"
    )
    signing.tokens_of.cache_clear()


def test_denied_access_is_told_at_once(server, tmp_path):
    """A user and password in an item's address are sent, as by GDAL, and stand in no message."""
    one = at(server.url.replace("//", "//me:SECRET@"), item())
    server.faults.append(web.times(10**6, web.error(401)))
    began = time.monotonic()
    message = message_of(observation(tmp_path, one))
    assert f"{server.url}/" in message
    assert "HTTP status 401, the server denies access" in message
    assert time.monotonic() - began < 2
    assert server.requests("SCL.tif") <= 4  # GDAL asks for the size and the header


@pytest.fixture
def bucket(server, folder, monkeypatch):
    """Have a server answer as S3: a bucket is a folder of its first part."""
    (folder / "bucket").exists() or (folder / "bucket").symlink_to(folder)
    for name, value in {
        "AWS_S3_ENDPOINT": server.url.removeprefix("http://"),
        "AWS_HTTPS": "NO",
        "AWS_VIRTUAL_HOSTING": "FALSE",
        "AWS_ACCESS_KEY_ID": "me",
        "AWS_SECRET_ACCESS_KEY": "SECRET",
    }.items():
        monkeypatch.setenv(name, value)
    return server


def test_busy_s3_is_asked_again(bucket, folder, tmp_path):
    acquisition = observation(tmp_path, at("s3://bucket", item()))
    bucket.faults.append(web.times(7, web.error(503), "SCL.tif"))
    bucket.faults.append(web.times(2, web.cut(300), "B04.tif"))
    assert_as_on_disk(acquisition, folder, tmp_path)


def test_denied_access_to_s3_is_told_at_once(bucket, tmp_path):
    said = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    server = bucket
    server.faults.append(web.times(10**6, lambda handler: handler.answer(403, said)))
    message = message_of(observation(tmp_path, at("s3://bucket", item())))
    assert "SCL.tif: HTTP status 403, the server denies access; are the AWS_* variables right" in message
    assert server.requests("SCL.tif") <= 4


def test_a_token_in_drops_is_given_up(server, tmp_path, tokens, monkeypatch):
    monkeypatch.setattr(signing, "WHOLE_TIMEOUT_S", 0.1)
    monkeypatch.setattr(signing, "ATTEMPTS", 1)

    signing.tokens_of.cache_clear()
    server.faults[:] = [web.times(1, web.drip(10), "/token/")]
    with pytest.raises(InputError, match=r"no token from .*TimeoutError"):
        pixels(signed(server, tmp_path))


def test_files_elsewhere_are_listed_without_being_read(server, tmp_path):
    one = at(server.url, item(), "?sig=SECRET")
    one["assets"]["red"] |= {"file:checksum": "1220" + "AB" * 32, "file:size": 12345}
    files = source_files.of_acquisitions([observation(tmp_path, one)], tmp_path / "memory.json", 1)
    by_name = {file.path.rpartition("/")[2]: file for file in files}
    assert set(by_name) == {"B04.tif", "B08.tif", "SCL.tif", f"i.json#{item()['id']}"}
    assert (by_name["B04.tif"].bytes, by_name["B04.tif"].sha256) == (12345, "not verified: 1220" + "ab" * 32)
    assert by_name["SCL.tif"].sha256.startswith("not verified: ")
    assert server.log == []
    assert "SECRET" not in repr(files)
    one["properties"]["s2:processing_baseline"] = "05.00"
    changed = source_files.of_acquisitions([observation(tmp_path, one)], tmp_path / "memory.json", 1)
    assert [file.sha256 for file in files] != [file.sha256 for file in changed]


def test_a_real_scene_is_read_in_windows(shared_data, tmp_path):
    (path,) = shared_data.glob("riotilerpds_fixtures/tests/fixtures/sentinel-cogs/*/29/R/KH/2020/2/*/*.json")
    content = json.loads(path.read_text())
    results = []
    with web.serving(path.parent) as site:
        for base in (site.url, str(path.parent)):
            assets = {
                key: one | {"href": f"{base}/{one['href'].rpartition('/')[2]}"}
                for key, one in content["assets"].items()
            }
            settings = stac(
                write_items(tmp_path / "i.json", content | {"assets": assets}),
                bands={"B4": "red", "B8": "nir", "B11": "swir16"},
            )
            (product,) = sensors.find(settings, "T29RKH", date(2020, 1, 1), date(2020, 12, 31))
            acquisition = sensors.describe(settings, "s2", "T29RKH", product)
            from landloom.survey import tile_grids

            grid = tile_grids.tile_grid([acquisition])
            values, valid = np.empty((3, 64 * 64), np.int16), np.empty(64 * 64, bool)
            AcquisitionReader(acquisition, grid, "bilinear").read(Window(512, 0, 64, 64), None, values, valid)
            results.append((values, valid))
        size = sum((path.parent / f"{name}.tif").stat().st_size for name in ("B04", "B08", "B11", "SCL"))
        print(f"{site.sent()} of {size} bytes")
        assert site.sent() < size / 2
    np.testing.assert_array_equal(results[0][1], results[1][1])
    np.testing.assert_array_equal(results[0][0][:, results[0][1]], results[1][0][:, results[1][1]])
    assert results[0][1].any()
