"""From the tables of tiles to one training set."""
