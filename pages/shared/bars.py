"""Returns HTML of bars that show the probabilities of the classes."""

import html
from collections.abc import Sequence

from bnn.engine.answer import Answer
from bnn.engine.verdict import confidence_text
from pages.shared import labels

# A bar with a lower probability has no number beside it.
MIN_SHOWN = 0.005


def bar(
    name: str, probability: float, *, is_best: bool, note: str = "", is_chosen: bool = False, link: str = ""
) -> str:
    """Returns the HTML of one bar.

    Args:
        name: name of the class.
        probability: probability of the class, from 0 to 1.
        is_best: whether the network's answer names the class.
        note: HTML beside the name.
        is_chosen: whether to draw an outline around the bar.
        link: address to which a click on the bar leads, on the same page; "" for none.
    """
    percent = confidence_text(probability) if probability >= MIN_SHOWN else ""
    css_class = "bar" + (" best" if is_best else "") + (" chosen" if is_chosen else "")
    # The name is also an attribute, so that the style can reserve the width of the bold name.
    text = html.escape(name)
    shown_name = f'<span class="name" data-name="{text}">{text}</span>'
    if link:
        shown_name = f'<a class="name to-chapter" data-name="{text}" href="{html.escape(link)}">{text}</a>'
    return (
        f'<div class="{css_class}">{shown_name}{note}<div class="track">'
        f'<div class="fill" style="width:{100 * float(probability):.1f}%"></div></div>'
        f'<span class="percent">{percent}</span></div>'
    )


def bars(
    answer: Answer,
    sums: list[str] | None = None,
    chosen: int | None = None,
    links: Sequence[str] = (),
) -> str:
    """Returns HTML that shows the probability of each class as a bar.

    Args:
        answer: the answer. The bars of the classes that it names stand out.
        sums: the sum of each class's neuron as text, which is shown beside the class's name; None for none.
        chosen: index of a class to outline.
        links: address to which the bar of each class leads; empty for none.
    """
    class_names, probabilities = answer.class_names, answer.probabilities
    notes = [f'<span class="note">{text}</span>' for text in sums] if sums else [""] * len(probabilities)
    rows = "".join(
        bar(
            name,
            probability,
            is_best=index in answer.named_classes,
            note=note,
            is_chosen=index == chosen,
            link=links[index] if links else "",
        )
        for index, (name, probability, note) in enumerate(zip(class_names, probabilities, notes, strict=True))
    )
    label = labels.attributes("aria-label", *_bars_in_words(answer, sums))
    noted = " noted" if sums else ""
    # Screen readers do not reach links inside role 'img'.
    role = "group" if links else "img"
    return f'<div class="bars small{noted}" role="{role}" {label}>{rows}</div>'


def _bars_in_words(answer: Answer, sums: list[str] | None) -> tuple[str, dict[str, str]]:
    """Returns a text about the bars with placeholders, and the values of the placeholders, see labels.py."""
    sure = "" if answer.is_blind else f", {confidence_text(answer.confidence)}"
    values = {"answer": f"{answer.name}{sure}"}
    text = "probability of each answer; most probable: {answer}"
    if not sums:
        return text, values
    named_sums = [f"{name} {text}" for name, text in zip(answer.class_names, sums, strict=True)]
    return f"{text}; the sums: {{sums}}", values | {"sums": ", ".join(named_sums)}
