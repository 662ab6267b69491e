"""Results over HTTP, for the page of the map at full resolution: ``python -m landloom.serve FOLDER``."""
