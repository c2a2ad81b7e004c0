"""What the chapters of the Inside page share: pictures, ones to click on among them, a clock, and epochs."""

import html
from collections.abc import Callable
from pathlib import Path

import numpy as np
import streamlit as st

from bnn.runs.run import Run
from pages.shared import pictures, text
from pages.shared.bars import bar

WHITE_WORD, BLACK_WORD = "white (+1)", "black (−1)"
_PICKER = Path(__file__).parent / "picker.js"


def bit_word(bit: bool) -> str:
    """A bit in words, True for -1."""
    return BLACK_WORD if bit else WHITE_WORD


def tile(pixels: np.ndarray, description: str, css_class: str = "") -> str:
    """HTML of a picture, each pixel a square."""
    height, width = pixels.shape[:2]
    return (
        f'<img class="bits {css_class}" alt="{html.escape(description)}" src="{pictures.picture_source(pixels)}"'
        f' data-width="{width}" data-height="{height}">'
    )


def figure(image: str, caption: str, css_class: str = "") -> str:
    """HTML of a picture over its caption; `image` is HTML."""
    return (
        f'<figure class="picture {css_class}">{image}<figcaption>{html.escape(caption)}</figcaption></figure>'
    )


def bars(probabilities: np.ndarray, notes: list[str] | None = None, chosen: int | None = None) -> str:
    """HTML of the ten probabilities (10,) as bars, with a note beside each, and one of them marked as chosen."""
    best = int(probabilities.argmax())
    rows = "".join(
        bar(number, value, number == best, _note(notes, number), number == chosen)
        for number, value in enumerate(probabilities)
    )
    text = _bars_text(probabilities, best) + (f"; the sums of 0 to 9: {', '.join(notes)}" if notes else "")
    return f'<div class="bars small{" noted" if notes else ""}" role="img" aria-label="{text}">{rows}</div>'


def _note(notes, number):
    return f'<span class="note">{notes[number]}</span>' if notes else ""


def _bars_text(probabilities, best):
    return f"how probable each digit is; most of all {best}, {text.confidence_text(probabilities[best])}"


# --- A picture to click on


_picker = st.components.v2.component(
    "one_bit_lab_picker",
    html='<button type="button"><img alt=""><span></span></button>',
    css="""
button { all: unset; display: block; position: relative; width: 100%; cursor: pointer; touch-action: manipulation; }
button:focus-visible { outline: 3px solid var(--st-primary-color, #2f6bff); outline-offset: 3px; }
img { display: block; width: 100%; image-rendering: pixelated; outline: 1px solid #7a7a7a; }
span { position: absolute; box-sizing: border-box; border: 3px solid #2f6bff; box-shadow: 0 0 0 1px #fff; pointer-events: none; }
""",
    js=_PICKER.read_text("utf-8"),
)


def picker(
    key: str,
    pixels: np.ndarray | str,
    cells: tuple[int, int],
    place: tuple[int, int] | None,
    label: str,
    on_pick: Callable[[int, int], None],
    marker: float = 1,
    count: int | None = None,
    opens: bool = False,
) -> None:
    """A picture of which one cell can be picked, with a click, a finger or the arrow keys.

    Args:
        key: of the component, and the CSS class of its place.
        pixels: the picture, or its `pictures.picture_source`; its cells are all of one size.
        cells: rows and columns of cells.
        place: row and column of the one picked, if any.
        label: what it shows, for who does not see it.
        on_pick: gets row and column, before the page is made anew.
        marker: how many cells the marker is wide and high; the one picked is its middle.
        count: the last row may be shorter: so many cells in all.
        opens: a click leads elsewhere: the arrow keys only move, and Enter picks.
    """

    answered = f"{key}-answered"

    def pick():
        # It comes from the browser: whatever makes no sense is left out.
        picked = st.session_state[key].place
        if isinstance(picked, dict) and _is_count(picked.get("number")):
            st.session_state[answered] = picked["number"]
            if _is_place(picked.get("place"), cells):
                on_pick(*picked["place"])

    data = dict(
        source=pixels if isinstance(pixels, str) else pictures.picture_source(pixels),
        rows=cells[0],
        columns=cells[1],
        count=count or cells[0] * cells[1],
        place=place,
        marker=marker,
        label=label,
        opens=opens,
        answered=st.session_state.get(answered, 0),
    )
    _picker(key=key, data=data, on_place_change=pick, height="content")


def _is_count(number):
    return type(number) is int and 0 <= number < 2**53


def _is_place(picked, cells):
    numbers = isinstance(picked, list) and len(picked) == 2 and all(type(n) is int for n in picked)
    return numbers and all(0 <= n < limit for n, limit in zip(picked, cells, strict=True))


# --- A clock


_clock = st.components.v2.component(
    "one_bit_lab_clock",
    js="""
const timers = new Map()
export default function ({ data, key, setTriggerValue }) {
  clearTimeout(timers.get(key))
  // One tick at a time: the next is set when the page has answered the one before.
  if (data.on) timers.set(key, setTimeout(() => setTriggerValue("tick", data.tick + 1), data.milliseconds))
  return () => clearTimeout(timers.get(key))
}
""",
)


def clock(key: str, milliseconds: int, on_tick: Callable[[], bool]) -> None:
    """A button that plays and pauses, and while it plays a call of `on_tick` every so often.

    It stops by itself when `on_tick` returns False.
    """
    state = f"{key}-playing"
    playing = st.session_state.setdefault(state, False)

    def toggle():
        st.session_state[state] = not playing

    def tick():
        if st.session_state.get(state):
            st.session_state[f"{key}-ticks"] = st.session_state.get(f"{key}-ticks", 0) + 1
            st.session_state[state] = bool(on_tick())

    st.button(
        "Pause" if playing else "Play",
        key=f"{key}-button",
        icon=":material/pause:" if playing else ":material/play_arrow:",
        on_click=toggle,
        width=110,
    )
    data = dict(on=playing, tick=st.session_state.get(f"{key}-ticks", 0), milliseconds=milliseconds)
    _clock(key=f"{key}-clock", data=data, on_tick_change=tick, height=1)


# --- Widgets whose value stays


def kept(key: str, on_change: Callable[[], None] | None = None, like: object = None) -> dict:
    """Arguments for a widget that shows `st.session_state[key]` and changes it, and is not forgotten with it.

    (A widget that is not on the page loses its value, and cannot be set once it is.)

    Args:
        key: of the value.
        on_change: called after the visitor changed it.
        like: what else makes it another widget, with a value of its own: its options, or its limits.
    """
    box, shown = f"{key}-box", f"{key}-shown"
    # Only what the widget does not show yet: a value that it was given back late would undo what was done since.
    if box not in st.session_state or st.session_state.get(shown) != (st.session_state[key], like):
        st.session_state[box] = st.session_state[key]
    st.session_state[shown] = (st.session_state[key], like)

    def keep():
        st.session_state[key] = st.session_state[box]
        st.session_state[shown] = (st.session_state[key], like)
        if on_change:
            on_change()

    return dict(key=box, on_change=keep)


def follow_link(step: str) -> None:
    """Makes the page anew where, in a fragment, another chapter than this one was turned to."""
    if st.session_state.inside_step != step:
        st.rerun()


# --- Networks


def epochs(run: Run) -> list[int]:
    """The epochs whose network is on the disk, in order."""
    # Four digits, and no name that merely looks like a number: it would not be found again.
    found = (path.stem for path in (run.folder / "epochs").glob("[0-9][0-9][0-9][0-9].safetensors"))
    return sorted(int(stem) for stem in found)
