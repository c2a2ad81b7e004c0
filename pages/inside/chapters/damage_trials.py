"""Inside, chapter 5: damages test digits, counts the right answers, and remembers the results."""

import re
from math import ceil

import numpy as np
import streamlit as st

from bnn.analysis import damage
from bnn.data import dataset
from bnn.engine import inference
from bnn.engine.network import PackedNetwork
from bnn.runs import run_data
from bnn.runs.run import Run
from pages.inside import address
from pages.inside.chapters.damage_sliders import MOVED, SLIDERS, Settings

_MAX_DIGITS = 1000
# A link holds at most this many points of the curve. Opening the link measures all of them, which takes time.
_MAX_POINTS_IN_LINK = 12
# Session keys: the curve in the address, such as "flips_0_5" (a slider and its values), and the curve that
# was drawn last.
_CURVE, _CURVE_DRAWN = "inside_curve", "inside_curve_shown"
# Session key: number of right answers, by run and network file, then by the values of the sliders.
_TRIED = "inside_tried"


def _parse_curve(text: str) -> str | None:
    pattern = rf"[a-z]+(_-?\d{{1,3}}(\.\d{{1,17}})?){{1,{_MAX_POINTS_IN_LINK}}}"
    return text if len(text) <= 400 and re.fullmatch(pattern, text, re.ASCII) else None


PARAMETERS = {"tried": address.Parameter(_CURVE, _parse_curve)}


def spoil(images: np.ndarray, settings: Settings) -> np.ndarray:
    """Returns the images, (n, 28, 28) uint8, turned, shifted and with added noise, as `settings` says."""
    moved = damage.move(images, settings["turn"], settings["right"], settings["down"])
    return damage.add_noise(moved, settings["noise"])


def few_test_digits(run: Run) -> dataset.Split:
    """Returns at most 1,000 test images of the run's data set, evenly spaced: of MNIST, every tenth."""
    split = run_data.load(run).test()
    step = ceil(len(split.images) / _MAX_DIGITS)
    return dataset.Split(split.images[::step], split.labels[::step])


def _measure(network: PackedNetwork, digits: dataset.Split, settings: Settings) -> int:
    """Returns how many of these digits the network reads right after `spoil` has damaged them."""
    answers = inference.probabilities(network, spoil(digits.images, settings)).argmax(axis=1)
    return int((answers == digits.labels).sum())


def count_right(run: Run, damaged: PackedNetwork, digits: dataset.Split, settings: Settings) -> int:
    """Returns how many test digits the run's network reads right with these settings of the sliders.

    Measures and stores this number, unless it is already stored.

    Args:
        run: the run.
        damaged: its network with the flipped weights.
        digits: the digits, from `few_test_digits`.
        settings: the values of the sliders.
    """
    tried, values = _tried(run), tuple(settings.values())
    if values not in tried:
        tried[values] = _measure(damaged, digits, settings)
    return tried[values]


def all_tried(run: Run) -> list[Settings]:
    """Returns all stored results of the run's network, as rows of a table."""
    return [
        dict(zip(SLIDERS, values, strict=True)) | {"right_answers": count}
        for values, count in _tried(run).items()
    ]


def _tried(run: Run) -> dict[tuple[float, ...], int]:
    everything = st.session_state.setdefault(_TRIED, {})
    return everything.setdefault((run.id, run.model_path.stat().st_mtime_ns), {})


def measure_curve_of_link(run: Run, network: PackedNetwork, settings: Settings) -> None:
    """Measures all points of the curve in a link. The link holds only the values of the slider on the x axis.

    All other sliders are as in `settings`.
    """
    curve = st.session_state.get(_CURVE) or ""
    name, *values = curve.split("_")
    if curve == st.session_state.get(_CURVE_DRAWN) or name not in SLIDERS:
        return
    st.session_state[MOVED] = name
    digits = few_test_digits(run)
    for value in {SLIDERS[name].within_limits(float(value)) for value in values}:
        tried = settings | {name: value}
        damaged = damage.flip_weights(network, tried["flips"] / 100)
        count_right(run, damaged, digits, tried)


def keep_curve(moved: str, values: list[float]) -> None:
    """Stores a curve for the address: the slider that was moved, and its values."""
    curve = "_".join([moved, *map(address.number_text, sorted(set(values))[:_MAX_POINTS_IN_LINK])])
    st.session_state[_CURVE] = st.session_state[_CURVE_DRAWN] = curve
