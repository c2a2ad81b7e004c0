"""Labelled drawings as pen paths, from which deformed or plain images are drawn."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bnn.data import pen_paths
from bnn.data.pen_deformations import UNDEFORMED
from bnn.drawing.stroke_files import StrokeDrawing, labels_of


class PenDrawings(NamedTuple):
    """Labelled drawings as pen paths.

    Args:
        paths: the pen paths of n drawings.
        labels: (n,) uint8, indices of the class names.
        shares: (n,) float64, the probability with which each drawing is chosen.
    """

    paths: pen_paths.PenPaths
    labels: np.ndarray
    shares: np.ndarray

    def draw(
        self, num: int, seed: int | Sequence[int], *, undeformed_share: float = UNDEFORMED
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns images of drawings that are chosen and deformed at random, and their labels.

        Args:
            num: number of images.
            seed: for `numpy.random.default_rng`. The same arguments give the same images.
            undeformed_share: the probability with which an image is not deformed.

        Returns:
            Images (num, 28, 28) uint8 and labels (num,) uint8.
        """
        # One generator makes all random numbers. Two with the same seed would make the deformations of a
        # drawing depend on its place among the drawings.
        rng = np.random.default_rng(seed)
        chosen = rng.choice(len(self.labels), num, p=self.shares)
        return pen_paths.draw(self.paths, chosen, rng, undeformed_share), self.labels[chosen]

    def plain(self) -> np.ndarray:
        """Returns images of all drawings, undeformed, (n, 28, 28) uint8."""
        return pen_paths.draw_plain(self.paths)


def equally_likely(drawings: Sequence[StrokeDrawing]) -> PenDrawings:
    """Returns the drawings, each with the same probability."""
    paths = pen_paths.gather([drawing.strokes for drawing in drawings])
    return PenDrawings(paths, labels_of(drawings), np.full(len(drawings), 1 / len(drawings)))
