"""Several opinions into one: of runs, maps, sensors."""
