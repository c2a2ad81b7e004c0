"""Inside, chapter 6: what one bit a weight gains, and what it loses."""

import html
from math import sqrt
from statistics import median
from time import perf_counter

import numpy as np
import streamlit as st

from bnn.analysis import savings
from bnn.engine import inference
from bnn.engine.network import PackedNetwork
from bnn.runs.run import Run
from pages.inside import address
from pages.inside.chapter import Chapter
from pages.shared import errors, figures, speed_comparison, text

# Side of the larger square, in rem.
_LARGEST_SIDE = 12.0
_NUM_TIMINGS = 15
_WORD_BITS = 32


# No fragment: the comparison at its end is one, and runs by itself.
def _show(run: Run, network: PackedNetwork, image: np.ndarray) -> None:
    with errors.errors_in_words():
        found = savings.of_run(run)
        left, right = st.columns([5, 6], gap="large")
        with left:
            st.subheader("Gained: space", anchor=False)
            st.html(_squares(found.float_bytes, found.packed_bytes))
        with right:
            st.subheader("Gained: simpler work", anchor=False)
            _work(found, network, image)
            is_blind = network.pixel_threshold == 0
            st.subheader("Accuracy" if is_blind else "Lost: some accuracy", anchor=False)
            _accuracy(run)
            _comment(is_blind)
        speed_comparison.comparison(run)
        address.write()


CHAPTER = Chapter("6 Why?", _show)


def _squares(float_bytes: int, packed_bytes: int) -> str:
    """Returns HTML of two squares, the larger one for float32; their areas are as these sizes."""

    def side(num_bytes: int) -> float:
        return _LARGEST_SIDE * sqrt(num_bytes / max(float_bytes, packed_bytes))

    squares = "".join(
        f'<figure><div class="square {name}" style="width: {side(size):.2f}rem"></div>'
        f"<figcaption><b>{_kilobytes(size)}</b><br>{words}</figcaption></figure>"
        for name, size, words in (
            ("float", float_bytes, "with 32 bits a weight (float32, an ordinary number)"),
            ("packed", packed_bytes, "with one bit a weight: the file of this network"),
        )
    )
    label = f"Two squares drawn to scale: {_kilobytes(float_bytes)} and {_kilobytes(packed_bytes)}."
    times = f"{float_bytes / packed_bytes:.1f} times smaller; the squares are to scale."
    return (
        f'<div class="squares" role="img" aria-label="{html.escape(label)}">{squares}</div>'
        f'<p class="times">{times}</p>'
    )


def _kilobytes(num_bytes: int) -> str:
    # Both in the same unit, so that anybody can divide them.
    return f"{num_bytes / 1024:,.1f} kB"


def _in_millions(count: float) -> str:
    return text.count_text(count).replace(" M", " million")


def _work(found: savings.Savings, network: PackedNetwork, image: np.ndarray) -> None:
    total = found.macs_1bit + found.macs_32bit
    how = "Counted as Larq does, for one digit; XNOR is the name of “do two bits agree?”."
    figures.figures(
        [
            (
                _in_millions(total),
                "multiplications for one digit with ordinary numbers, of 32 bits each",
                how,
            ),
            (_in_millions(found.macs_1bit), "times the question “do two bits agree?” (XNOR) instead", how),
            (
                _in_millions(found.macs_1bit / _WORD_BITS),
                f"steps are enough for that: {_WORD_BITS} pairs of bits are compared at once",
                "A word of the processor holds so many bits; then those that agree are counted.",
            ),
        ]
    )
    left_over = (
        f" {found.macs_32bit:,} multiplications are left, on the shades of grey." if found.macs_32bit else ""
    )
    st.markdown(
        f"Your digit was read in **{_microseconds(network, image):,.0f} µs** (millionths of a second), just"
        f" now on this computer, from pixels to scores.{left_over}"
    )


def _microseconds(network: PackedNetwork, image: np.ndarray) -> float:
    seconds = []
    for _ in range(_NUM_TIMINGS):
        started = perf_counter()
        inference.scores(network, image[None])
        seconds.append(perf_counter() - started)
    return 1e6 * median(seconds)


def _accuracy(run: Run) -> None:
    test, twin = run.test(), savings.twin_accuracy(run)
    own, count = (test["accuracy"], f"{test['num_images']:,}") if test else (None, "the")
    rows = [
        (
            text.percent_text(own),
            f"of {count} test digits read right, with one bit a weight",
            "Measured when its training ended.",
        )
    ]
    if twin is not None:
        rows.append(
            (
                text.percent_text(twin),
                "with 32 bits a weight: its twin, the same network with ordinary numbers",
                "The same layers, trained on the same images in 32-bit numbers.",
            )
        )
    figures.figures(rows)
    if twin is None:
        st.caption("For this network, no twin with 32 bits a weight was trained to compare it with.")


def _comment(is_blind: bool) -> None:
    if is_blind:
        st.markdown(
            "Its one-bit weights are not the reason that it reads so badly: it is blind, for it never got a"
            " pixel below zero (see chapter 1)."
        )
    else:
        st.markdown("A bit can say yes or no, and nothing finer.")
