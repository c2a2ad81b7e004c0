"""The axis of the loss in the chart of curves."""

from math import ceil, log

# The loss of guessing fits for up to 20 classes: it is ln(10) = 2.3 for ten and ln(20) = 3.0 for 20.
_LOWEST_END = 3


def loss_axis(guessing: float | None) -> tuple[dict, dict]:
    """Returns axis and scale of the loss, in Vega-Lite's words.

    They do not depend on the losses, so the axis never changes during a training. It ends at the whole number
    above the loss of guessing, and not below 3. Higher losses are drawn at its upper edge.

    Args:
        guessing: accuracy of guessing, 1 divided by the number of classes; None if it is unknown.
    """
    # The cross-entropy of equal probabilities is the logarithm of the number of classes.
    end = max(_LOWEST_END, ceil(-log(guessing)) if guessing else 0)
    return {"format": ".0f", "values": list(range(end + 1))}, {"domain": [0, end], "clamp": True}
