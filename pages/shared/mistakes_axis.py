"""Makes the logarithmic axis of mistakes: 99 % and 99.5 % are about as far apart as 10 % and 50 %."""

import numpy as np
from numpy.typing import ArrayLike

from pages.shared.charts import FONT_SIZE, LABEL_WIDTH, quantity

# Shares of mistakes at which the axis can have a line. Each share is about half of the one before it. The
# label of a line is the share of right answers. The last share stands for no mistakes, because 0 has no place
# on a logarithmic axis. Only charts with a curve that comes near it have this line.
_MISTAKES = (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005)
_FEWEST, _NONE = _MISTAKES[-2:]
# Smaller shares, except 0, are drawn here, between the last two lines. At the last line, they would read as
# 100 %.
_NEARLY_NONE = 0.0007
# The Vega-Lite transform that makes the column "mistakes" from the column "value", which has accuracies.
MISTAKES = {
    "calculate": f"datum.value < 1 ? max({_NEARLY_NONE}, 1 - datum.value) : {_NONE}",
    "as": "mistakes",
}
# The smallest distance between two lines of `_MISTAKES`, in powers of ten.
_LEAST_STEP = np.log10(2)
# Lines with a label even where there is no room for the labels of all lines.
_ALWAYS_LABELLED = (0.5, 0.1, 0.01)
# The labels of lines are at least this far from each other, in multiples of the font size.
_LABEL_PITCH = 1.4


def mistakes_axis(accuracies: ArrayLike, has_training: bool) -> dict:
    """Returns the encoding of the column "mistakes" on a logarithmic axis.

    Args:
        accuracies: (n,) float, all accuracies in the chart, from 0 to 1; NaN where one is unknown.
        has_training: whether the chart has a training curve, and not only validation curves.
    """
    lowest, highest = reach(accuracies, has_training)
    # The line at "0 %" is left out: no network stays there, and the label of guessing is usually close to it.
    values = [share for share in _MISTAKES[1:] if lowest <= share <= highest]
    # `height` is the height of the plot in pixels. Only the browser knows it.
    step = _LEAST_STEP / np.log10(highest / lowest)
    is_room = f"{step:.4f} * height >= {_LABEL_PITCH} * ({FONT_SIZE['expr']})"
    always = [*_ALWAYS_LABELLED, min(_FEWEST, lowest)]
    number = f"datum.value > {_NONE} ? format(1 - datum.value, '.1~%') : '100\u00a0%'"
    label = f"{is_room} || indexof({always}, datum.value) >= 0 ? ({number}) : ''"
    labels = {"values": values, "labelExpr": label, "labelOverlap": False}
    axis = labels | {"minExtent": LABEL_WIDTH, "labelPadding": 6}
    scale = {"type": "log", "domain": [lowest, highest], "reverse": True, "clamp": True, "nice": False}
    return quantity("mistakes", title=None, scale=scale, axis=axis)


def reach(accuracies: ArrayLike, has_training: bool) -> tuple[float, float]:
    """Returns the lowest and the highest share of mistakes on an axis for these accuracies.

    A curve of training begins with guessing and grows. If there is one (`has_training`), the axis shows all
    shares, so that the axis stays the same while the curve grows. Only the line of no mistakes is added when
    a curve comes near it.
    """
    mistakes = 1 - np.asarray(accuracies, float)
    least, most = np.nanmin(mistakes, initial=1), np.nanmax(mistakes, initial=0)
    if has_training:
        return _NONE if least < _FEWEST else _FEWEST, _MISTAKES[0]
    lowest = next((share for share in _MISTAKES[1:] if share < least), _MISTAKES[-1])
    highest = min(share for share in _MISTAKES if share >= max(most, 2 * lowest))
    return lowest, highest
