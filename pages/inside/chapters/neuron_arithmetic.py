"""Inside, chapter 2: shows the arithmetic of a neuron as tiles, as a sentence and as a formula."""

import numpy as np

from bnn.analysis.neuron import Neuron
from pages.shared import bit_images, labels
from pages.shared.bit_html import bit_word, figure, picture

# Up to this many channels are drawn as large tiles with marks. More channels are drawn as a picture.
_MAX_MARKED_CHANNELS = 4
# Font size of a mark, as a share of its tile. A mark is "=", "≠" or a number. Numbers are wider, so their
# font is smaller.
_SIGN_SIZE, _NUMBER_SIZE = 0.72, 0.36
# The browser shows these words when it has the network, see live/flip_weight.js.
_OFFER = '<span class="flip-offer">: press one to flip it</span>'


def arithmetic_html(neuron: Neuron, sees: str, weights: str) -> str:
    """Returns HTML of a neuron's inputs, its weights, and the places where inputs and weights agree.

    If the inputs are shades of grey, the products are shown in place of the agreements.

    Args:
        neuron: the neuron.
        sees: caption of its inputs.
        weights: caption of its weights.
    """
    no_marks = np.full(neuron.patch.shape, "")
    seen_marks = neuron.patch.astype(str) if neuron.is_grey else no_marks
    # A shade of 0 becomes -1, so that it is drawn black. A 0 would be drawn grey, like a tile outside the
    # picture.
    signs = np.where(neuron.is_grey & (neuron.patch == 0), -1, neuron.patch)
    seen = figure(_panel(neuron, sees, signs, seen_marks), sees)
    pattern = _panel(neuron, weights, neuron.weights, no_marks, can_flip=True)
    pattern = figure(pattern, weights, "weights-of-neuron")
    pattern = pattern.replace("</figcaption>", f"{_OFFER}</figcaption>")
    result = _differences(neuron) if neuron.is_grey else _agreements(neuron)
    return f'<div class="arithmetic">{seen}{_sign("↔")}{pattern}{_sign("→")}{result}</div>'


def _differences(neuron: Neuron) -> str:
    caption = "white minus black (grey is 0)"
    return figure(_panel(neuron, caption, neuron.products, neuron.products.astype(str)), caption)


def _agreements(neuron: Neuron) -> str:
    """Returns HTML of the places where input and weight agree, for a neuron whose inputs are bits."""
    caption = f"{'=' if _is_marked(neuron) else 'light'} where both agree"
    text = f"{caption}: {{plus}} agree, {{minus}} differ"
    if _is_marked(neuron):
        marks = np.where(neuron.products > 0, "=", "≠")
        panel = _tiles(neuron, text, neuron.products, marks)
    else:
        panel = _picture(neuron, text, neuron.products, bit_images.of_agreements(neuron.products))
    return figure(panel, caption, "agreements")


def _is_marked(neuron: Neuron) -> bool:
    """Returns whether the tiles are large enough for marks."""
    return neuron.patch.size <= 9 * _MAX_MARKED_CHANNELS


def _sign(sign: str) -> str:
    return f'<span class="sign" aria-hidden="true">{sign}</span>'


def _panel(neuron: Neuron, name: str, values: np.ndarray, marks: np.ndarray, can_flip: bool = False) -> str:
    text = f"{name}: {{plus}} white, {{minus}} black"
    if _is_marked(neuron):
        return _tiles(neuron, text, values, marks, can_flip)
    inside = np.broadcast_to(neuron.inside[..., None], values.shape)
    return _picture(neuron, text, values, bit_images.of_signs(values, inside))


def _picture(neuron: Neuron, text: str, values: np.ndarray, shown: np.ndarray) -> str:
    height, _, channels = shown.shape
    pixels = bit_images.filters(shown.reshape(1, -1, channels), height)[0]
    return picture(pixels, text, "panel", _counts(neuron, values))


def _counts(neuron: Neuron, values: np.ndarray) -> dict[str, int]:
    """Returns how many of the values inside the picture are above and below 0, for the label of a panel."""
    inside = values[np.broadcast_to(neuron.inside[..., None], values.shape)]
    return {"plus": int((inside > 0).sum()), "minus": int((inside < 0).sum())}


def _tiles(neuron: Neuron, text: str, values: np.ndarray, marks: np.ndarray, can_flip: bool = False) -> str:
    inside = np.broadcast_to(neuron.inside[..., None], values.shape)
    size = _NUMBER_SIZE if neuron.is_grey else _SIGN_SIZE
    grids = "".join(
        _grid(values[..., i], inside[..., i], marks[..., i], size, can_flip) for i in range(values.shape[2])
    )
    # The Tab key goes to the first weight, and arrow keys go on from there.
    grids = grids.replace('tabindex="-1"', 'tabindex="0"', 1)
    role = "group" if can_flip else "img"
    css_class = "grids numbers" if neuron.is_grey else "grids"
    label = labels.attributes("aria-label", text, _counts(neuron, values))
    return f'<div class="{css_class}" role="{role}" {label}>{grids}</div>'


def _grid(values: np.ndarray, inside: np.ndarray, marks: np.ndarray, size: float, can_flip: bool) -> str:
    cells = []
    for value, is_inside, mark in zip(values.ravel(), inside.ravel(), marks.ravel(), strict=True):
        colour, shown = (_colour(value), mark) if is_inside else ("neither", "")
        # A weight is a button, see live/flip_weight.js.
        button = f' role="button" aria-label="{colour}" tabindex="-1"' if can_flip else ""
        cells.append(f'<i class="tile {colour}"{button}>{shown}</i>')
    return f'<div class="grid" style="--columns: {values.shape[1]}; --mark: {size}">{"".join(cells)}</div>'


def _colour(value: int) -> str:
    if value == 0:
        return "neither"
    return "white" if value > 0 else "black"


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


def verdict(neuron: Neuron) -> str:
    """Returns the neuron's count and its answer as one or two sentences."""
    is_reached = neuron.threshold is not None and neuron.total >= neuron.threshold
    numbers = {
        "sum": number_text(neuron.total),
        "signed": signed(neuron.total),
        "agreements": f"{neuron.num_agreements:,}",
    }
    below, reached = verdicts(neuron)
    return (reached if is_reached else below).format(**numbers)


def verdicts(neuron: Neuron) -> tuple[str, str]:
    """Returns what `verdict` says of a sum below the threshold, and of a sum that reaches it.

    In them, "{agreements}", "{sum}" and "{signed}" stand for numbers that depend on the digit.
    """
    below, reached = bit_word(not neuron.flip), bit_word(neuron.flip)
    counted = f"{{agreements}} of {neuron.num_inputs:,} agree"
    least = neuron.least_agreements
    if neuron.threshold is None or least is None:
        words = f"{counted}. Agreements minus disagreements: {{signed}}."
        return words, words
    if neuron.is_grey:
        least, counted = neuron.threshold, "The sum is {sum}"
    elif not 0 < least <= neuron.num_inputs:
        start = f"{counted}. Here its answer is always"
        return f"{start} {below}, whatever it sees.", f"{start} {reached}, whatever it sees."
    less = "less" if neuron.is_grey else "fewer"
    # The answer is not split over two lines.
    below, reached = (f"so {answer}.".replace(" ", "\u00a0") for answer in (below, reached))
    limit = number_text(least)
    return f"{counted}: {less} than {limit}, {below}", f"{counted}: at least {limit}, {reached}"


def signed(number: int) -> str:
    """Returns a number with its sign, such as "+12" or "−3"."""
    return f"{number:+,}".replace("-", "−")


def formula_html(neuron: Neuron) -> str:
    """Returns HTML of the sum and the comparison with this neuron's numbers.

    Each line is short enough for a phone. The browser changes the numbers, see live/neuron.js.
    """
    total = f'<span class="sum">{number_text(neuron.total)}</span>'
    agreements = f'<span class="agreements">{neuron.num_agreements:,}</span>'
    products = "∑<sub>i</sub> <i>w<sub>i</sub> x<sub>i</sub></i>"
    num_inputs = f'<span class="num-inputs">{neuron.num_inputs:,}</span>'
    lines = [f"{products} = 2 · {agreements} − {num_inputs} = {total}"]
    if neuron.threshold is not None:
        comparison = "≥" if neuron.total >= neuron.threshold else "&lt;"
        threshold = number_text(neuron.threshold)
        lines.append(
            f'{total} <span class="comparison">{comparison}</span> <i>t</i> = {threshold} ⇒'
            f' <i>y</i> = <span class="output">{"−1" if neuron.bit else "+1"}</span>'
        )
    if neuron.flip:
        lines.append("(with the answer inverted)")
    return f'<div class="formula">{"".join(f"<p>{line}</p>" for line in lines)}</div>'


def number_text(number: int) -> str:
    """Returns a number such as "1,024" or "−3"."""
    return f"{number:,}".replace("-", "−")
