"""The report.

report  per year: one self-contained HTML page
"""
