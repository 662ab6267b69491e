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


def superpixels(values, seen, row, column, side, iterations, compactness):
    """Cluster pixel by pixel, with sets in place of arrays; numbers are those of cells of the window."""
    pixels = [(int(r), int(c)) for r, c in np.argwhere(seen)]
    top, left = row // side, column // side
    across = (column + seen.shape[1] - 1) // side - left + 1
    cell = {(r, c): ((row + r) // side, (column + c) // side) for r, c in pixels}
    weight = np.float32(compactness**2 * values.shape[2] / side**2)
    label = dict(cell)
    for iteration in range(iterations + 1):
        centres = superpixel_centres(values, label, row, column, side)
        if iteration < iterations:
            label = {p: nearest_superpixel(values, p, cell[p], centres, (row, column, side, weight)) for p in pixels}
    found = np.full(seen.shape, -1, np.int32)
    for place, (i, j) in settled(values, label, cell, centres, side).items():
        found[place] = (i - top) * across + j - left
    return found


def superpixel_centres(values, label, row, column, side):
    members: dict[tuple, list] = {}
    for (r, c), (i, j) in label.items():
        numbers = [*values[r, c].tolist(), row + r - i * side, column + c - j * side]
        members.setdefault((i, j), []).append(numbers)
    return {one: np.array(np.sum(those, axis=0) / len(those), np.float32) for one, those in members.items()}


def nearest_superpixel(values, place, cell, centres, frame):
    row, column, side, weight = frame
    best, chosen = np.float32(np.inf), None
    for i in (cell[0] - 1, cell[0], cell[0] + 1):
        for j in (cell[1] - 1, cell[1], cell[1] + 1):
            if (i, j) in centres:
                centre = centres[i, j]
                high = np.float32(row + place[0] - i * side) - centre[-2]
                away = np.float32(column + place[1] - j * side) - centre[-1]
                distance = weight * (high * high + away * away)
                for value, mean in zip(values[place], centre[:-2], strict=True):
                    distance += (np.float32(value) - mean) * (np.float32(value) - mean)
                if distance < best:
                    best, chosen = distance, (i, j)
    return chosen


def settled(values, label, cell, centres, side):
    """Keep the largest connected part of each superpixel; let the rest join what lies beside it."""
    parts: dict[tuple, list] = {}
    for part in connected_parts(label):
        parts.setdefault(label[part[0]], []).append(part)
    kept = {place: one for one, those in parts.items() for place in max(those, key=len)}
    loose = [place for place in label if place not in kept]
    for _ in range(side):
        joined = {}
        for place in loose:
            best = np.float32(np.inf)
            for beside in neighbours(place):
                one = kept.get(beside)
                if one is not None and max(abs(one[0] - cell[place][0]), abs(one[1] - cell[place][1])) <= 1:
                    distance = np.float32(0)
                    for value, mean in zip(values[place], centres[one][:-2], strict=True):
                        distance += (np.float32(value) - mean) * (np.float32(value) - mean)
                    if distance < best:
                        best, joined[place] = distance, one
        kept |= joined
        loose = [place for place in loose if place not in kept]
    return kept | {place: label[place] for place in loose}


def connected_parts(label):
    """Yield lists of connected places of one label, each from its first place on."""
    done = set()
    for first in label:
        if first not in done:
            part, todo = [], [first]
            done.add(first)
            while todo:
                place = todo.pop()
                part.append(place)
                for beside in neighbours(place):
                    if beside not in done and label.get(beside) == label[first]:
                        done.add(beside)
                        todo.append(beside)
            yield part


def neighbours(place):
    row, column = place
    return [(row - 1, column), (row, column - 1), (row, column + 1), (row + 1, column)]
