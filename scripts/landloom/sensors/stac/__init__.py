"""STAC items as products: files, searches, assets."""
