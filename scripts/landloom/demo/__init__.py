"""A demonstration made from a seed: a small archive of satellite products over an invented landscape."""

from landloom.demo.archive import DEFAULT_SIZE_PX, make_demo

__all__ = ["DEFAULT_SIZE_PX", "make_demo"]
