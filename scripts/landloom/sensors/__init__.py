"""Product families: finding products in an archive and describing how they are read."""
