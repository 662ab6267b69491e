"""Version of landloom. No code digest contains it, so that a release does not rerun any job."""

VERSION = "0.1.0"
