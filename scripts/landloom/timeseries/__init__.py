"""From observations at irregular dates to values on output dates."""
