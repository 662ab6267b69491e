"""Records of what products were made of; verification; STAC items."""
