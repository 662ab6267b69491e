"""A function for iota2's external features; landloom calls it with `interface: iota2`."""

from iota2.learning.utils import I2TemporalLabel


def water(self):
    """How much brighter the ground is in the green than in the short-wave infrared, on each date."""
    green = self.get_interpolated_Sentinel2_B3()
    infrared = self.get_interpolated_Sentinel2_B11()
    dates = self.interpolated_dates["Sentinel2"]
    labels = [I2TemporalLabel(sensor_name="sentinel2", feat_name="water", date=date) for date in dates]
    return (green - infrared) / (green + infrared + 1), labels
