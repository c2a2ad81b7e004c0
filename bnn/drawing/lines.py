"""Removes ruled lines from the ink of a picture."""

import numpy as np

# A ruled line covers at least the share SPAN of the picture's width or height. Its thickness is at most the
# share MAX_THICKNESS of the other dimension. The sides of a frame are shorter, so they stay, unless the
# frame is at the edge of the picture.
SPAN = 0.98
MAX_THICKNESS = 0.02


def without_lines(ink: np.ndarray, level: float) -> np.ndarray:
    """Returns the ink without straight lines across the picture, from side to side or from top to bottom.

    Where a stroke crosses a line, the ink stays. Such a place has ink on both sides of the line.

    Args:
        ink: (height, width), paper about 0.
        level: the lowest value at which a pixel counts as ink.
    """
    return _without_rows(_without_rows(ink, level).T, level).T


def _without_rows(ink: np.ndarray, level: float) -> np.ndarray:
    mask = ink >= level
    is_line = np.concatenate([[False], mask.mean(axis=1) >= SPAN, [False]])
    starts, ends = np.flatnonzero(np.diff(is_line.astype(np.int8))).reshape(-1, 2).T
    result = ink
    for start, end in zip(starts, ends, strict=True):
        if end - start > max(2, MAX_THICKNESS * len(ink)):
            continue
        # The row on either side is removed too, because the edges of a line may be soft.
        top, bottom = max(start - 1, 0), min(end + 1, len(ink))
        above, below = max(top - 1, 0), min(bottom, len(ink) - 1)
        if top > 0 and bottom < len(ink):
            is_stroke = mask[above] & mask[below]
        else:
            is_stroke = np.zeros(ink.shape[1], bool)
        if result is ink:
            result = ink.copy()
        result[top:bottom, ~is_stroke] = 0
    return result
