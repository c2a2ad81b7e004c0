"""Inside, chapter 6: what is gained with one bit a weight, and what is lost."""

import html
from math import sqrt
from statistics import median
from time import perf_counter

import streamlit as st

from bnn.analysis import savings
from bnn.engine import inference
from pages.inside import link
from pages.shared import errors, figures, speed_comparison, text

# Of the larger square's side, in rem.
LARGEST = 12.0
NUM_TIMINGS = 15
WORD_BITS = 32


def chapter(run, network, image):
    """Sizes to scale, work, time and accuracy, beside the same network in 32-bit numbers."""
    # No fragment: the comparison at the end looks again by itself.
    with errors.errors_in_words():
        found = savings.price(run)
        left, right = st.columns([5, 6], gap="large")
        with left:
            st.subheader("Gained: room", anchor=False)
            st.html(squares_html(found.float_bytes, found.packed_bytes))
        with right:
            st.subheader("Gained: simpler work", anchor=False)
            _work(found, network, image)
            is_blind = network.pixel_threshold == 0
            st.subheader("Accuracy" if is_blind else "Lost: some accuracy", anchor=False)
            _accuracy(run, is_blind)
        speed_comparison.comparison(run)
        link.write()


def squares_html(float_bytes: int, packed_bytes: int) -> str:
    """Two squares whose areas are as these sizes."""
    largest = max(float_bytes, packed_bytes)
    squares = "".join(
        f'<figure><div class="square {name}" style="width: {LARGEST * sqrt(size / largest):.2f}rem"></div>'
        f"<figcaption><b>{_kilobytes(size)}</b><br>{words}</figcaption></figure>"
        for name, size, words in (
            ("float", float_bytes, "with 32 bits a weight (float32, an ordinary number)"),
            ("packed", packed_bytes, "with one bit a weight: the file of this network"),
        )
    )
    text = f"Two squares drawn to scale: {_kilobytes(float_bytes)} and {_kilobytes(packed_bytes)}."
    times = f"{float_bytes / packed_bytes:.1f} times smaller; the squares are to scale."
    return f'<div class="squares" role="img" aria-label="{html.escape(text)}">{squares}</div><p class="times">{times}</p>'


def _kilobytes(size):
    # One unit for both, that of `text.bytes_text`: anybody can divide them.
    return f"{size / 1024:,.1f} kB"


def _in_millions(count):
    return text.count_text(count).replace(" M", " million")


def _work(found, network, image):
    total = found.macs_1bit + found.macs_32bit
    micro = _microseconds(network, image)
    how = "Counted as Larq does, for one digit; XNOR is the name of “do two bits agree?”."
    figures.figures(
        [
            (
                _in_millions(total),
                "multiplications for one digit with ordinary numbers, of 32 bits each",
                how,
            ),
            (_in_millions(found.macs_1bit), "times “do two bits agree?” (XNOR) in their place", how),
            (
                _in_millions(found.macs_1bit / WORD_BITS),
                f"steps are enough for that: {WORD_BITS} pairs of bits are compared at once",
                "A word of the processor holds so many bits; then those that agree are counted.",
            ),
        ]
    )
    rest = (
        f" {found.macs_32bit:,} multiplications are left, on the shades of grey." if found.macs_32bit else ""
    )
    st.markdown(
        f"Your digit was read in **{micro:,.0f} µs** (millionths of a second), just now on this computer, from pixels to"
        f" scores.{rest}"
    )


def _microseconds(network, image):
    seconds = []
    for _ in range(NUM_TIMINGS):
        started = perf_counter()
        inference.scores(network, image[None])
        seconds.append(perf_counter() - started)
    return 1e6 * median(seconds)


def _accuracy(run, is_blind):
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
    if is_blind:
        st.markdown(
            "That it reads so badly is not the price of one-bit weights: it is blind, for it never got a pixel below"
            " zero (see chapter 1)."
        )
    else:
        st.markdown("A bit can say yes or no, and nothing finer.")
