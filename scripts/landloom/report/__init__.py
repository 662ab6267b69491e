"""The report: one self-contained HTML page per year, of tables, charts and pictures of the maps."""
