import pytest
from hypothesis import given
from hypothesis import strategies as st

from landloom.serve.byte_ranges import ByteRange, UnsatisfiableRangeError, asked


@pytest.mark.parametrize(
    ("header", "first", "length"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=990-", 990, 10),
        ("bytes=-10", 990, 10),
        ("bytes=-5000", 0, 1000),
        ("bytes=5-5000", 5, 995),
    ],
)
def test_ranges_of_a_thousand_bytes(header, first, length):
    assert asked(header, 1000) == ByteRange(first, length)
    assert asked(header, 1000).header(1000) == f"bytes {first}-{first + length - 1}/1000"


@pytest.mark.parametrize(
    "header", [None, "", "bytes=-", "bytes=5-4", "bytes=0-1,5-6", "lines=0-1", "bytes=a-b", "bytes=" + "9" * 30 + "-"]
)
def test_what_is_no_single_range_gets_the_whole_file(header):
    assert asked(header, 1000) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=-0", "bytes=2000-3000"])
def test_ranges_behind_the_end_are_told(header):
    with pytest.raises(UnsatisfiableRangeError):
        asked(header, 1000)


@given(st.integers(0, 50), st.integers(0, 60), st.integers(0, 60))
def test_ranges_lie_within_the_file(size, first, last):
    try:
        found = asked(f"bytes={first}-{last}", size)
    except UnsatisfiableRangeError:
        assert first >= size
        return
    if found:
        assert bytes(size)[first : last + 1] == bytes(found.length)
        assert found.first + found.length <= size
