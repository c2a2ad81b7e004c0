"""Inside, chapter 2: the bar that shows how many inputs of a neuron agree with its weights."""

from bnn.analysis.neuron import Neuron
from pages.shared import labels


def count_html(neuron: Neuron) -> str:
    """Returns HTML of a bar that shows the number of agreements, with a mark where the answer changes.

    If the answer never changes, the mark and the words about it are hidden. The text is empty if the neuron
    has shades of grey as inputs, or no threshold.
    """
    if neuron.is_grey or neuron.threshold is None:
        return ""
    mark = mark_of_count(neuron)
    css_class = "count" if mark is not None else "count never-changes"
    filled, marked = (100 * count / neuron.num_inputs for count in (neuron.num_agreements, mark or 0))
    fewer, last = ("", "") if mark is None else (f"fewer than {mark:,}", f"{mark:,} or more")
    below, above = _colours(neuron)
    label = labels.attributes("aria-label", label_of_count(neuron), {"agreements": neuron.num_agreements})
    return (
        f'<div class="{css_class}" role="img" {label}><div class="track">'
        f'<div class="fill" style="width: {filled:.2f}%"></div><i style="left: {marked:.2f}%"></i></div>'
        f'<span class="tile {below}"></span><span class="fewer">{fewer}</span>'
        f'<span class="end"><span class="last">{last}</span>'
        f'<span class="tile {above}"></span></span></div>'
    )


def label_of_count(neuron: Neuron) -> str:
    """Returns a text about `count_html` for screen readers, see labels.py."""
    mark, (below, above) = mark_of_count(neuron), _colours(neuron)
    counted = f"{{agreements}} of {neuron.num_inputs:,} agree"
    return counted if mark is None else f"{counted}; fewer than {mark:,}: {below}; {mark:,} or more: {above}"


def _colours(neuron: Neuron) -> tuple[str, str]:
    """Returns the colours of the neuron's answer below its threshold, and from the threshold on."""
    return ("white", "black") if neuron.flip else ("black", "white")


def mark_of_count(neuron: Neuron) -> int | None:
    """Returns the number of agreements at which the answer changes.

    Returns None if the answer never changes, or if the neuron has shades of grey as inputs, or no threshold.
    """
    least = neuron.least_agreements
    is_mark = not neuron.is_grey and least is not None and 0 < least <= neuron.num_inputs
    return least if is_mark else None
