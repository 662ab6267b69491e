"""Radar over the demonstration: Sentinel-1 IW GRD products as SAFE folders, and the heights they were seen with."""
