"""Shows the Draw page: a canvas, and the network's answer while the visitor draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from bnn.data import mnist
from bnn.data.dataset import are_digits
from bnn.runs import store
from bnn.runs.run import Run
from bnn.system.size_text import bytes_text
from pages.draw.hand import are_kept, hand
from pages.draw.judgement import feedback
from pages.draw.live.component import live
from pages.draw.samples import samples
from pages.shared import (
    address,
    bit_images,
    errors,
    figures,
    head,
    networks,
    pictures,
    run_picker,
    session,
    speed_comparison,
    text,
    warm_up,
)
from pages.shared.answer import answer_html
from pages.shared.canvas import canvas, canvas_key, new_canvas, undo
from pages.shared.drawing import CANVAS_SIDE
from pages.shared.phones import phones
from pages.shared.take_along import take_along

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from bnn.engine.network import PackedNetwork
    from pages.draw.reading import Reading

# The name of this page in the address. The first page of the app has none.
_PAGE = ""


def page() -> None:
    """Shows the page, or a message if there is no trained network yet."""
    address.read_run(_PAGE, session.CHOSEN_RUN)
    reads_digits = _are_digits_read()
    head.head(
        "Draw a digit" if reads_digits else "Draw a sign",
        "Every weight of the network is a single bit.",
    )

    st.session_state.setdefault(session.DRAWING_NUMBER, 0)
    st.session_state.setdefault(session.DRAWING, [])
    st.session_state.setdefault(session.SAMPLE, None)
    with errors.errors_in_words():
        choices = run_picker.runs_with_network()
        if not choices:
            st.info("There is no trained network yet. Train one on the Train page, then draw here.")
            return
        run_picker.notice(choices, session.CHOSEN_RUN)
        # While this key is missing, `_choose_run` does not rerun the page. No rerun is needed now, because
        # the speed comparison follows further down.
        st.session_state.pop(session.COMPARED_RUN, None)
        with st.container(key="draw-parts"):
            _canvas_and_answer(choices, reads_digits)
            run = next(run for run in choices if run.id == st.session_state[session.CHOSEN_RUN])
            st.session_state[session.COMPARED_RUN] = run.id
            with st.container(key="gained"):
                speed_comparison.comparison(run)
        address.write_run(_PAGE, session.CHOSEN_RUN)


def _are_digits_read() -> bool:
    """Returns whether the chosen network reads digits.

    Returns True if the network cannot be loaded. The page then shows the error further down.
    """
    run_id = st.session_state.get(session.CHOSEN_RUN)
    try:
        chosen = store.find(run_id) if run_id else run_picker.runs_with_network()[0]
        return are_digits(networks.network(chosen).class_names)
    except (OSError, ValueError, IndexError):
        return True


# As a fragment, this part runs alone when the pen is lifted. The rest of the page stays as it is.
@st.fragment
def _canvas_and_answer(choices: list[Run], reads_digits: bool) -> None:
    prompt = "draw a digit" if reads_digits else "draw a sign"
    left, right = st.columns([CANVAS_SIDE + 10, 720], gap="large")
    with left, st.container(key="pad", gap="xsmall"):
        objects = _canvas_and_clear(has_ghost=reads_digits)
    stages, sample_buttons = st.columns([6, 5], gap="large")
    size_and_time, picker = st.columns([6, 5], gap="large")
    if reads_digits:
        with sample_buttons:
            samples()
    with picker, st.container(key="which-network"):
        run = _choose_run(choices)
    with errors.errors_in_words():
        live(run, objects, are_kept())
        network = networks.network(run)
        with right:
            reading = _answer(network, objects, prompt)
        with stages, st.container(key="stages"):
            _stages(network, reading, len(objects))
        with size_and_time:
            _size_and_time(run, network, reading.seconds)
        with picker:
            take_along(run)
            phones(run)
        if reads_digits:
            with right:
                feedback(run, reading, objects)
            hand(run)


def _choose_run(choices: list[Run]) -> Run:
    chosen = [run for run in choices if run.id == st.session_state.get(session.CHOSEN_RUN)]
    if chosen and not chosen[0].model_path.is_file() and chosen[0] not in run_picker.runs_with_network():
        # The chosen run was deleted after the whole page had run. In a rerun, the page says so and shows
        # another run.
        st.rerun()
    run = run_picker.run_picker(
        "Which network answers", choices, session.CHOSEN_RUN, "draw", "All runs that have a trained network."
    )
    if run.id != st.session_state.get(session.COMPARED_RUN, run.id):
        # The speed comparison below this fragment shows the same network, so the whole page must rerun.
        st.rerun()
    return run


def _answer(network: PackedNetwork, objects: list[dict], prompt: str) -> Reading:
    """Shows and returns the network's answer to the drawing."""
    place = _answer_place(network.class_names, prompt)
    # Imported here because importing Numba takes most of a second. The canvas should appear before that.
    from pages.draw.reading import read

    reading = read(network, objects)
    place.html(answer_html(reading.answer, network.class_names, prompt))
    return reading


def _answer_place(class_names: tuple[str, ...], prompt: str) -> DeltaGenerator:
    """Returns the place of the answer, with an empty answer in it while the engine is being compiled."""
    box = st.container(key="answer")
    if not warm_up.is_under_way():
        return box
    # The browser can already answer. It writes its answer into this empty one until the server is ready.
    place = box.empty()
    place.html(answer_html(None, class_names, prompt))
    return place


def _canvas_and_clear(has_ghost: bool) -> list[dict]:
    """Shows the canvas, Clear and Undo, and returns the Fabric.js objects of the drawing."""
    sample = st.session_state[session.SAMPLE]
    sample_image = None if sample is None else mnist.test().images[sample]
    objects = canvas(sample_image, st.session_state[session.DRAWING], has_ghost)
    st.session_state[session.DRAWING] = objects
    if objects and sample is not None:
        # The visitor has drawn over a sample. The sample disappears, and the drawing is read instead.
        st.session_state[session.SAMPLE] = None
        # This reruns the whole page. Rerunning only the fragment is not possible while the whole page runs,
        # for example after a click on a button outside the fragment.
        st.rerun()
    with st.container(key="pad-buttons", horizontal=True, gap="small"):
        st.button("Clear", key="clear", icon=":material/ink_eraser:", width="stretch", on_click=new_canvas)
        st.button(
            "Undo",
            key="undo",
            icon=":material/undo:",
            width="stretch",
            on_click=undo,
            disabled=not objects,
        )
    return objects


def _stages(network: PackedNetwork, reading: Reading, num_strokes: int) -> None:
    looks = text.THREE_LOOKS if network.has_three_looks else None
    st.subheader("What the network sees", anchor=False, help=looks)
    drawing = reading.drawing
    bits, caption = _first_bits(network, drawing.digit)
    source = "your drawing" if st.session_state[session.SAMPLE] is None else "the sample"
    pictures.digit_strip(
        [
            (pictures.picture(drawing.canvas, source), source),
            (pictures.picture(drawing.cropped, f"{source}, cropped"), "cropped"),
            (pictures.picture(drawing.digit, "28 by 28 pixels"), "centred, 28 × 28"),
            (pictures.picture(bits, caption), caption),
        ],
        # From these, the browser learns whether it has read a later stroke (live/display.js).
        {"canvas": canvas_key(), "num-strokes": num_strokes},
    )
    if network.is_blind:
        st.warning(
            "This network is blind. Every shade, from black to white, becomes the same bits."
            " Whatever you draw, its first layer sees the same square."
        )


def _first_bits(network: PackedNetwork, digit: np.ndarray) -> tuple[np.ndarray, str]:
    """Returns a picture of the first layer's input, uint8, and its caption.

    With several bits per pixel, the picture has a tile for each bit, which shows the pixels that are bright
    enough for it. The browser makes the same picture, in live/display.js.
    """
    if network.pixel_threshold is None:
        return digit, "shades of grey"
    tiles = bit_images.of_bits(digit < np.array(network.pixel_thresholds)[:, None, None])
    if len(tiles) == 1:
        return tiles[0], "bits: +1, −1"
    return bit_images.wall(tiles, bit_images.num_columns(len(tiles))), f"{len(tiles)} bits per pixel"


def _size_and_time(run: Run, network: PackedNetwork, seconds: float | None) -> None:
    from pages.draw.reading import NUM_TIMINGS

    source = "drawing" if st.session_state[session.SAMPLE] is None else "picture"
    figures.figures(
        [
            (
                bytes_text(run.model_path.stat().st_size),
                f"the whole network: {network.num_weights:,}\u00a0one-bit weights",
                "Size of its file. 1 kB is 1,000 bytes.",
            ),
            (
                "–" if seconds is None else f"{1000 * seconds:.2f}\u00a0ms",
                f"from {source} to answer, on this computer",
                (
                    f"Median of {NUM_TIMINGS} measurements with this {source}, made just now."
                    " They include the conversion to 28 × 28 pixels."
                    " “Measure both” measures the network alone."
                ),
            ),
        ]
    )


page()
