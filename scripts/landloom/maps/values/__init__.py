"""Maps of the values of a target: layers, fusion, styles."""
