"""The digit that the Inside page looks at: the visitor's own or one of the test set, and its name in a link.

Digits have names: "drawing" is the last one on the Draw page, "m7" is test digit 7, and "z..." holds a whole
digit, so that a link to the visitor's own drawing works for others.
"""

import base64
import json
import zlib
from binascii import Error as NotBase64
from zlib import crc32

import numpy as np
import streamlit as st

from bnn.data import mnist
from bnn.recipes.layers import IMAGE_SIDE
from pages.inside import keys
from pages.shared import session
from pages.shared.drawing import drawn_digit

DRAWING = "drawing"
# What was on the Draw page when this page was shown last: a check sum, and the drawing as a digit.
_FOLLOWED = "inside_followed"
_MAX_NAME_LENGTH = 2000


def digit(name: str) -> np.ndarray:
    """Returns the digit of that name, (28, 28) uint8.

    Raises:
        ValueError: If there is no such digit.
    """
    found = None
    if name == DRAWING:
        found = _drawn_digit()
    elif name[:1] == "m" and name[1:].isdecimal() and len(name) <= 5:
        found = mnist.test().images[int(name[1:])]
    elif name[:1] == "z" and len(name) <= _MAX_NAME_LENGTH:
        found = _from_link(name[1:])
    if found is None:
        raise ValueError(f"there is no digit {name[:20]!r}")
    return found


def label(name: str) -> int | None:
    """Returns what the digit of that name is, or None if nobody knows."""
    return int(mnist.test().labels[int(name[1:])]) if name[:1] == "m" else None


def right_or_wrong(answer: int) -> str:
    """Returns HTML that says whether an answer to the chosen digit is right; empty if nobody knows."""
    known = label(st.session_state[keys.DIGIT])
    if known is None:
        return ""
    return '<span class="is-right">right</span>' if known == answer else '<span class="is-wrong">wrong</span>'


def name_in_link(name: str) -> str:
    """Returns the name of a digit for a link: a drawing, which only this session knows, becomes text."""
    if name != DRAWING:
        return name
    return "z" + base64.urlsafe_b64encode(zlib.compress(digit(DRAWING).tobytes(), 9)).decode().rstrip("=")


def choices() -> dict[str, str]:
    """Returns the digits to choose from, by name, in words; the visitor's own first."""
    labels = mnist.test().labels
    own = {DRAWING: "Your drawing"} if _drawn_digit() is not None else {}
    if (sample := st.session_state.get(session.SAMPLE)) is not None:
        own[f"m{sample}"] = f"The sample you chose: {labels[sample]}"
    others = {f"m{i}": f"Test digit: {labels[i]}" for i in _first_of_each_class()}
    found = own | {name: words for name, words in others.items() if name not in own}
    chosen = st.session_state.get(keys.DIGIT)
    if chosen and chosen != DRAWING:
        found.setdefault(chosen, "The digit of this link")
    return found


def follow_drawing() -> None:
    """Chooses what was drawn last on the Draw page, if that has changed since the last call."""
    drawing, sample = st.session_state.get(session.DRAWING) or [], st.session_state.get(session.SAMPLE)
    check_sum = crc32(json.dumps([drawing, sample], default=str).encode())
    if st.session_state.get(_FOLLOWED, (None, None))[0] != check_sum:
        found = drawn_digit(drawing)
        drawn = None if found.is_empty else found.digit
        st.session_state[_FOLLOWED] = check_sum, drawn
        if sample is not None:
            st.session_state[keys.DIGIT] = f"m{sample}"
        elif drawn is not None:
            st.session_state[keys.DIGIT] = DRAWING
    if st.session_state.get(keys.DIGIT) not in (found := choices()):
        st.session_state[keys.DIGIT] = next(iter(found))


def _drawn_digit() -> np.ndarray | None:
    """Returns the drawing as a digit, or None if nothing is drawn; made once, in `follow_drawing`."""
    return st.session_state.get(_FOLLOWED, (None, None))[1]


def _from_link(text: str) -> np.ndarray:
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        # The limit keeps a small link from unpacking to a huge array.
        content = zlib.decompressobj().decompress(packed, IMAGE_SIDE**2 + 1)
    except (NotBase64, zlib.error) as error:
        raise ValueError("the digit in the link is damaged") from error
    if len(content) != IMAGE_SIDE**2:
        raise ValueError("the digit in the link is damaged")
    return np.frombuffer(content, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)


@st.cache_data(show_spinner=False)
def _first_of_each_class() -> list[int]:
    labels = mnist.test().labels
    return [int(np.argmax(labels == label)) for label in np.unique(labels)]
