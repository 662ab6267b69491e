"""Styles of layers that show quantities: colours between which values are interpolated."""
