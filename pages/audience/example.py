"""Shows how the wall will look, with test images in the place of drawings, until phones are let in."""

import html

import streamlit as st

from bnn.runs import run_data
from bnn.runs.run import Run
from pages.audience.tiles import answer_text, certainty_text, verdict_text
from pages.audience.wall import Tile
from pages.shared import errors, networks, pictures

# Indices of MNIST test digits that are hard to read. The app's network reads three of them wrong.
_HARD_DIGITS = (321, 947, 445, 1232, 8, 340, 1039, 2135, 582)


def show_example(run: Run) -> None:
    """Shows nine test images of the run and what its network reads, or a sentence if a file is damaged."""
    with errors.errors_in_words():
        figures = "".join(_figure(tile) for tile in _tiles(run))
        st.html(
            f'<p>The wall will look like this, here with test images.</p><div class="example">{figures}</div>'
        )


def _tiles(run: Run) -> list[Tile]:
    # Imported here because it imports Numba, which takes most of a second.
    from bnn.engine import answer

    network, test = networks.network(run), run_data.load(run).test()
    indices = (
        _HARD_DIGITS if run_data.facts(run).is_mnist else range(min(len(_HARD_DIGITS), len(test.images)))
    )
    return [
        Tile(
            number,
            writer=0,
            strokes=[],
            picture=pictures.picture_source(test.images[index]),
            answer=answer.read(network, test.images[index]),
            verdict=int(test.labels[index]),
        )
        for number, index in enumerate(indices, 1)
    ]


def _figure(tile: Tile) -> str:
    states = " ".join(["fooled"] * tile.has_fooled + ["unsure"] * (not tile.answer.is_sure))
    return (
        f'<figure class="{states}"><img alt="test image {tile.number}" src="{tile.picture}"><figcaption>'
        f"<b>{html.escape(answer_text(tile))}</b> <small>{certainty_text(tile)}</small>"
        f"<span>{html.escape(verdict_text(tile))}</span></figcaption></figure>"
    )
