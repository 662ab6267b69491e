"""Provenance: records of inputs, code and software; verification; STAC items."""
