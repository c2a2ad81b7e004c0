"""Inside, chapter 5: the sliders, one for each kind of damage."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages.inside import address


@dataclass(frozen=True)
class Slider:
    """One kind of damage, as a slider. In its help, "{noun}" stands for what the network reads."""

    label: str
    lowest: float
    highest: float
    step: float
    format: str
    help: str

    def within_limits(self, value: float) -> float:
        """Returns the value, moved into the slider's range, as a number of the same type as the limits."""
        return type(self.highest)(min(self.highest, max(self.lowest, value)))


SLIDERS = {
    "flips": Slider(
        "Weights flipped (%)",
        0.0,
        50.0,
        0.5,
        "%.1f",
        "This share of all weights, chosen at random, changes its sign. At 50\u00a0%, everything that the"
        " network learnt is lost.",
    ),
    "noise": Slider(
        "Noise",
        0,
        200,
        5,
        "%d",
        "Random brightness, added to every pixel. The number is its usual size (standard deviation); white is"
        " 255.",
    ),
    "turn": Slider("Turned (degrees)", -180, 180, 5, "%d°", "Turns every {noun} clockwise."),
    "right": Slider(
        "Shifted right", -10, 10, 1, "%d", "In pixels. The picture is 28 pixels wide. Negative: to the left."
    ),
    "down": Slider(
        "Shifted down", -10, 10, 1, "%d", "In pixels. The picture is 28 pixels high. Negative: up."
    ),
}
# The slider of the share of flipped weights, in percent.
FLIPS = "flips"
# Value of each slider, by its name.
Settings = dict[str, float]
# Session key of the name of the slider that was moved last. Its values are the x axis of the chart.
MOVED = "inside_moved"


def key(name: str) -> str:
    """Returns the key of a slider in the visitor's session."""
    return f"inside_{name}"


PARAMETERS = {
    "flips": address.Parameter(key("flips"), address.percentage),
    "noise": address.Parameter(key("noise"), address.whole_number),
    "turn": address.Parameter(key("turn"), address.signed_number),
    "right": address.Parameter(key("right"), address.signed_number),
    "down": address.Parameter(key("down"), address.signed_number),
}


def sliders(noun: str, below_flips: Callable[[], None]) -> Settings:
    """Shows the sliders and a button that sets all of them to 0, and returns their values.

    Args:
        noun: what the network reads, such as "digit".
        below_flips: shows the elements beside that button, below the slider of the flipped weights.
    """
    _bring_into_range()
    for name, slider in SLIDERS.items():
        st.slider(
            slider.label,
            slider.lowest,
            slider.highest,
            step=slider.step,
            format=slider.format,
            help=slider.help.format(noun=noun),
            key=key(name),
            persist_state="session",
            on_change=_set_moved,
            args=(name,),
        )
        if name == FLIPS:
            with st.container(horizontal=True, gap="small", key="break-buttons"):
                below_flips()
                st.button("Repair everything", key="break-reset", on_click=_reset)
    return {name: st.session_state[key(name)] for name in SLIDERS}


def _bring_into_range() -> None:
    for name, slider in SLIDERS.items():
        value = st.session_state.get(key(name))
        allowed = slider.within_limits(value or 0)
        if value is None or value != allowed:
            st.session_state[key(name)] = allowed


def _set_moved(name: str) -> None:
    st.session_state[MOVED] = name


def _reset() -> None:
    for name, slider in SLIDERS.items():
        st.session_state[key(name)] = slider.within_limits(0)
