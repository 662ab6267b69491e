import pytest

from landloom.core.vector_code import SWITCH, usable


def fails():
    raise RuntimeError("no such instruction")


@pytest.mark.parametrize(("probe", "works"), [(lambda: True, True), (lambda: False, False), (fails, False)])
def test_what_a_probe_tells(probe, works, monkeypatch, capsys):
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setattr("numba.config.DISABLE_JIT", 0)
    assert usable(probe) is works
    assert ("without vectors: no such instruction" in capsys.readouterr().err) == (probe is fails)


def test_a_probe_is_asked_once(monkeypatch):
    monkeypatch.delenv(SWITCH, raising=False)
    asked = []

    def probe():
        asked.append(1)
        return True

    monkeypatch.setattr("numba.config.DISABLE_JIT", 0)
    assert [usable(probe), usable(probe)] == [True, True]
    assert len(asked) == 1


@pytest.mark.parametrize("reason", ["switch", "no compilation"])
def test_nothing_is_compiled_where_it_is_not_wanted(reason, monkeypatch):
    if reason == "switch":
        monkeypatch.setenv(SWITCH, "off")
    else:
        monkeypatch.setattr("numba.config.DISABLE_JIT", 1)
    assert not usable(lambda: pytest.fail("compiled for nothing"))
