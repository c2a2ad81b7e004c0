"""Inside: the digit that is looked at, the visitor's own or one of the test set, and its name in a link."""

import base64
import json
import zlib
from binascii import Error as NotBase64
from zlib import crc32

import numpy as np
import streamlit as st

from bnn.data import mnist
from bnn.engine.network import IMAGE_SIDE
from pages.shared.drawing import drawn_digit


def digit(name: str) -> np.ndarray:
    """The digit of that name, (28, 28) uint8.

    Args:
        name: "drawing" for the last one on the Draw page, "m7" for test digit 7, or "z..." as `digit_in_link` made it.

    Raises:
        ValueError: if there is no such digit.
    """
    if name == "drawing":
        return drawn()
    if name[:1] == "m" and name[1:].isdecimal() and len(name) <= 5:
        return mnist.test().images[int(name[1:])]
    if name[:1] == "z" and len(name) <= 2000:
        return _from_link(name[1:])
    raise ValueError(f"there is no digit {name[:20]!r}")


def truth(name: str) -> int | None:
    """What the digit of that name is; known of the test digits alone."""
    return int(mnist.test().labels[int(name[1:])]) if name[:1] == "m" else None


def right_or_wrong(answer: int) -> str:
    """HTML that says whether an answer to the visitor's digit is right; empty where nobody knows."""
    known = truth(st.session_state.inside_digit)
    if known is None:
        return ""
    return '<span class="is-right">right</span>' if known == answer else '<span class="is-wrong">wrong</span>'


def drawn() -> np.ndarray | None:
    """The last drawing on the Draw page as a digit, or None where nothing is drawn."""
    found = drawn_digit(st.session_state.get("drawing") or [])
    return None if found.is_empty else found.digit


def digit_in_link(name: str) -> str:
    """The name of a digit for a link: a drawing becomes text, for it is known to its own page only."""
    if name != "drawing":
        return name
    return "z" + base64.urlsafe_b64encode(zlib.compress(drawn().tobytes(), 9)).decode().rstrip("=")


def _from_link(text):
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        # No more than a digit's worth, whatever it claims to hold.
        content = zlib.decompressobj().decompress(packed, IMAGE_SIDE**2 + 1)
    except (NotBase64, zlib.error) as error:
        raise ValueError("the digit in the link is damaged") from error
    if len(content) != IMAGE_SIDE**2:
        raise ValueError("the digit in the link is damaged")
    return np.frombuffer(content, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)


def digit_names() -> dict[str, str]:
    """The digits that can be chosen, by name, in words: what was drawn first."""
    names = {"drawing": "Your drawing"} if drawn() is not None else {}
    sample, chosen = st.session_state.get("sample"), st.session_state.get("inside_digit")
    if sample is not None:
        names[f"m{sample}"] = f"The sample you chose: {mnist.test().labels[sample]}"
    names |= {f"m{i}": f"Test digit: {label}" for label, i in enumerate(_first_of_each())} | names
    if chosen and chosen not in names and chosen != "drawing":
        names[chosen] = "The digit of this link"
    return names


@st.cache_data(show_spinner=False)
def _first_of_each():
    labels = mnist.test().labels
    return [int(np.argmax(labels == label)) for label in range(10)]


def follow_drawing() -> None:
    """Turns to what was drawn last, if that changed since it was looked at."""
    drawing, sample = st.session_state.get("drawing"), st.session_state.get("sample")
    mark = crc32(json.dumps([drawing, sample], default=str).encode())
    if st.session_state.get("inside_drawn") != mark:
        st.session_state.inside_drawn = mark
        if sample is not None:
            st.session_state.inside_digit = f"m{sample}"
        elif drawn() is not None:
            st.session_state.inside_digit = "drawing"
    if st.session_state.get("inside_digit") not in digit_names():
        st.session_state.inside_digit = next(iter(digit_names()))
