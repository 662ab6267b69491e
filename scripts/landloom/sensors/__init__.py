"""Product families: which products an archive holds, and how each is read."""
