"""All sections of the configuration together, and the checks before any job."""
