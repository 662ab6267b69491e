"""Digests: short fingerprints of plain values, for comparison."""

import hashlib
import json
from typing import Any

DIGITS = 12


def digest(value: Any) -> str:
    """Digest plain values independently of the order of their keys."""
    return digest_of_text(json.dumps(value, sort_keys=True, default=str))


def digest_of_text(text: str) -> str:
    """Digest a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
