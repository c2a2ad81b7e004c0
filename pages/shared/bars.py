"""Returns HTML of a bar that shows the probability of one class."""

import html

from bnn.engine.verdict import confidence_text

# A bar with a lower probability has no number beside it.
MIN_SHOWN = 0.005


def bar(name: str, probability: float, is_best: bool, note: str = "", is_chosen: bool = False) -> str:
    """Returns the HTML of one bar.

    Args:
        name: Name of the class.
        probability: Probability of the class, from 0 to 1.
        is_best: Whether the class is the network's answer.
        note: HTML beside the name.
        is_chosen: Whether to draw an outline around the bar.
    """
    percent = confidence_text(probability) if probability >= MIN_SHOWN else ""
    css_class = " ".join(["bar", *["best"] * is_best, *["chosen"] * is_chosen])
    return (
        f'<div class="{css_class}"><span class="name">{html.escape(name)}</span>{note}<div class="track">'
        f'<div class="fill" style="width:{100 * float(probability):.1f}%"></div></div>'
        f'<span class="percent">{percent}</span></div>'
    )
