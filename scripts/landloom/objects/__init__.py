"""Segments of the ground: superpixels, and what is made of segments."""
