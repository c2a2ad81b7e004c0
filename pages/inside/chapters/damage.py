"""Inside, chapter 5: the visitor damages network and digits until the network can no longer read them."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from bnn.analysis import damage
from bnn.data import dataset
from bnn.data.dataset import DIGITS
from bnn.engine import inference
from bnn.engine.answer import read
from bnn.engine.network import PackedNetwork
from bnn.runs import run_data
from bnn.runs.run import Run
from pages.inside import address, digit_choice
from pages.inside.bit_html import bars, figure, picture, verdict_html
from pages.inside.chapter import Chapter
from pages.inside.live.component import base64_text, live
from pages.shared import charts, errors, figures


@dataclass(frozen=True)
class _Slider:
    """One kind of damage, as a slider."""

    label: str
    lowest: float
    highest: float
    step: float
    format: str
    help: str

    def within_limits(self, value: float) -> float:
        """Returns the value, moved into the slider's range, as a number of the same type as the limits."""
        return type(self.highest)(min(self.highest, max(self.lowest, value)))


_SLIDERS = {
    "flips": _Slider(
        "Weights flipped (%)",
        0.0,
        50.0,
        0.5,
        "%.1f %%",
        "This share of all weights changes between +1 and −1, at random places. At 50 %, everything that the"
        " network learnt is lost.",
    ),
    "noise": _Slider(
        "Noise",
        0,
        200,
        5,
        "%d",
        "Random brightness, added to every pixel. The number is its usual size (standard deviation); white is"
        " 255.",
    ),
    "turn": _Slider("Turned (degrees)", -180, 180, 5, "%d°", "Turns every digit clockwise."),
    "right": _Slider(
        "Shifted right", -10, 10, 1, "%d", "In pixels. A digit is 28 pixels wide. Negative: to the left."
    ),
    "down": _Slider("Shifted down", -10, 10, 1, "%d", "In pixels. A digit is 28 pixels high. Negative: up."),
}
# Value of each slider, by its name.
_Settings = dict[str, float]
_MAX_DIGITS = 1000
# Points of the curve that a link holds. Opening the link measures all of them, which takes time.
_MAX_POINTS_IN_LINK = 12
# The slider that was moved last. Its values are the x axis of the curve.
_MOVED = "inside_moved"
# The curve in the address, such as "flips_0.0_5.0": a slider and its values. The second key holds the curve
# that was drawn last.
_CURVE, _CURVE_DRAWN = "inside_curve", "inside_curve_shown"
# Number of right answers, by run and network file, then by the values of the sliders.
_TRIED = "inside_tried"


def _key(name: str) -> str:
    return f"inside_{name}"


def _parse_curve(text: str) -> str | None:
    pattern = rf"[a-z]+(_-?\d{{1,3}}(\.\d)?){{1,{_MAX_POINTS_IN_LINK}}}"
    return text if len(text) <= 200 and re.fullmatch(pattern, text, re.ASCII) else None


_VALUES = {
    "flips": address.Value(_key("flips"), address.percentage),
    "noise": address.Value(_key("noise"), address.whole_number),
    "turn": address.Value(_key("turn"), address.signed_number),
    "right": address.Value(_key("right"), address.signed_number),
    "down": address.Value(_key("down"), address.signed_number),
    "tried": address.Value(_CURVE, _parse_curve),
}


@st.fragment
def _show(run: Run, network: PackedNetwork, image: np.ndarray) -> None:
    with errors.errors_in_words():
        _bring_into_range()
        left, middle, right = st.columns([4, 4, 4], gap="large")
        with left:
            _sliders()
        settings = {name: st.session_state[_key(name)] for name in _SLIDERS}
        damaged = damage.flip_weights(network, settings["flips"] / 100)
        _measure_curve_of_link(run, network, settings)
        digits = _test_digits(run)
        num_right = _measure(damaged, digits, settings)
        tried = _remember(run, settings, num_right)
        with middle, st.container(key="break-figures"):
            _answer(damaged, _spoil(image[None], settings)[0], num_right, len(digits.labels))
        with right:
            with st.container(key="break-counts"):
                _figures(num_right, len(digits.labels), settings, network)
            _curve(tried, settings, len(digits.labels), network.num_classes)
        live(
            run,
            image,
            "break",
            settings=settings,
            noise=base64_text(damage.standard_noise(1)),
            truth=digit_choice.truth(network.class_names),
        )
        address.write(_VALUES)


CHAPTER = Chapter("5 Break it", _show, _VALUES)


def _spoil(images: np.ndarray, settings: _Settings) -> np.ndarray:
    """Returns the images, (n, 28, 28) uint8, after they were turned, shifted and covered with noise."""
    moved = damage.move(images, settings["turn"], settings["right"], settings["down"])
    return damage.add_noise(moved, settings["noise"])


def _test_digits(run: Run) -> dataset.Split:
    """Returns at most 1,000 test images of the run's data set, always the same; of MNIST's, every tenth."""
    split = run_data.load(run).test()
    step = -(-len(split.images) // _MAX_DIGITS)
    return dataset.Split(split.images[::step], split.labels[::step])


def _bring_into_range() -> None:
    for name, slider in _SLIDERS.items():
        value = st.session_state.get(_key(name))
        allowed = slider.within_limits(value or 0)
        if value is None or value != allowed:
            st.session_state[_key(name)] = allowed


def _sliders() -> None:
    for name, slider in _SLIDERS.items():
        st.slider(
            slider.label,
            slider.lowest,
            slider.highest,
            step=slider.step,
            format=slider.format,
            help=slider.help,
            key=_key(name),
            persist_state="session",
            on_change=_set_moved,
            args=(name,),
        )
    st.button("Repair everything", key="break-reset", icon=":material/healing:", on_click=_reset)


def _set_moved(name: str) -> None:
    st.session_state[_MOVED] = name


def _reset() -> None:
    for name, slider in _SLIDERS.items():
        st.session_state[_key(name)] = slider.within_limits(0)


def _measure(network: PackedNetwork, digits: dataset.Split, settings: _Settings) -> int:
    """Returns the number of digits that the network reads right after this damage to the digits."""
    answers = inference.scores(network, _spoil(digits.images, settings)).argmax(axis=1)
    return int((answers == digits.labels).sum())


def _remember(run: Run, settings: _Settings, num_right: int) -> list[_Settings]:
    """Stores a result, and returns all results of this network as rows of a table."""
    everything = st.session_state.setdefault(_TRIED, {})
    tried = everything.setdefault((run.id, run.model_path.stat().st_mtime_ns), {})
    tried[tuple(settings.values())] = num_right
    return [
        dict(zip(_SLIDERS, values, strict=True)) | {"right_answers": count} for values, count in tried.items()
    ]


def _measure_curve_of_link(run: Run, network: PackedNetwork, settings: _Settings) -> None:
    """Measures all points of the curve in a link. A link holds the tried settings, but not the results."""
    curve = st.session_state.get(_CURVE) or ""
    name, *values = curve.split("_")
    if curve == st.session_state.get(_CURVE_DRAWN) or name not in _SLIDERS:
        return
    st.session_state[_MOVED] = name
    for value in {_SLIDERS[name].within_limits(float(value)) for value in values}:
        tried = settings | {name: value}
        damaged = damage.flip_weights(network, tried["flips"] / 100)
        _remember(run, tried, _measure(damaged, _test_digits(run), tried))


def _keep_curve(moved: str, values: list[float]) -> None:
    curve = "_".join([moved, *(str(value) for value in sorted(values)[:_MAX_POINTS_IN_LINK])])
    st.session_state[_CURVE] = st.session_state[_CURVE_DRAWN] = curve


def _answer(network: PackedNetwork, image: np.ndarray, num_right: int, num_digits: int) -> None:
    answer = read(network, image)
    spoilt = picture(image, "your digit after this damage", "medium")
    st.html(figure(spoilt, "Your digit after this damage"))
    right = digit_choice.right_or_wrong(answer)
    # On a phone, the figures are not visible while the visitor moves a slider. So this line repeats the most
    # important one.
    count = f'<span class="on-phones" aria-hidden="true">{num_right:,} of {num_digits:,} right.</span>'
    st.html(
        f'<p class="verdict" role="status">It reads {verdict_html(answer)}'
        f' <span class="judgement">{right}</span>'
        f" {count}</p>{bars(answer.probabilities, answer.class_names)}"
    )


def _figures(num_right: int, num_digits: int, settings: _Settings, network: PackedNetwork) -> None:
    num_flipped = round(settings["flips"] / 100 * network.num_weights)
    what = "digits" if network.class_names == DIGITS else "drawings"
    figures.figures(
        [
            (
                f"{num_right:,}",
                f"of {num_digits:,} test {what} read right",
                "Images of the test set. All are damaged in the same way.",
            ),
            (
                f"{num_flipped:,}",
                f"of {network.num_weights:,} weights flipped",
                "The weights are chosen at random, but they are the same each time.",
            ),
        ],
        num_large=1,
    )


def _curve(tried: list[_Settings], settings: _Settings, num_digits: int, num_classes: int) -> None:
    """Draws a curve of right answers against the slider that was moved last.

    The curve shows the results for which all other sliders had the same values as now.
    """
    moved = st.session_state.get(_MOVED, "flips")
    others = {name: value for name, value in settings.items() if name != moved}
    rows = [row for row in tried if all(row[name] == value for name, value in others.items())]
    table = pd.DataFrame(rows)[[moved, "right_answers"]]
    table = table.assign(share=table["right_answers"] / num_digits, now=table[moved] == settings[moved])
    _keep_curve(moved, table[moved].tolist())
    slider = _SLIDERS[moved]
    spec = charts.tries(slider.label, slider.lowest, slider.highest, 1 / num_classes)
    st.vega_lite_chart(table.rename(columns={moved: "setting"}), spec, key="break-curve")
    st.caption("Each point shows how many digits it read right at a value of the slider that you moved last.")
