"""A demonstration made from a seed: a small archive of satellite products over an invented landscape."""
