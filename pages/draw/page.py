"""Draw: a digit, and the network's answer as soon as the pen lifts."""

import html
import time
from io import BytesIO
from statistics import median

import numpy as np
import streamlit as st
from PIL import Image
from streamlit_drawable_canvas import st_canvas

from bnn.data import mnist
from bnn.drawing.canvas import canvas_objects, strokes_from_canvas
from pages.draw import canvas
from pages.draw.live import component
from pages.shared import (
    bars,
    errors,
    figures,
    head,
    network_files,
    networks,
    pictures,
    run_picker,
    speed_comparison,
    text,
)
from pages.shared.drawing import CANVAS_SIDE, drawn_digit
from pages.shared.take_along import take_along

PEN_WIDTH = 18
NUM_TIMINGS = 5
# One digit of each kind in the test set.
SAMPLE_INDICES = (3, 2, 1, 18, 4, 15, 11, 0, 61, 12)


def page() -> None:
    """The whole page."""
    head.head("Draw a digit", "Every weight of the network that reads it is a single bit.")

    st.session_state.setdefault("drawing_number", 0)
    st.session_state.setdefault("drawing", [])
    st.session_state.setdefault("sample", None)
    with errors.errors_in_words():
        choices = run_picker.runs_with_network()
        if choices:
            st.session_state.pop("compared_run", None)
            _desk(choices)
            run = _chosen(choices)
            st.session_state.compared_run = run.id
            speed_comparison.comparison(run)
        else:
            st.info("There is no trained network yet. Train one on the Train page, then draw here.")


def _chosen(choices):
    return next(run for run in choices if run.id == st.session_state.draw_run)


@st.fragment
def _desk(choices):
    # A fragment: lifting the pen runs this alone, and nothing else on the page is touched.
    left, right = st.columns([CANVAS_SIDE + 10, 720], gap="large")
    with left, st.container(key="pad", gap="xsmall"):
        with st.container(key="pad-place"):
            objects = _canvas()
        st.button("Clear", key="clear", icon=":material/refresh:", width=CANVAS_SIDE, on_click=_new_drawing)
    stages, samples = st.columns([6, 5], gap="large")
    size_and_time, picker = st.columns([6, 5], gap="large")
    with samples:
        _samples()
    with picker:
        run = run_picker.run_picker(
            "Which network answers", choices, "draw_run", "Every run that has a trained network."
        )
    if run.id != st.session_state.get("compared_run", run.id):
        # What stands below this fragment is about the network, too.
        st.rerun()
    with errors.errors_in_words():
        network = networks.network(run)
        drawing, answer, seconds = _read(network, objects)
        with right, st.container(key="answer"):
            st.html(_answer_html(answer))
        with stages, st.container(key="stages"):
            _stages(network, drawing)
        _read_live(run)
        with size_and_time:
            _size_and_time(run, network, seconds)
        with picker:
            take_along(run)


def _read_live(run):
    key = f"canvas-{st.session_state.drawing_number}"
    strokes = strokes_from_canvas(st.session_state.drawing, CANVAS_SIDE)
    component.live(network_files.address(run), key, CANVAS_SIDE, PEN_WIDTH, strokes)


def _read(network, objects):
    """The drawing, and the answer and the median seconds from strokes to answer; None where it is empty."""
    from bnn.drawing import preprocessing
    from bnn.engine import answer

    def read():
        if st.session_state.sample is not None:
            drawn = preprocessing.digit_from_image(mnist.test().images[st.session_state.sample])
        else:
            drawn = drawn_digit(objects)
        return drawn, answer.read(network, drawn.digit)

    drawn, answered = read()
    if drawn.is_empty:
        return drawn, None, None
    seconds = []
    for _ in range(NUM_TIMINGS):
        started = time.perf_counter()
        read()
        seconds.append(time.perf_counter() - started)
    return drawn, answered, median(seconds)


def _canvas():
    key = f"canvas-{st.session_state.drawing_number}"
    canvas.tidy_canvas(key)
    if key not in st.session_state:
        # The canvas is new, or was left for another page. Only then: another initial drawing makes it load anew.
        st.session_state.drawing_at_first = {"objects": st.session_state.drawing}
    result = st_canvas(
        stroke_width=PEN_WIDTH,
        stroke_color="#ffffff",
        # Always an image, black or a sample: a change of background_color would wipe the drawing.
        background_image=_background(st.session_state.sample),
        initial_drawing=st.session_state.drawing_at_first,
        width=CANVAS_SIDE,
        height=CANVAS_SIDE,
        key=key,
    )
    objects = canvas_objects(result.json_data)
    st.session_state.drawing = objects
    if objects and st.session_state.sample is not None:
        # Drawn over a sample: the sample goes, what was drawn is read.
        st.session_state.sample = None
        # Of the whole page: the fragment alone may not be made anew while all of it is, as with a press of a button.
        st.rerun()
    return objects


@st.cache_data(show_spinner=False)
def _background(sample):
    pixels = np.zeros((28, 28), np.uint8) if sample is None else mnist.test().images[sample]
    buffer = BytesIO()
    Image.fromarray(pixels).resize((CANVAS_SIDE, CANVAS_SIDE), Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()


def _new_drawing(sample=None):
    # A new key is the canvas's way to be empty again.
    st.session_state.drawing_number += 1
    st.session_state.drawing = []
    st.session_state.sample = sample


def _samples():
    st.subheader("No pen at hand?", anchor=False)
    st.markdown("Take a digit it has never learnt from:")
    with st.container(horizontal=True, gap="xsmall", key="samples"):
        for digit, index in enumerate(SAMPLE_INDICES):
            label = f"![sample {digit}]({_icon(index)})"
            st.button(label, key=f"sample-{digit}", on_click=_new_drawing, args=(index,))


@st.cache_data(show_spinner=False)
def _icon(index):
    return pictures.picture_source(mnist.test().images[index])


def _answer_html(answer):
    state, size, before, digit, after = _in_words(answer)
    probabilities = np.zeros(10) if answer is None else answer.probabilities
    value = "" if answer is None else answer.label
    drawn_bars = "".join(bars.bar(d, p, d == value) for d, p in enumerate(probabilities))
    return (
        f'<div class="answer {state}" data-state="{state}" data-digit="{value}" role="status" aria-live="polite">'
        f'<div><div class="words">{before}</div><div class="digit {size}">{html.escape(digit)}</div>'
        f'<div class="words">{html.escape(after)}</div></div>'
        f'<div class="bars" aria-label="probability of each digit">{drawn_bars}</div></div>'
    )


def _in_words(answer):
    """State, size of the digits, and the words before, in place of and behind the digit."""
    if answer is None:
        return "empty", "none", "", "draw a digit", ""
    if answer.is_sure:
        return "sure", "", "", answer.name, f"{text.confidence_text(answer.confidence)} sure"
    size = ("", "several", "many")[min(len(answer.candidates), 3) - 1]
    return "unsure", size, "not sure:", f"{_join(answer.candidate_names)}?", ""


def _join(digits):
    *first, last = map(str, digits)
    return f"{', '.join(first)} or {last}" if first else last


def _stages(network, drawing):
    st.subheader("What the network sees", anchor=False)
    bits, caption = _first_bits(network, drawing.digit)
    is_sample = st.session_state.sample is not None
    pictures.digit_strip(
        [
            (
                pictures.picture(drawing.canvas, "what was drawn"),
                "the sample" if is_sample else "your drawing",
            ),
            (pictures.picture(drawing.cropped, "the drawing, cropped"), "cropped"),
            (pictures.picture(drawing.digit, "28 by 28 pixels"), "centred, 28×28"),
            (pictures.picture(bits, caption), caption),
        ]
    )
    if network.pixel_threshold == 0:
        st.warning(
            "This network is blind. Its pixels run from 0 to 1, and the sign of anything that is not negative is"
            " +1: whatever you draw, its first layer sees the same white square."
        )


def _first_bits(network, digit):
    if network.pixel_threshold is None:
        return digit, "shades of grey"
    levels = np.atleast_1d(network.pixel_threshold)
    # Of several bits a pixel, the share that is +1.
    bits = (255 * (digit[..., None] >= levels).mean(axis=-1)).astype(np.uint8)
    return bits, "bits: +1, −1" if len(levels) == 1 else f"{len(levels)} bits a pixel"


def _size_and_time(run, network, seconds):
    source = "pen strokes" if st.session_state.sample is None else "picture"
    figures.figures(
        [
            (
                text.bytes_text(run.model_path.stat().st_size),
                f"the whole network: {network.num_weights:,}\u00a0one-bit weights",
                "Size of its file, in kB of 1,024 bytes.",
            ),
            (
                "–" if seconds is None else f"{1000 * seconds:.2f} ms",
                f"from {source} to answer, on this computer",
                f"Median of {NUM_TIMINGS} measurements of this very digit, just now; making the 28×28 pixels included.",
            ),
        ]
    )


page()
