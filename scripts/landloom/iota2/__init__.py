"""From configurations of iota2 to those of landloom: ``python -m landloom.iota2 FILE -o my.yaml``."""
