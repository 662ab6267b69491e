"""Annual layers: one image of many bands a year, as embeddings of foundation models."""
