"""Finds the digit among the connected components of the ink, and drops dust, print, lines and frames."""

from typing import NamedTuple

import numpy as np

from bnn.drawing.lines import without_lines
from bnn.system.jit import compiled

# A component belongs to the digit if its longer side is at least this share of the largest component's.
MIN_SHARE = 0.2
# A component is a line if it spans at least the share LINE_SPAN of the picture's width or height, and its
# thickness is at most the share LINE_THICKNESS of the other dimension.
LINE_SPAN = 0.9
LINE_THICKNESS = 0.08
# A component is a frame if its ink lies along at least the share FRAME_FILL of each of the four sides of its
# box. Ink lies along a side if its distance from the side is less than the share FRAME_DEPTH of the box.
FRAME_FILL = 0.9
FRAME_DEPTH = 0.1


class Box(NamedTuple):
    """A rectangle in a picture: rows `top` to `bottom` - 1 and columns `left` to `right` - 1."""

    top: int
    bottom: int
    left: int
    right: int

    def cut(self, image: np.ndarray) -> np.ndarray:
        """Returns the part of the image inside the box."""
        return image[self.top : self.bottom, self.left : self.right]


def find_digit(ink: np.ndarray, level: int) -> tuple[np.ndarray, Box, np.ndarray]:
    """Finds the digit in a picture.

    Args:
        ink: (height, width), paper about 0.
        level: the lowest value at which a pixel counts as ink. At least one pixel must reach it.

    Returns:
        The ink without ruled lines, the box around the digit, and a bool array of the box's size that is True
        where a pixel belongs to the digit's strokes.
    """
    unruled = without_lines(ink, level)
    if (unruled >= level).any():
        ink = unruled
    return ink, *digit_box(ink >= level)


def digit_box(mask: np.ndarray) -> tuple[Box, np.ndarray]:
    """Returns the box around the digit, and a bool array of its size, True where there is a stroke.

    Args:
        mask: (height, width) bool, True where there is ink. At least one pixel must be True.
    """
    labels, boxes = label_components(mask)
    sides = np.maximum(boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2])
    inner = _inside_frame(labels, boxes)
    if inner is not None:
        box, is_stroke = digit_box(inner.cut(mask))
        top, left = inner.top, inner.left
        return Box(box.top + top, box.bottom + top, box.left + left, box.right + left), is_stroke
    is_line = _is_line(boxes, mask.shape)
    if is_line.all():
        is_line[:] = False
    is_kept = ~is_line & (sides >= MIN_SHARE * sides[~is_line].max())
    kept = boxes[is_kept]
    box = Box(*(int(n) for n in (kept[:, 0].min(), kept[:, 1].max(), kept[:, 2].min(), kept[:, 3].max())))
    return box, np.concatenate([[False], is_kept])[box.cut(labels)]


def _is_line(boxes: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    height, width = boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]
    is_across = (width >= LINE_SPAN * shape[1]) & (height <= LINE_THICKNESS * shape[0])
    is_upright = (height >= LINE_SPAN * shape[0]) & (width <= LINE_THICKNESS * shape[1])
    return is_across | is_upright


def _inside_frame(labels: np.ndarray, boxes: np.ndarray) -> Box | None:
    """Returns the box inside the first frame that has a digit inside it, or None."""
    height, width = labels.shape
    large = (boxes[:, 1] - boxes[:, 0] > height / 2) & (boxes[:, 3] - boxes[:, 2] > width / 2)
    for number in np.flatnonzero(large):
        box = Box(*map(int, boxes[number]))
        part = box.cut(labels) == number + 1
        depths = [max(1, int(FRAME_DEPTH * n)) for n in part.shape]
        strips = (
            part[: depths[0]].any(0),
            part[-depths[0] :].any(0),
            part[:, : depths[1]].any(1),
            part[:, -depths[1] :].any(1),
        )
        if min(strip.mean() for strip in strips) >= FRAME_FILL:
            inner = Box(
                box.top + depths[0], box.bottom - depths[0], box.left + depths[1], box.right - depths[1]
            )
            if min(inner.cut(labels).shape) > 0 and _has_digit(inner.cut(labels)):
                return inner
    return None


def _has_digit(labels: np.ndarray) -> bool:
    """Returns whether the ink covers at least a fifth of the rows or of the columns."""
    rows, columns = labels.any(1).sum(), labels.any(0).sum()
    return max(rows / labels.shape[0], columns / labels.shape[1]) >= 0.2


def label_components(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the connected components of a mask: a label for each pixel, and a box for each component.

    Pixels that touch at a side or a corner are connected.

    Args:
        mask: (height, width) bool.

    Returns:
        Labels (height, width) int32: 0 outside the mask, and from 1 on for the components. Boxes (num, 4)
        int64: top, bottom, left and right of each component, as in `Box`; row 0 belongs to label 1.
    """
    labels = np.zeros(mask.shape, np.int32)
    parents = np.zeros(mask.size // 4 + sum(mask.shape) + 2, np.int32)
    num = _label(mask, labels, parents)
    boxes = np.empty((num, 4), np.int64)
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
    num = 0
    for y in range(height):
        for x in range(width):
            if not mask[y, x]:
                continue
            root = 0
            for near_y, near_x in ((y, x - 1), (y - 1, x - 1), (y - 1, x), (y - 1, x + 1)):
                if near_y >= 0 and 0 <= near_x < width and labels[near_y, near_x]:
                    root = _joined(parents, root, labels[near_y, near_x])
            if root == 0:
                num += 1
                parents[num] = num
                root = num
            labels[y, x] = root
    count = _number_roots(parents, num)
    for y in range(height):
        for x in range(width):
            labels[y, x] = -parents[labels[y, x]]
    return count


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
def _number_roots(parents: np.ndarray, num: int) -> int:
    """Overwrites each parent with minus the final label of its root, and returns the number of roots."""
    count = 0
    for number in range(1, num + 1):
        if parents[number] == number:
            count += 1
            parents[number] = -count
        else:
            # A parent is smaller than its child, so it already has its final label.
            parents[number] = parents[parents[number]]
    return count


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
