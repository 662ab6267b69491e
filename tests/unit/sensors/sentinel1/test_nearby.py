"""What a job depends on, by what the last one knew."""

from landloom.sensors.sentinel1 import nearby
from landloom.sensors.sentinel1.nearby import Known

BOX = (0.0, 43.0, 1.0, 44.0)
KNOWN = Known("all of then", BOX, "near")


def told(known, near):
    def near_box(box):
        assert box == BOX
        return near

    return nearby.told(known, near_box, lambda: "all of today")


def test_changes_elsewhere_do_not_count():
    assert told(KNOWN, "near") == "all of then"
    assert told(KNOWN, "something else near") == "all of today"
    assert told(None, "near") == "all of today"


def test_what_is_kept_is_there_for_the_next_plan(tmp_path):
    memory = tmp_path / "deep" / "T31TCJ.json"
    assert nearby.kept(memory) == {}
    nearby.keep({"s1": KNOWN}, memory)
    assert nearby.kept(memory) == {"s1": KNOWN}


def test_a_damaged_memory_is_none(tmp_path):
    memory = tmp_path / "memory.json"
    for text in ("", "[]", '{"s1": {}}', '{"s1": {"told": "a", "box": [1, 2], "near": "b"}}', '{"s1": 3}'):
        memory.write_text(text)
        assert nearby.kept(memory) == {}
