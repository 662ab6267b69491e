"""Random forests and extra trees as plain arrays, walked by compiled code."""
