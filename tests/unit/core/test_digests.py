from landloom.core.digests import DIGITS, digest, digest_of_text


def test_order_of_keys_does_not_count():
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
    assert digest([1, 2]) != digest([2, 1])


def test_digits():
    assert len(digest(None)) == len(digest_of_text("é")) == DIGITS
    assert digest_of_text("") != digest_of_text(" ")
