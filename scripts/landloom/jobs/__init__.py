"""Job environment: log, usage, locks, requested memory and time."""
