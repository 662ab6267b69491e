"""Reading of acquisitions into arrays of a window."""
