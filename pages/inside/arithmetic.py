"""Inside, chapter 2: a neuron's arithmetic as tiles, as a sentence and as a formula."""

import html

import numpy as np

from bnn.analysis.neuron import Neuron
from pages.inside import tiles
from pages.inside.widgets import bit_word, figure, tile

# So many channels are drawn as large tiles with marks in them; more become a picture.
MAX_MARKED = 4


def arithmetic_html(one: Neuron, sees: str, weights: str) -> str:
    """Patch, filter and their agreements as tiles; `sees` and `weights` say what the first two are."""
    products, plain = one.products, np.full(one.patch.shape, "")
    if one.is_grey:
        seen, name, marks = one.patch.astype(str), "white minus black", products.astype(str)
    else:
        seen, name, marks = plain, "white where both agree", np.where(products > 0, "=", "≠")
    figures = [
        figure(_panel(one, name, values, texts), name)
        for name, values, texts in (
            (sees, one.patch, seen),
            (weights, one.weights, plain),
            (name, products, marks),
        )
    ]
    between = [f'<span class="sign" aria-hidden="true">{sign}</span>' for sign in "⊙="]
    return f'<div class="arithmetic">{figures[0]}{between[0]}{figures[1]}{between[1]}{figures[2]}</div>'


def _panel(one, name, values, marks):
    inside = np.broadcast_to(one.inside[..., None], values.shape)
    white, black = int((values[inside] > 0).sum()), int((values[inside] < 0).sum())
    text = f"{name}: {white} white, {black} black"
    if values.size > 9 * MAX_MARKED:
        shown = tiles.of_signs(values, inside).reshape(1, -1, values.shape[2])
        return tile(tiles.filters(shown, values.shape[0])[0], text, "panel")
    grids = "".join(_grid(values[..., i], inside[..., i], marks[..., i]) for i in range(values.shape[2]))
    return f'<div class="grids" role="img" aria-label="{html.escape(text)}">{grids}</div>'


def _grid(values, inside, marks):
    cells = "".join(
        f'<i class="tile {_colour(value) if within else "neither"}">{mark if within else ""}</i>'
        for value, within, mark in zip(values.ravel(), inside.ravel(), marks.ravel(), strict=True)
    )
    # A number is wider than a sign, and both have to fit into a tile.
    size = 0.72 if max(map(len, marks.ravel())) < 2 else 0.36
    return f'<div class="grid" style="--columns: {values.shape[1]}; --mark: {size}">{cells}</div>'


def _colour(value):
    return "neither" if value == 0 else "white" if value > 0 else "black"


def count_html(one: Neuron) -> str:
    """The agreements as a bar, with a mark where the bit turns; empty where nothing is counted and compared."""
    if one.is_grey or one.threshold is None:
        return ""
    # A count that is never reached, or always, is shown as the first beyond the bar's end, or as 0.
    mark = min(one.num_inputs + 1, max(0, one.least_agreements))
    filled, turn = (100 * min(1, count / one.num_inputs) for count in (one.num_agreements, mark))
    sides = ("white", "black") if one.flip else ("black", "white")
    text = (
        f"{one.num_agreements} of {one.num_inputs} agree; {sides[0]} below {mark}, {sides[1]} from there on"
    )
    return (
        f'<div class="count" role="img" aria-label="{text}"><div class="track">'
        f'<div class="fill" style="width: {filled:.2f}%"></div><i style="left: {turn:.2f}%"></i></div>'
        f'<span class="tile {sides[0]}"></span><span>fewer than {mark}</span>'
        f'<span class="last">{mark} and more</span><span class="tile {sides[1]}"></span></div>'
    )


def verdict(one: Neuron) -> str:
    """What the neuron counts and what it says to that, in a sentence or two."""
    if one.is_grey:
        side = "at least" if one.total >= one.threshold else "less than"
        return f"The sum is {one.total:,}: {side} {one.threshold:,}, so {bit_word(one.bit)}."
    counted = f"{one.num_agreements:,} of {one.num_inputs:,} agree"
    if one.threshold is None:
        return f"{counted}. Agreements minus disagreements: {signed(one.total)}."
    if not 0 < one.least_agreements <= one.num_inputs:
        return f"{counted}. Here it says the same whatever it sees: {bit_word(one.bit)}."
    side = "at least" if one.num_agreements >= one.least_agreements else "fewer than"
    return f"{counted}: {side} {one.least_agreements:,}, so {bit_word(one.bit)}."


def signed(number: int) -> str:
    """A number with its sign."""
    return f"{number:+,}".replace("-", "−")


def formula(one: Neuron) -> list[str]:
    """Its sum and comparison in lines of LaTeX, with the numbers in it, each short enough for a phone."""
    lines = [rf"\sum_i w_i\,x_i = 2 \cdot {one.num_agreements} - {one.num_inputs} = {one.total}"]
    if one.threshold is not None:
        comparison = r"\ge" if one.total >= one.threshold else "<"
        lines.append(
            rf"{one.total} \;{comparison}\; t = {one.threshold} \;\Rightarrow\; y = {'-1' if one.bit else '+1'}"
        )
    return lines + ([r"\text{(turned round)}"] if one.flip else [])
