"""Time series: values on output dates from observations at irregular dates."""
