"""Nodes of YAML files: each once, in the order of the file, with the keys that lead to it."""

import pytest
import yaml

from landloom.configuration.yaml_files import documents

TEXT = "a: &x {b: 1, c: [2, 3]}\nd: *x\n---\ne: {f: 4}\n"


def scalars(path):
    found = documents.nodes(documents.of_file(path))
    return [(".".join(keys), node.value) for keys, node in found if isinstance(node, yaml.ScalarNode)]


def test_nodes_come_once_in_the_order_of_the_file(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(TEXT)
    assert scalars(path) == [
        *[("", "a"), ("a", "b"), ("a.b", "1"), ("a", "c"), ("a.c", "2"), ("a.c", "3"), ("", "d")],
        *[("", "e"), ("e", "f"), ("e.f", "4")],
    ]


@pytest.mark.parametrize("content", [b"", b"a: [", b"\xff", b"[" * 5000])
def test_what_cannot_be_read_has_none(tmp_path, content):
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    assert documents.of_file(path) == []
