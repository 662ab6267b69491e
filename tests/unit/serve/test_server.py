"""A server on this machine: pages, tiles, parts of files, and one line for all else."""

import http.client
import io
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from functools import partial

import numpy as np
import pytest
import rasterio
from PIL import Image

from landloom.serve import __main__ as command
from landloom.serve import answers
from landloom.serve import server as servers
from landloom.serve.folder import Folder
from landloom.serve.tiles import Kept
from landloom.viewer import page
from landloom.viewer.legends import Context
from running import ROOT
from unit.viewer.maps import CLASSES, EDITION, map_of_classes, read


@contextmanager
def serving(folder, host="127.0.0.1"):
    with servers.Server(Folder.of(folder), host, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    rasters = map_of_classes(folder / "2018")
    page.write(EDITION, rasters, Context(CLASSES), folder / "2018/map.html")
    return folder


@pytest.fixture(scope="module")
def server(year):
    with serving(year) as found:
        yield found


def ask(server, target, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.putrequest(method, target, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    return reply.status, dict(reply.getheaders()), body


def test_the_only_map_is_shown_first(server):
    status, headers, _ = ask(server, "/")
    assert (status, headers["Location"]) == (302, "/2018/map.html")


def test_several_maps_are_listed(tmp_path):
    for name in ("2018", "<2019>"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "map.html").touch()
    with serving(tmp_path) as several:
        status, _, body = ask(several, "/")
    assert status == 200
    assert b'<a href="/%3C2019%3E/map.html">&lt;2019&gt;/map.html</a>' in body


def test_the_page_may_ask_for_tiles(server, year):
    _, headers, body = ask(server, "/2018/map.html")
    assert b"connect-src 'self'; script-src" in body
    assert b"connect-src 'self'; script-src" not in (year / "2018/map.html").read_bytes()
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("text/html; charset=utf-8", "nosniff")
    assert ask(server, "/2018/map.html", If_None_Match=headers["ETag"])[0] == 304


def test_a_planted_page_can_run_no_script_or_send_nothing(server, year):
    """Results of others may hold other pages than ours."""
    (year / "2018/report.html").write_text("<script>fetch('//evil.example')</script>")
    report, page_of_map, raster = (
        ask(server, f"/2018/{name}")[1] for name in ("report.html", "map.html", "map/run0/confidence.tif")
    )
    assert "script-src" not in report["Content-Security-Policy"]
    assert report["Content-Security-Policy"].startswith("default-src 'none'; style-src")
    assert "connect-src 'self'; script-src 'unsafe-inline'" in page_of_map["Content-Security-Policy"]
    for headers in (report, page_of_map, raster):
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"


def test_tiles_have_the_values_of_the_file(server, year):
    target = "/2018/map/run0/classification.tif/1/0/0/0.png"
    for _ in range(2):  # the second is kept
        status, headers, body = ask(server, target)
        assert (status, headers["Content-Type"]) == (200, "image/png")
        np.testing.assert_array_equal(
            np.asarray(Image.open(io.BytesIO(body))), read(year / "2018/map/run0/classification.tif")
        )
    assert ask(server, target, If_None_Match=headers["ETag"])[0] == 304


def test_files_come_whole_and_in_parts(server, year):
    whole = (year / "2018/map/run0/confidence.tif").read_bytes()
    target = "/2018/map/run0/confidence.tif"
    assert ask(server, target)[2] == whole
    status, headers, body = ask(server, target, Range="bytes=10-19")
    assert (status, body, headers["Content-Range"]) == (206, whole[10:20], f"bytes 10-19/{len(whole)}")
    status, headers, body = ask(server, target, "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(whole)))
    assert ask(server, target, Range="bytes=99999999-")[0] == 416


def test_gdal_reads_a_map_from_it(server, year):
    address = f"{server.address}2018/map/run0/classification.tif"
    with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"), rasterio.open(address) as dataset:
        np.testing.assert_array_equal(dataset.read(1), read(year / "2018/map/run0/classification.tif"))


BAD = {
    "/nothing": 404,
    "/2018/../../etc/passwd": 404,
    "/%2e%2e/%2e%2e/etc/passwd": 404,
    "/2018": 404,
    "/2018/map/run0/classification.tif/9/0/0/0.png": 404,
    "/2018/map/run0/classification.tif/1/99/0/0.png": 404,
    "/2018/map.html/1/0/0/0.png": 404,
    "/2018/broken.tif/1/0/0/0.png": 404,
}


@pytest.mark.parametrize(("target", "expected"), BAD.items(), ids=list(BAD))
def test_what_is_not_there_gets_one_line(server, year, target, expected):
    (year / "2018/broken.tif").write_bytes(b"II*\0" + b"\xff" * 50)
    status, headers, body = ask(server, target)
    assert status == expected
    assert headers["Content-Type"].startswith("text/plain")
    assert body.startswith(str(status).encode())
    assert body.count(b"\n") == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_written(server, method):
    status, _, body = ask(server, "/2018/map.html", method)
    assert (status, body.count(b"\n")) == (501, 1)


def test_other_names_of_this_machine_get_nothing(server):
    assert ask(server, "/2018/map.html", Host="evil.example:8000")[0] == 400
    assert ask(server, "/2018/map.html", Host="[bad")[0] == 400
    assert ask(server, "/2018/map.html", Host="localhost:8000")[0] == 200


def test_what_is_no_address_is_told(year):
    found = answers.answer(Folder.of(year), Kept(), answers.Request("http://[bad/x"))
    assert found.status == 400
    assert found.body.startswith(b"400: no address")


def test_which_hosts_are_this_machine_alone():
    assert [servers.is_loopback(name) for name in ("127.0.0.1", "::1", "localhost")] == [True] * 3
    assert [servers.is_loopback(name) for name in ("0.0.0.0", "192.168.0.1", "example.org", "")] == [False] * 4


def test_the_command_says_what_is_wrong(tmp_path, capsys, server, year):
    assert command.main([str(tmp_path)]) == 2
    assert "no map.html in it" in capsys.readouterr().err
    taken = str(server.server_address[1])
    assert command.main([str(year), "--port", taken]) == 2
    assert f"--port {taken}: cannot be served" in capsys.readouterr().err
    assert command.main([str(year), "--port", "99999"]) == 2


def test_the_command_serves_until_it_is_interrupted(year):
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    arguments = [sys.executable, "-m", "landloom.serve", str(year), "--port", "0"]
    # Whoever starts the tests in the background has Ctrl-C ignored, by all that they start as well.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment, preexec_fn=heard) as process:
        try:
            said = process.stdout.readline()
            address = re.search(r"http://\S+/", said).group()
            assert urllib.request.urlopen(f"{address}2018/map.html").status == 200
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
