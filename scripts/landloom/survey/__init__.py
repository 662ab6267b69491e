"""Survey of an archive: a tile's acquisitions, their integrity and their geometry."""
