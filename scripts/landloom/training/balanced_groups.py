"""Dealing out groups that stay whole, as polygons, to parts of about equal size."""

import numpy as np


def split(sizes: np.ndarray, kinds: np.ndarray, parts: int, random: np.random.Generator) -> np.ndarray:
    """Deal groups out to parts, each kind evenly.

    The largest group of a kind goes first, to the part that has least of that kind; of equals, least of all kinds
    (longest processing time first: Graham 1969, Bounds on multiprocessing timing anomalies).

    Parameters
    ----------
    sizes : ndarray, (groups,)
        Sizes of the groups, above 0.
    kinds : ndarray, (groups,) of integers
        Kind of each group, as its class.
    parts : int
    random : Generator
        Orders groups of one size.

    Returns
    -------
    ndarray, (groups,) int64
        Part of each group, from 0.
    """
    order = np.lexsort((random.permutation(len(sizes)), -np.asarray(sizes), kinds))
    part_of_group = np.empty(len(sizes), np.int64)
    total = np.zeros(parts)
    for kind in np.unique(kinds):
        of_kind = np.zeros(parts)
        for group in order[kinds[order] == kind]:
            part = np.lexsort((total, of_kind))[0]
            part_of_group[group] = part
            of_kind[part] += sizes[group]
            total[part] += sizes[group]
    return part_of_group
