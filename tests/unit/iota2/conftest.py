"""The files that configurations of iota2 name, made once."""

import pytest

from unit.iota2.configurations import files


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return files(tmp_path_factory.mktemp("iota2"))
