"""Labels the connected components of a mask, and finds the box around each."""

from typing import NamedTuple

import numpy as np

from bnn.system.jit import compiled


class Box(NamedTuple):
    """A rectangle in a picture: rows `top` to `bottom` - 1 and columns `left` to `right` - 1."""

    top: int
    bottom: int
    left: int
    right: int

    def cut(self, image: np.ndarray) -> np.ndarray:
        """Returns the part of the image inside the box."""
        return image[self.top : self.bottom, self.left : self.right]


def label_components(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the connected components of a mask: a label for each pixel, and a box for each component.

    Pixels that touch at a side or a corner are connected.

    Args:
        mask: (height, width) bool.

    Returns:
        Labels (height, width) int32: 0 outside the mask; the components are numbered from 1. Boxes (num, 4)
        int64: top, bottom, left and right of each component, as in `Box`. Row 0 is the box of label 1.
    """
    labels = np.zeros(mask.shape, np.int32)
    # There is room for all labels: the four pixels of a 2x2 square touch, so at most one gets a new label.
    parents = np.zeros(mask.size // 4 + sum(mask.shape) + 2, np.int32)
    num_components = _label(mask, labels, parents)
    boxes = np.empty((num_components, 4), np.int64)
    _find_boxes(labels, boxes)
    return labels, boxes


@compiled
def _label(mask: np.ndarray, labels: np.ndarray, parents: np.ndarray) -> int:
    """Fills `labels`, and returns the number of components.

    The algorithm has two passes and uses union-find (Rosenfeld, Pfaltz, 1966). The first pass joins each
    pixel to its neighbours above and to the left. The second pass gives each pixel the final label of its
    component.
    """
    height, width = mask.shape
    num_labels = 0
    for y in range(height):
        for x in range(width):
            if not mask[y, x]:
                continue
            root = 0
            for near_y, near_x in ((y, x - 1), (y - 1, x - 1), (y - 1, x), (y - 1, x + 1)):
                if near_y >= 0 and 0 <= near_x < width and labels[near_y, near_x]:
                    root = _joined(parents, root, labels[near_y, near_x])
            if root == 0:
                num_labels += 1
                parents[num_labels] = num_labels
                root = num_labels
            labels[y, x] = root
    num_components = _number_roots(parents, num_labels)
    for y in range(height):
        for x in range(width):
            labels[y, x] = parents[labels[y, x]]
    return num_components


@compiled
def _joined(parents: np.ndarray, root: int, other: int) -> int:
    """Joins two labels, and returns their root, the smaller label. A `root` of 0 means "no label yet"."""
    while parents[other] != other:
        parents[other] = parents[parents[other]]
        other = parents[other]
    if root == 0:
        return other
    parents[max(root, other)] = min(root, other)
    return min(root, other)


@compiled
def _number_roots(parents: np.ndarray, num_labels: int) -> int:
    """Replaces each label's parent by the number of its component, from 1 on.

    Returns the number of components.
    """
    num_roots = 0
    for label in range(1, num_labels + 1):
        if parents[label] == label:
            num_roots += 1
            parents[label] = num_roots
        else:
            # A parent is a smaller number than its child, so the parent's entry is already replaced.
            parents[label] = parents[parents[label]]
    return num_roots


@compiled
def _find_boxes(labels: np.ndarray, boxes: np.ndarray) -> None:
    height, width = labels.shape
    boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3] = height, 0, width, 0
    for y in range(height):
        for x in range(width):
            if labels[y, x]:
                box = boxes[labels[y, x] - 1]
                box[0], box[1] = min(box[0], y), max(box[1], y + 1)
                box[2], box[3] = min(box[2], x), max(box[3], x + 1)
