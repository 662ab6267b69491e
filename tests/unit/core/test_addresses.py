"""Secrets in addresses and texts: taken out, and nothing else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landloom.core import addresses
from landloom.core.errors import InputError

S = "S3cr3tS3cr3t"
WITH = [
    f"https://me:{S}@host/a.tif",
    f"https://{S}@host:8080/a.tif",
    f"/vsicurl/https://host/a.tif?sv=2020&se=2018-01-01T00%3A00%3A00Z&sr=c&sp=r&sig={S}%3D",
    f"http://127.0.0.1:80/a?api_key={S}&x=1",
    f"https://host/a.tif?{S}",
    f"https://host/a.tif#token={S}",
    f"https://h/a?X-Amz-Signature={S}&X-Amz-Credential={S}/20180101",
]
TEXTS = [
    f"Max retries exceeded with url: /search?api_key={S} (Caused by X)",
    f"HTTP 403 on url: /a?limit=1&access_token={S}: no",
    f"{{'Authorization': 'Bearer {S}', 'x': 1}}",
    f"X-Api-Key: {S}",
    f"'sig={S}'",
    f"snakemake --config password={S} year=2018",
]


@pytest.mark.parametrize("text", WITH + [f"'{one}'" for one in WITH] + [f"(at {one})." for one in WITH] + TEXTS)
def test_no_secret_is_left_in_a_text(text):
    found = addresses.without_secrets(text)
    assert S not in found
    assert addresses.without_secrets(found) == found


@pytest.mark.parametrize("address", WITH)
def test_addresses_keep_host_and_path_alone(address):
    assert S not in addresses.public(address) + addresses.stored(address)
    assert "@" not in addresses.public(address)
    assert addresses.public(address).rpartition("//")[2].partition("/")[2] in ("a.tif", "a")


@pytest.mark.parametrize(
    "text",
    [
        "is the disk full, or the folder read-only or not a folder?",
        "/data/what?is.tif: is truncated",
        "/data/a=b/tokens=2/c.tif: is truncated",
        "give `--set-resources classify:mem_mb=6000`",
        "https://host/stac/v1: the search does not work (404: no); is this the API's address?",
        "s3://bucket/a.tif",
        "key=5, author=x, design=y",
        "sensors.s2.search.url: `KEY` is not set: api_key=${KEY}",
    ],
)
def test_other_text_stays(text):
    assert addresses.without_secrets(text) == text


def test_the_end_of_a_sentence_stays():
    text = f"no token from (https://host/token?api_key={S}); is it right?"
    assert addresses.without_secrets(text) == "no token from (https://host/token); is it right?"


def test_values_of_variables_that_are_passwords_are_hidden(monkeypatch):
    monkeypatch.setenv("GDAL_HTTP_USERPWD", f"me:{S}")
    assert addresses.without_secrets(f"sent me:{S} to the host") == "sent *** to the host"


@pytest.mark.parametrize("part", ["a.", "a-=", "a://", "?sig", "&a=", "authorization", "x@", "'", "token-"])
def test_long_texts_take_time_in_proportion(part):
    """An API may give an item any text."""
    text = part * (200_000 // len(part)) + " ://"
    began = time.thread_time()
    addresses.without_secrets(text)
    addresses.stored(text)
    assert time.thread_time() - began < 3


@given(st.text(max_size=80))
def test_taking_out_twice_takes_out_no_more(text):
    once = addresses.without_secrets(text)
    assert addresses.without_secrets(once) == once
    assert addresses.public(addresses.public(text)) == addresses.public(text)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://host/a.tif?version=3&part=b", "https://host/a.tif?version=3&part=b"),
        ("https://host/a.tif?versionId=kbFhRq8.a9XyTzQ1w2e3r4t5y6u7i8o9", None),
        (f"https://host/a.tif?part=b&sig={S}&se=2018", "https://host/a.tif?part=b"),
        ("https://host/a.tif?t=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.x", "https://host/a.tif"),
        ("../a.tif", None),
        (f"../a.tif?sig={S}", "../a.tif?sig=***"),
        (f"as https://me:{S}@host/a.tif shows", "as https://host/a.tif shows"),
        ("./it's a? file.tif", None),
        ("s3://bucket/a.tif", None),
    ],
)
def test_stored_addresses_open_the_same_file(address, expected):
    assert addresses.stored(address) == (expected or address)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("https://me:pw@host/stac", "a password"),
        ("https://me:${PW}@host/stac", "a password"),
        ("https://${USER}:${PW}@host/stac", ""),
        ("https://host/stac?api_key=abc", "the value of `api_key`"),
        ("https://host/stac?api_key=x${KEY}", "the value of `api_key`"),
        ("https://host/stac?api_key=${KEY}&f=json", ""),
        ("https://host/stac?f=json", ""),
    ],
)
def test_secrets_in_a_configuration_are_variables(address, problem):
    assert addresses.written_secret(address) == problem


def test_variables_are_filled_in(monkeypatch):
    monkeypatch.setenv("KEY", S)
    monkeypatch.delenv("OTHER", raising=False)
    assert addresses.filled("a=${KEY}&b=${KEY}{collection}") == f"a={S}&b={S}{{collection}}"
    with pytest.raises(InputError, match="OTHER is not set in the environment"):
        addresses.filled("${KEY}${OTHER}")
    monkeypatch.setenv("KEY", "a b")
    with pytest.raises(InputError, match="KEY of the environment cannot be part") as caught:
        addresses.filled("${KEY}")
    assert "a b" not in str(caught.value)
