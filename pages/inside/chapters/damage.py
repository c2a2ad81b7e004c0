"""Inside, chapter 5: the visitor damages network and digits until the network can no longer read them."""

import numpy as np
import pandas as pd
import streamlit as st

from bnn.analysis import damage
from bnn.engine.answer import read
from bnn.engine.network import PackedNetwork
from bnn.runs.run import Run
from pages.inside import address, digit_choice
from pages.inside.chapter import Chapter
from pages.inside.chapters import damage_sliders, damage_trials, damage_weights
from pages.inside.chapters.damage_sliders import FLIPS, MOVED, SLIDERS, Settings
from pages.inside.live.component import base64_text, live
from pages.shared import charts, errors, figures, networks
from pages.shared.bars import bars
from pages.shared.bit_html import figure, picture, verdict_html
from pages.shared.text import noun

_PARAMETERS = damage_sliders.PARAMETERS | damage_trials.PARAMETERS


@st.fragment
def _show(run: Run, image: np.ndarray) -> None:
    address.follow("break", run)
    with errors.errors_in_words():
        network = networks.network(run)
        left, middle, right = st.columns(3, gap="medium")
        with left:
            settings = damage_sliders.sliders(noun(network.class_names), damage_weights.button)
        damaged = damage.flip_weights(network, settings["flips"] / 100)
        damage_trials.measure_curve_of_link(run, network, settings)
        digits = damage_trials.few_test_digits(run)
        num_right = damage_trials.count_right(run, damaged, digits, settings)
        tried = damage_trials.all_tried(run)
        with middle, st.container(key="break-figures"):
            spoilt = damage_trials.spoil(image[None], settings)[0]
            _pictures(network, damaged, spoilt)
            _answer(damaged, spoilt, num_right, len(digits.labels))
        with right, st.container(key="break-results"):
            with st.container(key="break-counts"):
                _figures(num_right, len(digits.labels), settings, network)
            _curve(tried, settings, len(digits.labels), network)
        _follow_sliders(run, network, image, settings)
    address.write(_PARAMETERS)


CHAPTER = Chapter("5 Break it", _show, _PARAMETERS, purple="is flipped")


def _follow_sliders(run: Run, network: PackedNetwork, image: np.ndarray, settings: Settings) -> None:
    """Lets the browser show the damage while a slider moves."""
    live(
        run,
        image,
        "break",
        on_flips=damage_weights.flip_more,
        answered=st.session_state.get(damage_weights.ANSWERED, 0),
        step=damage_weights.step(network),
        numWeights=network.num_weights,
        highestShare=SLIDERS[FLIPS].highest,
        settings=settings,
        noise=base64_text(damage.standard_noise(1)),
        truth=digit_choice.truth(network.class_names),
    )


def _pictures(network: PackedNetwork, damaged: PackedNetwork, image: np.ndarray) -> None:
    words = f"The {noun(network.class_names)} after this damage"
    digit = figure(picture(image, words, "medium"), words)
    st.html(f'<div class="damaged">{digit}{damage_weights.weights_html(network, damaged)}</div>')


def _answer(network: PackedNetwork, image: np.ndarray, num_right: int, num_digits: int) -> None:
    answer = read(network, image)
    right = digit_choice.right_or_wrong(answer)
    # On a phone, the figures are not visible while the visitor moves a slider. So this line repeats the most
    # important one.
    count = f'<span class="on-phones" aria-hidden="true">{num_right:,} of {num_digits:,} right.</span>'
    st.html(
        f'<p class="verdict" role="status">It reads {verdict_html(answer)}'
        f'\u00a0<span class="judgement">{right}</span>'
        f" {count}</p>{bars(answer)}"
    )


def _figures(num_right: int, num_digits: int, settings: Settings, network: PackedNetwork) -> None:
    num_flipped = round(settings["flips"] / 100 * network.num_weights)
    figures.figures(
        [
            (
                f"{num_right:,}",
                f"of {num_digits:,} test {noun(network.class_names)}s read right",
                f"{num_digits:,} images of the test set, evenly spaced. All are damaged in the same way.",
            ),
            (
                f"{num_flipped:,}",
                f"of {network.num_weights:,} weights flipped",
                "The weights are chosen at random, but they are the same each time.",
            ),
        ],
    )


def _curve(tried: list[Settings], settings: Settings, num_digits: int, network: PackedNetwork) -> None:
    """Draws a curve of right answers against the slider that was moved last.

    The curve shows the results for which all other sliders had the same values as now.
    """
    moved = st.session_state.get(MOVED, "flips")
    others = {name: value for name, value in settings.items() if name != moved}
    rows = [row for row in tried if all(row[name] == value for name, value in others.items())]
    table = pd.DataFrame(rows)[[moved, "right_answers"]]
    table = table.assign(share=table["right_answers"] / num_digits, now=table[moved] == settings[moved])
    damage_trials.keep_curve(moved, table[moved].tolist())
    slider = SLIDERS[moved]
    spec = charts.accuracy_against(
        slider.label.lower(), slider.lowest, slider.highest, 1 / network.num_classes
    )
    with st.container(key="break-chart"):
        st.vega_lite_chart(
            table.rename(columns={moved: "setting"}), spec, height="stretch", key="break-curve"
        )
    st.caption(
        f"Each point shows how many {noun(network.class_names)}s the network read right at one value of the"
        " slider that you moved last."
    )
