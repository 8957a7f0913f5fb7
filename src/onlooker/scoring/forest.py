"""An isolation forest as plain arrays, so that whoever only scores with one needs no library that fits one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVELS = 8
"""Cuts on the longest way through a tree: scikit-learn's limit for the 256 rows that each tree is made of."""
CUTS, LEAVES = 2**LEVELS - 1, 2**LEVELS
ROWS_AT_ONCE = 256
"""Rows whose places in all trees fit into the processor's cache."""


@dataclass(frozen=True)
class Forest:
    """Trees laid out as in a heap: the cuts after cut i are 2i + 1, for values up to it, and 2i + 2.

    A tree that ends early has its leaf at the far left below that place, since nothing is above an infinite cut.
    """

    column: NDArray[np.int16]
    """(trees, CUTS): which column each cut looks at."""
    cut: NDArray[np.float32]
    """(trees, CUTS): the largest value that goes to the left."""
    depth: Floats
    """(trees, LEAVES): cuts up to the leaf, and those that its undivided rows stand for."""
    usual: float
    """Mean depth of a tree of as many rows, times the trees."""

    def isolation(self, rows: Floats) -> Floats:
        """Score of each row, 0 to 1, high where few cuts set it apart (Liu, Ting and Zhou 2008).

        It is scikit-learn's `score_samples` with the sign turned.
        """
        depth = np.empty(len(rows))
        for begin in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[begin : begin + ROWS_AT_ONCE]
            depth[begin : begin + len(some)] = self._depths(some.T.astype(np.float32))
        return np.asarray(2.0 ** (-depth / self.usual))

    def _depths(self, values: NDArray[np.float32]) -> Floats:
        """Sum over the trees of the depth of each row; `values` is (columns, rows)."""
        trees, number = len(self.column), values.shape[1]
        first, first_leaf = (np.arange(trees)[:, None] * width for width in (CUTS, LEAVES))
        begins = self.column.ravel().astype(np.intp) * number
        shape, every, flat = (trees, number), np.arange(number), np.ascontiguousarray(values).ravel()
        at = np.repeat(first, number, axis=1)
        sought, value, cut = np.empty(shape, np.intp), np.empty(shape, np.float32), np.empty(shape, np.float32)
        for _ in range(LEVELS):
            np.take(begins, at, out=sought, mode="clip")  # other modes copy; no place is out of bounds
            sought += every
            np.take(flat, sought, out=value, mode="clip")
            np.take(self.cut.ravel(), at, out=cut, mode="clip")
            at *= 2
            at += 1 - first
            at += value > cut
        total = np.zeros(number)
        # Added in the order of the trees, so that sums are the same for every number of rows.
        for depth in self.depth.ravel().take(at - first - CUTS + first_leaf, mode="clip"):
            total += depth
        return total


def forest_of_fitted(fitted: Any) -> Forest:
    """The forest that scikit-learn's IsolationForest `fitted` is, for finite rows."""
    trees = [laid_out(one.tree_) for one in fitted.estimators_]
    column, cut, depth = (np.stack(one) for one in zip(*trees, strict=True))
    return Forest(column, cut, depth, float(len(trees) * mean_depth(np.array([fitted.max_samples_]))[0]))


def laid_out(tree: Any) -> tuple[NDArray[np.int16], NDArray[np.float32], Floats]:
    """Columns and values of the cuts, and depths of the leaves, of one of scikit-learn's trees.

    It compares values of 32 bits with cuts of 64: the largest value of 32 bits up to a cut decides alike.
    """
    column, cut, depth = np.zeros(CUTS, np.int16), np.full(CUTS, np.inf, np.float32), np.zeros(LEAVES)
    # How deep a row lies depends on its leaf alone.
    of_leaf = tree.compute_node_depths() - 1 + mean_depth(tree.n_node_samples)
    narrow = tree.threshold.astype(np.float32)
    narrow = np.where(narrow > tree.threshold, np.nextafter(narrow, np.float32(-np.inf)), narrow)
    node, place = np.array([0]), np.array([0])
    for _ in range(LEVELS):
        divided = tree.children_left[node] >= 0
        inner, at = node[divided], place[divided]
        column[at], cut[at] = tree.feature[inner], narrow[inner]
        node = np.append(np.where(divided, tree.children_left[node], node), tree.children_right[inner])
        place = np.append(2 * place + 1, 2 * at + 2)
    if (tree.children_left[node] >= 0).any():
        raise ValueError(f"a tree has more than {LEVELS} levels")
    depth[place - CUTS] = of_leaf[node]
    return column, cut, depth


def mean_depth(samples: NDArray[np.int64]) -> Floats:
    """Mean depth of a leaf in a random tree of this many samples: the cuts that a node left undivided stands for."""
    n = np.maximum(samples, 2.0)
    return np.where(samples > 2, 2.0 * (np.log(n - 1.0) + np.euler_gamma) - 2.0 * (n - 1.0) / n, samples == 2)
