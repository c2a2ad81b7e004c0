"""Returns HTML of bars that show the probabilities of the classes."""

import html
from collections.abc import Sequence

from bnn.engine.answer import Answer
from bnn.engine.verdict import confidence_text

# A bar with a lower probability has no number beside it.
MIN_SHOWN = 0.005


def bar(
    name: str, probability: float, *, is_best: bool, note: str = "", is_chosen: bool = False, link: str = ""
) -> str:
    """Returns the HTML of one bar.

    Args:
        name: name of the class.
        probability: probability of the class, from 0 to 1.
        is_best: whether the class is the network's answer.
        note: HTML beside the name.
        is_chosen: whether to draw an outline around the bar.
        link: address to which a click on the bar leads, on the same page; "" for none.
    """
    percent = confidence_text(probability) if probability >= MIN_SHOWN else ""
    css_class = " ".join(["bar", *["best"] * is_best, *["chosen"] * is_chosen])
    shown_name = f'<span class="name">{html.escape(name)}</span>'
    if link:
        shown_name = f'<a class="name to-chapter" href="{html.escape(link)}">{html.escape(name)}</a>'
    return (
        f'<div class="{css_class}">{shown_name}{note}<div class="track">'
        f'<div class="fill" style="width:{100 * float(probability):.1f}%"></div></div>'
        f'<span class="percent">{percent}</span></div>'
    )


def bars(
    found: Answer,
    notes: list[str] | None = None,
    chosen: int | None = None,
    links: Sequence[str] = (),
) -> str:
    """Returns HTML that shows the probability of each class as a bar.

    Args:
        found: the answer. If it is like no class, no bar stands out.
        notes: a short text beside the name of each class.
        chosen: index of a class to outline.
        links: address to which the bar of each class leads; empty for none.
    """
    class_names, probabilities = found.class_names, found.probabilities
    beside = [f'<span class="note">{note}</span>' for note in notes] if notes else [""] * len(probabilities)
    rows = "".join(
        bar(
            name,
            value,
            is_best=number == found.named,
            note=note,
            is_chosen=number == chosen,
            link=links[number] if links else "",
        )
        for number, (name, value, note) in enumerate(zip(class_names, probabilities, beside, strict=True))
    )
    words = _bars_in_words(found, notes)
    noted = " noted" if notes else ""
    # What is in an image cannot be pressed.
    role = "group" if links else "img"
    return f'<div class="bars small{noted}" role="{role}" aria-label="{html.escape(words)}">{rows}</div>'


def _bars_in_words(found: Answer, notes: list[str] | None) -> str:
    named = zip(found.class_names, notes or [], strict=bool(notes))
    sums = f"; the sums: {', '.join(f'{name} {note}' for name, note in named)}" if notes else ""
    return f"probability of each answer; most of all {found.name}, {confidence_text(found.confidence)}{sums}"
