"""A job around its work: log, usage, locks, memory and time asked for."""
