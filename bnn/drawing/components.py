"""Connected components of the ink: which are the digit, and which are dust, print, lines or a frame."""

from typing import NamedTuple

import numpy as np

from bnn.drawing.lines import without_lines
from bnn.system.jit import compiled

# A component whose box is smaller than this share of the largest one's does not count towards the crop.
MIN_SHARE = 0.2
# A line spans at least this share of the picture's width or height, and is at most this share of the other
# thick.
LINE_SPAN = 0.9
LINE_THICKNESS = 0.08
# A frame fills at least this share of each side of its box, within this share of the box's side from the
# edge.
FRAME_FILL = 0.9
FRAME_DEPTH = 0.1


class Box(NamedTuple):
    """Rows `top` to `bottom` and columns `left` to `right` of a picture; the last ones are not part of it."""

    top: int
    bottom: int
    left: int
    right: int

    def cut(self, image: np.ndarray) -> np.ndarray:
        """Returns this part of the image."""
        return image[self.top : self.bottom, self.left : self.right]


def find_digit(ink: np.ndarray, level: int) -> tuple[np.ndarray, Box, np.ndarray]:
    """Returns the ink without ruled lines, the box around the digit, and which pixels in it are its strokes.

    Args:
        ink: (height, width), paper about 0.
        level: from which value on a pixel is ink; at least one is.
    """
    unruled = without_lines(ink, level)
    if (unruled >= level).any():
        ink = unruled
    return ink, *digit_box(ink >= level)


def digit_box(mask: np.ndarray) -> tuple[Box, np.ndarray]:
    """Returns the box around the digit, and which pixels in it belong to the digit's strokes.

    Args:
        mask: (height, width) bool, where there is ink; at least one pixel.
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
    """Returns the box inside a frame that has ink inside it."""
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
    """Returns whether the ink is as high or wide as a fifth of the picture."""
    rows, columns = labels.any(1).sum(), labels.any(0).sum()
    return max(rows / labels.shape[0], columns / labels.shape[1]) >= 0.2


def label_components(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the number of each pixel's component, and the components' boxes.

    Pixels that touch at a side or a corner belong together.

    Args:
        mask: (height, width) bool.

    Returns:
        Labels (height, width) int32, 0 outside the mask, and boxes (num, 4) int64 of the labels from 1 on:
        top, bottom, left, right, as in `Box`.
    """
    labels = np.zeros(mask.shape, np.int32)
    parents = np.zeros(mask.size // 4 + sum(mask.shape) + 2, np.int32)
    num = _label(mask, labels, parents)
    boxes = np.empty((num, 4), np.int64)
    _find_boxes(labels, boxes)
    return labels, boxes


@compiled
def _label(mask: np.ndarray, labels: np.ndarray, parents: np.ndarray) -> int:
    """Fills `labels`; returns the number of components.

    Two passes with union-find (Rosenfeld, Pfaltz, 1966): the first joins each pixel to its neighbours above
    and to the left, the second gives each pixel its component's final number.
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
    """Joins two labels; returns their root, the smaller number. A root of 0 is none yet."""
    while parents[other] != other:
        parents[other] = parents[parents[other]]
        other = parents[other]
    if root == 0:
        return other
    parents[max(root, other)] = min(root, other)
    return min(root, other)


@compiled
def _number_roots(parents: np.ndarray, num: int) -> int:
    """Overwrites each parent with minus the final number of its root; returns how many roots there are."""
    count = 0
    for number in range(1, num + 1):
        if parents[number] == number:
            count += 1
            parents[number] = -count
        else:
            # A parent is smaller than its child, so it already has its final number.
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
