import pytest

from landloom.core import progress
from landloom.core.progress import Progress, Stopwatch


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes when it is told to."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_a_line_now_and_then_and_at_the_end(clock, capsys):
    counted = Progress("reading", 4_000_000)
    for _ in range(3):
        clock[0] += 3.0
        counted.advance(1_000_000)
    assert capsys.readouterr().err == "reading: 50 % done, 0.333 million pixels/s, 6 s left\n"
    counted.advance(1_000_000)
    assert capsys.readouterr().err == "reading: 100 % done, 0.444 million pixels/s, 0 s left\n"


def test_nothing_to_do_is_done(clock, capsys):
    Progress("mosaic", 0, "tiles").advance(1)
    assert "100 % done" in capsys.readouterr().err


def test_laps_add_up(clock):
    stopwatch = Stopwatch()
    for part, seconds in (("reading", 1.0), ("predicting", 2.0), ("reading", 1.0)):
        clock[0] += seconds
        stopwatch.lap(part)
    assert stopwatch.seconds == {"reading": 2.0, "predicting": 2.0}
    assert stopwatch.fractions() == "reading 2.0 s (50 %), predicting 2.0 s (50 %)"
