"""Obvious, slow versions of the kernels, to compare with."""

import numpy as np

NODATA = -10000


def fill_gaps(values, valid, observation_days, output_days):
    """Interpolate one series at a time with Python's own integers and floats."""
    observations, bands, pixels = values.shape
    out = np.full((len(output_days), bands, pixels), NODATA, np.int16)
    for pixel in range(pixels):
        for band in range(bands):
            by_day: dict[int, list[int]] = {}
            for observation in range(observations):
                if valid[observation, pixel]:
                    by_day.setdefault(int(observation_days[observation]), []).append(
                        int(values[observation, band, pixel])
                    )
            series = {day: round_half_up(sum(found) / len(found)) for day, found in by_day.items()}
            for position, day in enumerate(output_days):
                if series:
                    out[position, band, pixel] = interpolate(series, int(day))
    return out


def interpolate(series, day):
    before = [one for one in series if one <= day]
    after = [one for one in series if one >= day]
    if not before:
        return series[min(after)]
    if not after:
        return series[max(before)]
    earlier, later = max(before), min(after)
    if earlier == later:
        return series[earlier]
    weight = np.float32(day - earlier) / np.float32(later - earlier)
    start, stop = np.float32(series[earlier]), np.float32(series[later])
    return round_half_up(start + (stop - start) * weight)


def round_half_up(value):
    return int(np.floor(value + np.float32(0.5)))


def confusion(reference, predicted, codes):
    """Count pairs one by one; column 0 is unclassified."""
    columns = [0, *codes]
    table = [[0] * len(columns) for _ in codes]
    for true, mapped in zip(reference, predicted, strict=True):
        table[codes.index(true)][columns.index(mapped)] += 1
    return np.array(table)


def whittaker_matrix(nodes):
    """Return the matrix of the integral of the squared second derivative, triple by triple of neighbouring nodes."""
    matrix = np.zeros((len(nodes), len(nodes)))
    for left, middle, right in zip(range(len(nodes)), range(1, len(nodes)), range(2, len(nodes)), strict=False):
        before, after = float(nodes[middle] - nodes[left]), float(nodes[right] - nodes[middle])
        second = np.zeros(len(nodes))
        second[left] += 2 / before / (before + after)
        second[middle] -= 2 / before / (before + after) + 2 / after / (before + after)
        second[right] += 2 / after / (before + after)
        matrix += (before + after) / 2 * np.outer(second, second)
    return matrix


def forest_fractions(forest, pixels):
    """Average the leaves of a forest's trees in float64, one pixel, tree and decision at a time."""
    found = np.zeros((len(pixels), forest.classes.size))
    for values, total in zip(pixels.tolist(), found, strict=True):
        for root in forest.roots.tolist():
            feature, threshold, child = forest.nodes[root].tolist()
            while child >= 0:
                feature, threshold, child = forest.nodes[child + (values[feature] > threshold)].tolist()
            for entry in range(forest.row_offsets[~child], forest.row_offsets[~child + 1]):
                total[forest.row_classes[entry]] += forest.row_fractions[entry]
    return found / forest.roots.size
