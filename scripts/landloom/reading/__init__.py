"""From an acquisition to arrays of a window."""
