"""The bar of one digit's probability."""

from pages.shared.text import confidence_text

# Below half a per cent no number stands beside the bar.
MIN_SHOWN = 0.005


def bar(digit: int, probability: float, is_best: bool, note: str = "", is_chosen: bool = False) -> str:
    """Returns the HTML of one bar.

    Args:
        digit: the class.
        probability: of that class, 0 to 1.
        is_best: whether it is the network's answer.
        note: HTML beside the digit.
        is_chosen: whether to outline it.
    """
    percent = confidence_text(probability) if probability >= MIN_SHOWN else ""
    css_class = " ".join(["bar", *["best"] * is_best, *["chosen"] * is_chosen])
    return (
        f'<div class="{css_class}"><span>{digit}</span>{note}<div class="track">'
        f'<div class="fill" style="width:{100 * float(probability):.1f}%"></div></div>'
        f'<span class="percent">{percent}</span></div>'
    )
