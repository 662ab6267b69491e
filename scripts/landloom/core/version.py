"""Version of landloom. It stands in no digest of code, so that a release makes no product again."""

VERSION = "0.1.0"
