"""Inside, chapter 5: flip weights, add noise, turn and shift, and see how long it still reads."""

import numpy as np
import pandas as pd
import streamlit as st

from bnn.analysis import damage
from bnn.data import dataset, mnist
from bnn.engine import answer, inference
from pages.inside import digit_choice, link, widgets
from pages.inside.widgets import figure, tile
from pages.shared import charts, errors, figures, text

NUM_DIGITS = 1000
# Tries that go along with a link: who opens it waits for them.
MAX_LINKED = 12
# Name -> label, lowest, highest, step, format, and what it does.
SLIDERS = {
    "flips": (
        "Weights flipped (%)",
        0.0,
        50.0,
        0.5,
        "%.1f %%",
        "That share of all weight bits, at random places. At 50 % nothing is left of what it learnt.",
    ),
    "noise": ("Noise", 0, 200, 5, "%d", "Random brightness on every pixel; its usual size, of 255."),
    "turn": ("Turned (degrees)", -180, 180, 5, "%d°", "Every digit, clockwise."),
    "right": ("Shifted right", -10, 10, 1, "%d", "In pixels of the 28; negative is to the left."),
    "down": ("Shifted down", -10, 10, 1, "%d", "In pixels of the 28; negative is up."),
}


@st.fragment
def chapter(run, network, image):
    """Sliders that do damage, and what it does to the accuracy and to the visitor's digit."""
    with errors.errors_in_words():
        for name, (_, lowest, highest, *_) in SLIDERS.items():
            value = st.session_state.get(_key(name)) or 0
            st.session_state[_key(name)] = type(highest)(min(highest, max(lowest, value)))
        left, middle, right = st.columns([4, 4, 4], gap="large")
        with left:
            _sliders()
        settings = {name: st.session_state[_key(name)] for name in SLIDERS}
        broken = damage.flip_weights(network, settings["flips"] / 100)
        _try_again(run, network, settings)
        num_right = _measure(broken, settings)
        tried = _remember(run, settings, num_right)
        with middle, st.container(key="break-figures"):
            _answer(broken, spoil(image[None], settings)[0], num_right)
        with right:
            _accuracy(num_right, settings, network)
            _curve(tried, settings)
        link.write(*SLIDERS, "tried")


def spoil(images: np.ndarray, settings: dict) -> np.ndarray:
    """The images (n, 28, 28) uint8 turned and shifted, then with noise."""
    moved = damage.move(images, settings["turn"], settings["right"], settings["down"])
    return damage.add_noise(moved, settings["noise"])


def test_digits() -> dataset.Split:
    """Every tenth test digit: the same thousand each time."""
    split = mnist.test()
    step = len(split.images) // NUM_DIGITS
    return dataset.Split(split.images[::step], split.labels[::step])


def _key(name):
    return f"inside_{name}"


def _sliders():
    for name, (label, lowest, highest, step, form, words) in SLIDERS.items():
        st.slider(
            label,
            lowest,
            highest,
            step=step,
            format=form,
            help=words,
            **widgets.kept(
                _key(name), on_change=lambda name=name: st.session_state.update(inside_moved=name)
            ),
        )
    st.button("Mend everything", key="break-reset", icon=":material/healing:", on_click=_reset)


def _reset():
    st.session_state.update({_key(name): 0 for name in SLIDERS})


def _measure(network, settings):
    digits = test_digits()
    answers = inference.scores(network, spoil(digits.images, settings)).argmax(axis=1)
    return int((answers == digits.labels).sum())


def _remember(run, settings, num_right):
    """What was tried with this network: settings and right answers, as rows."""
    stat = run.model_path.stat()
    everything = st.session_state.setdefault("inside_tried", {})
    tried = everything.setdefault((run.id, stat.st_mtime_ns), {})
    tried[tuple(settings.values())] = num_right
    return [
        dict(zip(SLIDERS, values, strict=True)) | {"right_answers": count} for values, count in tried.items()
    ]


def _try_again(run, network, settings):
    """Measures what the curve of a link was drawn through: a link says what was tried, never how it went."""
    curve = st.session_state.get("inside_curve") or ""
    name, *values = curve.split("_")
    if curve == st.session_state.get("inside_curve_shown") or name not in SLIDERS:
        return
    st.session_state.inside_moved = name
    _, lowest, highest, *_ = SLIDERS[name]
    for value in {min(highest, max(lowest, type(highest)(float(value)))) for value in values}:
        tried = settings | {name: value}
        broken = damage.flip_weights(network, tried["flips"] / 100)
        _remember(run, tried, _measure(broken, tried))


def _keep_curve(moved, values):
    curve = "_".join([moved, *(str(value) for value in sorted(values)[:MAX_LINKED])])
    st.session_state.update(inside_curve=curve, inside_curve_shown=curve)


def _answer(network, image, num_right):
    found = answer.read(network, image)
    sure = text.confidence_text(found.confidence)
    st.html(
        figure(tile(image, "your digit with this done to it", "medium"), "your digit, with this done to it")
    )
    right = digit_choice.right_or_wrong(found.digit)
    # Beside its sliders a phone has no room for the figures: the one that counts is said here, too.
    count = f'<span class="on-phones" aria-hidden="true">{num_right:,} of {NUM_DIGITS:,} right.</span>'
    st.html(
        f'<p class="verdict" role="status">It reads <b>{found.digit}</b>, {sure} sure. {right} {count}</p>'
        f"{widgets.bars(found.probabilities)}"
    )


def _accuracy(num_right, settings, network):
    flipped = round(settings["flips"] / 100 * network.num_weights)
    figures.figures(
        [
            (
                f"{num_right:,}",
                f"of {NUM_DIGITS:,} test digits read right",
                "Every tenth digit of the test set, each with the same done to it.",
            ),
            (
                f"{flipped:,}",
                f"of {network.num_weights:,} weights flipped",
                "Chosen at random, the same ones each time.",
            ),
        ],
        num_large=1,
    )


def _curve(tried, settings):
    """The tries in which only the slider that was moved last differs from where all stand now."""
    moved = st.session_state.get("inside_moved", "flips")
    others = {name: value for name, value in settings.items() if name != moved}
    rows = [row for row in tried if all(row[name] == value for name, value in others.items())]
    table = pd.DataFrame(rows)[[moved, "right_answers"]].assign(
        share=lambda t: t["right_answers"] / NUM_DIGITS
    )
    _keep_curve(moved, table[moved].tolist())
    table["now"] = table[moved] == settings[moved]
    label, lowest, highest, *_ = SLIDERS[moved]
    look = charts.tries(label, lowest, highest)
    st.vega_lite_chart(table.rename(columns={moved: "setting"}), look, key="break-curve")
    st.caption("Read right: what you have tried with the slider moved last.")
