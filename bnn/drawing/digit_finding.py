"""Finds the digit in the ink of a picture, and leaves out dust, small print, lines and frames."""

from math import ceil
from typing import NamedTuple

import numpy as np

from bnn.drawing.components import Box, label_components
from bnn.drawing.lines import without_lines
from bnn.drawing.pen_width import pen_width

# When the strongest ink is scaled to 255, a pixel of at least this value counts as ink. The noise of
# photographs and JPEG files stays below it.
INK_LEVEL = 64
# A picture is empty if its strongest ink differs from its paper by less than this.
MIN_CONTRAST = 32
# A component belongs to the digit if its longer side is at least this share of the largest component's.
MIN_SHARE = 0.2
# What is smaller than this share of the picture's longer side may be dust.
MAX_DUST = 0.05
# A component is a line if it is long and thin. Its length must be at least the share LINE_SPAN of the
# picture's width or height. Its thickness must be at most the share LINE_THICKNESS of the other dimension.
LINE_SPAN = 0.9
LINE_THICKNESS = 0.08
# A picture counts as cut close around its digit if the digit is near two opposite edges: at most three pixels
# away, or at most this share of the picture's width or height.
MAX_MARGIN = 0.03
# A component is a frame if its ink lies along at least the share FRAME_FILL of each of the four sides of its
# box. Ink lies along a side if its distance from the side is less than the share FRAME_DEPTH of the box.
FRAME_FILL = 0.9
FRAME_DEPTH = 0.1
# A ring around the digit, such as a circle, is left out, too. The largest component is a ring if the second
# largest is inside it, and if its line is thin: narrower than this share of the width of the strokes inside.
# (A 0 with a slash is not such a ring, because the 0 and the slash were drawn with the same pen.)
FRAME_WIDTH = 0.6
# What looks like a frame is a sheet of paper on other surroundings if more than this share of its inside is
# ink, too. The strokes of a bold 0 or 8 with straight sides fill less.
SHEET_FILL = 0.75


class FoundDigit(NamedTuple):
    """A digit in a picture.

    Args:
        ink: (height, width) int32; ruled lines are removed, unless they are strokes of the digit.
        box: the box around the digit.
        is_stroke: bool, of the box's size: True where a pixel belongs to the digit's strokes.
        peak: the strongest ink in the strokes.
    """

    ink: np.ndarray
    box: Box
    is_stroke: np.ndarray
    peak: int


def find_digit(ink: np.ndarray) -> FoundDigit | None:
    """Returns the digit in a picture, or None if the picture is empty.

    If the picture shows a sheet of paper on other surroundings, the digit is looked for on the sheet.

    Args:
        ink: (height, width) int32, as `background.ink_of` returns it.
    """
    sheet = _ink_on_sheet(ink)
    found = None if sheet is None else _find_in(sheet)
    return found or _find_in(ink)


def _ink_on_sheet(ink: np.ndarray) -> np.ndarray | None:
    """Returns the ink on a sheet of paper that was taken for ink itself; None if there is no such sheet."""
    peak = int(ink.max())
    if peak < MIN_CONTRAST:
        return None
    mask = ink >= _ink_level(peak)
    inner = _inside_frame(*label_components(mask))
    if inner is None or inner.cut(mask).mean() <= SHEET_FILL:
        return None
    # What is ink in this picture is paper on the sheet, and the other way round.
    part = inner.cut(ink)
    return int(np.median(part)) - part


def _find_in(ink: np.ndarray) -> FoundDigit | None:
    """Returns the digit in a picture without other surroundings, or None if the picture is empty."""
    peak = int(ink.max())
    if peak < MIN_CONTRAST:
        return None
    level = _ink_level(peak)
    found = _find_at_level(ink, level)
    # Dust may be darker than the lines of a pencil. So if only something as small as dust was found, paler
    # pixels count as ink, too. In the end, the digit is found again with the peak of its own ink.
    if level > MIN_CONTRAST and _largest_side(found) < MAX_DUST * max(ink.shape):
        paler = _find_at_level(ink, MIN_CONTRAST)
        if MIN_SHARE * _largest_side(paler) > _largest_side(found):
            found = paler
    if found.peak < MIN_CONTRAST:
        return None
    return _find_at_level(found.ink, _ink_level(found.peak))


def _ink_level(peak: int) -> int:
    """Returns the lowest value that becomes INK_LEVEL or more when `peak` is scaled to 255."""
    return ceil(INK_LEVEL * peak / 255)


def _largest_side(found: FoundDigit) -> int:
    """Returns the longer side of the largest component of the digit."""
    _, boxes = label_components(found.is_stroke)
    return int(max((boxes[:, 1] - boxes[:, 0]).max(), (boxes[:, 3] - boxes[:, 2]).max()))


def _find_at_level(ink: np.ndarray, level: int) -> FoundDigit:
    """Returns the digit in a picture. Pixels of at least `level` are ink; there must be at least one."""
    mask = ink >= level
    unruled = without_lines(_without_thin_components(ink, mask), level)
    if (unruled >= level).any():
        box, is_stroke = digit_box(unruled >= level)
        if not _lines_are_strokes(mask, unruled >= level, box):
            return FoundDigit(unruled, box, is_stroke, int(box.cut(unruled)[is_stroke].max()))
    box, is_stroke = digit_box(mask)
    return FoundDigit(ink, box, is_stroke, int(box.cut(ink)[is_stroke].max()))


def _without_thin_components(ink: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Returns the ink without lines that touch nothing else. Such a line may be slightly tilted."""
    labels, boxes = label_components(mask)
    is_line = _is_line(boxes, mask.shape)
    return np.where(np.concatenate([[False], is_line])[labels], 0, ink) if is_line.any() else ink


def _lines_are_strokes(mask: np.ndarray, unruled: np.ndarray, box: Box) -> bool:
    """Returns whether the lines in a picture are strokes of the digit.

    They are strokes if the picture is cut close around the digit (MAX_MARGIN), or if they are its stem.

    Args:
        mask: (height, width) bool, True where there is ink.
        unruled: the same without lines.
        box: the box around the digit in `unruled`.
    """
    if np.array_equal(mask, unruled):
        return False
    height, width = mask.shape
    margins = (max(box.top, height - box.bottom), max(box.left, width - box.right))
    if any(margin <= max(3, MAX_MARGIN * side) for margin, side in zip(margins, mask.shape, strict=True)):
        return True
    return _is_stem(mask, unruled)


def _is_stem(mask: np.ndarray, unruled: np.ndarray) -> bool:
    """Returns whether the lines are one upright line that other ink touches, such as the stem of a 1 or 4."""
    columns = np.flatnonzero((mask & ~unruled).any(axis=0))
    if np.ptp(columns) > LINE_THICKNESS * mask.shape[1] + 2:
        return False
    # The component that contains the line is wider than the line if other ink touches the line.
    labels, boxes = label_components(mask)
    in_columns = labels[:, columns]
    index = np.bincount(in_columns[in_columns > 0]).argmax() - 1
    left, right = boxes[index, 2:]
    return bool(left < columns[0] or right > columns[-1] + 1)


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
    is_other = _is_line(boxes, mask.shape) | _is_ring(labels, boxes)
    if is_other.all():
        is_other[:] = False
    is_kept = ~is_other & (sides >= MIN_SHARE * sides[~is_other].max())
    kept = boxes[is_kept]
    box = Box(*(int(n) for n in (kept[:, 0].min(), kept[:, 1].max(), kept[:, 2].min(), kept[:, 3].max())))
    return box, np.concatenate([[False], is_kept])[box.cut(labels)]


def _is_line(boxes: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Returns which components are lines across the picture, (num,) bool."""
    height, width = boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]
    is_across = (width >= LINE_SPAN * shape[1]) & (height <= LINE_THICKNESS * shape[0])
    is_upright = (height >= LINE_SPAN * shape[0]) & (width <= LINE_THICKNESS * shape[1])
    is_line = is_across | is_upright
    # A line with nothing but dust beside it is a 1.
    if np.maximum(height, width)[~is_line].max(initial=0) < MAX_DUST * max(shape):
        is_line[:] = False
    return is_line


def _is_ring(labels: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Returns which component is a ring around the digit, (num,) bool: at most one. See FRAME_WIDTH."""
    is_ring = np.zeros(len(boxes), bool)
    sides = np.maximum(boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2])
    order = np.argsort(sides)
    if len(order) < 2:
        return is_ring
    outer, inner = order[-1], order[-2]
    # Columns 0 and 2 of the boxes are top and left; columns 1 and 3 are bottom and right.
    is_inside = (boxes[inner, ::2] > boxes[outer, ::2]) & (boxes[inner, 1::2] < boxes[outer, 1::2])
    if not is_inside.all() or sides[inner] < MIN_SHARE * sides[outer]:
        return is_ring
    line, pen = (pen_width(Box(*boxes[n]).cut(labels) == n + 1) for n in (outer, inner))
    is_ring[outer] = line < FRAME_WIDTH * pen
    return is_ring


def _inside_frame(labels: np.ndarray, boxes: np.ndarray) -> Box | None:
    """Returns the box inside the first frame that has a digit inside it, or None."""
    height, width = labels.shape
    large = (boxes[:, 1] - boxes[:, 0] > height / 2) & (boxes[:, 3] - boxes[:, 2] > width / 2)
    for index in np.flatnonzero(large):
        box = Box(*map(int, boxes[index]))
        part = box.cut(labels) == index + 1
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
