"""Inside, chapter 2: shows the arithmetic of a neuron as tiles, as a sentence and as a formula."""

from math import ceil

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
# The name of a weight that can be flipped, see labels.py.
_WEIGHT = "weight, row {row}, column {column}, input {input}: {colour}"


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
    shown = bit_images.of_signs(values, inside)
    image = _picture(neuron, text, values, shown)
    return f'<div class="weights-panel">{image}{_marker(shown)}</div>' if can_flip else image


def _marker(shown: np.ndarray) -> str:
    """Returns HTML of a marker that the keyboard moves over a picture of weights, see live/flip_weight.js.

    Args:
        shown: the grey values of the weights, (height, width, channels) uint8.
    """
    height, width, channels = shown.shape
    columns = bit_images.channel_columns(channels)
    size = f"--rows: {ceil(channels / columns) * height}; --columns: {columns * width}"
    attributes = _marker_attributes(shown[0, 0, 0])
    marker = f'<i class="weight-marker" style="{size}; --x: 0; --y: 0" {attributes}></i>'
    # In an application, screen readers pass the arrow keys on.
    keys = "arrow keys move between the weights, Enter flips one"
    return f'<span class="weight-keys" role="application" aria-label="{keys}">{marker}</span>'


def _marker_attributes(grey: int) -> str:
    """Returns HTML attributes of the marker, which is first at the first weight."""
    values = {"row": 1, "column": 1, "input": 1, "colour": _colour_of_weight(grey)}
    return f'role="button" {labels.attributes("aria-label", _WEIGHT, values)} tabindex="0"'


def _tile_attributes(row: int, column: int, channel: int, grey: int) -> str:
    """Returns HTML attributes of a tile that is a weight: a button with a name. All numbers are from 1."""
    name = _WEIGHT.format(row=row, column=column, input=channel, colour="{colour}")
    # The Tab key goes to the first weight, and arrow keys go on from there.
    tab = 0 if row == column == channel == 1 else -1
    label = labels.attributes("aria-label", name, {"colour": _colour_of_weight(grey)})
    return f'role="button" {label} tabindex="{tab}"'


def _colour_of_weight(grey: int) -> str:
    return {bit_images.WHITE: "white", bit_images.BLACK: "black"}.get(grey, "outside the picture")


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
        _grid(values[..., i], inside[..., i], marks[..., i], size, i if can_flip else None)
        for i in range(values.shape[2])
    )
    role = "group" if can_flip else "img"
    css_class = "grids numbers" if neuron.is_grey else "grids"
    label = labels.attributes("aria-label", text, _counts(neuron, values))
    return f'<div class="{css_class}" role="{role}" {label}>{grids}</div>'


def _grid(
    values: np.ndarray, inside: np.ndarray, marks: np.ndarray, size: float, flippable: int | None
) -> str:
    """Returns HTML of one channel. `flippable` is its index if its tiles are weights that can be flipped."""
    greys, cells = bit_images.of_signs(values, inside), []
    for row, column in np.ndindex(values.shape):
        is_inside = inside[row, column]
        colour, shown = (_colour(values[row, column]), marks[row, column]) if is_inside else ("neither", "")
        button = ""
        if flippable is not None:
            button = f" {_tile_attributes(row + 1, column + 1, flippable + 1, greys[row, column])}"
        cells.append(f'<i class="tile {colour}"{button}>{shown}</i>')
    return f'<div class="grid" style="--columns: {values.shape[1]}; --mark: {size}">{"".join(cells)}</div>'


def _colour(value: int) -> str:
    if value == 0:
        return "neither"
    return "white" if value > 0 else "black"


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
