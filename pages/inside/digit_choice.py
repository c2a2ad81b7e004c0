"""Chooses the digit that the Inside page shows: the visitor's drawing, or a digit of the test set.

Each digit has a name. "drawing" is the last drawing on the Draw page. "m7" is the image with index 7 in the
test set of MNIST. "t7" is the image with index 7 in the test set of the chosen run, if that run has another
data set. A name that begins with "z" holds all pixels of a digit, so that a link to the visitor's drawing
also works for other people.
"""

import base64
import json
import zlib
from binascii import Error as NotBase64
from collections.abc import Collection
from zlib import crc32

import numpy as np
import streamlit as st

from bnn.data import mnist
from bnn.data.dataset import DataSet
from bnn.engine.answer import Answer
from bnn.engine.verdict import is_right
from bnn.recipes.layers import IMAGE_SIDE
from bnn.runs import run_data, store
from pages.inside import keys
from pages.shared import session
from pages.shared.drawing import drawn_digit
from pages.shared.text import noun

DRAWING = "drawing"
# Session key: what was on the Draw page when this page last ran, as a tuple. It holds a check sum of drawing
# and sample, and the drawing as a digit.
_FOLLOWED = "inside_followed"
# Session key: id of the run for which the digit was chosen.
_RUN = "inside_digit_run"
_MAX_NAME_LENGTH = 2000
# Largest lengths of names like "m7" and "t7". MNIST has 10,000 test images, another data set may have more.
_MAX_M_LENGTH, _MAX_T_LENGTH = 5, 7


def digit(name: str) -> np.ndarray:
    """Returns the digit with that name, (28, 28) uint8.

    Raises:
        ValueError: if there is no such digit.
    """
    image = None
    if name == DRAWING:
        image = _drawn_digit()
    elif name[:1] == "m" and name[1:].isdecimal() and len(name) <= _MAX_M_LENGTH:
        image = mnist.test().images[int(name[1:])]
    elif name[:1] == "t" and name[1:].isdecimal() and len(name) <= _MAX_T_LENGTH:
        images = _data().test().images
        image = images[int(name[1:])] if int(name[1:]) < len(images) else None
    elif name[:1] == "z" and len(name) <= _MAX_NAME_LENGTH:
        image = _from_link(name[1:])
    if image is None:
        raise ValueError(f"there is no digit {name[:20]!r}")
    return image


def is_there(name: str) -> bool:
    """Returns whether there is a digit with that name."""
    try:
        digit(name)
    except ValueError:
        return False
    return True


def label(name: str) -> str | None:
    """Returns the name of the class of the digit with that name, or None for a drawing."""
    if name[:1] not in ("m", "t"):
        return None
    data = mnist.MNIST if name[:1] == "m" else _data()
    return data.class_names[data.test().labels[int(name[1:])]]


def right_or_wrong(answer: Answer) -> str:
    """Returns HTML of "right" or "wrong" for an answer to the chosen digit.

    Returns an empty text for a drawing, because only the visitor knows what it shows. The text is also empty
    if the answer names no class, or if the network does not have the class of the digit. For a blind network,
    it is empty because this network gives one answer to everything, and is right only by chance.
    """
    name = truth(answer.class_names)
    judged = is_right(answer, name) if name is not None and answer.is_known else None
    if judged is None:
        return ""
    word = "right" if judged else "wrong"
    return f'<span class="is-{word}">{word}</span>'


def truth(class_names: Collection[str]) -> str | None:
    """Returns the class name of the chosen digit; None for a drawing, or if the network has no such class."""
    name = label(st.session_state[keys.DIGIT])
    return name if name in class_names else None


def name_in_link(name: str) -> str:
    """Returns the name of a digit for a link.

    The link holds all pixels of a drawing, because only this session knows the drawing.
    """
    if name != DRAWING:
        return name
    return "z" + base64.urlsafe_b64encode(zlib.compress(digit(DRAWING).tobytes(), 9)).decode().rstrip("=")


def choices() -> dict[str, str]:
    """Returns the label of each digit on offer, by its name. The visitor's own digits come first."""
    own_digits = {DRAWING: "Your drawing"} if _drawn_digit() is not None else {}
    if (sample := st.session_state.get(session.SAMPLE)) is not None:
        own_digits[f"m{sample}"] = f"Your sample: {label(f'm{sample}')}"
    what = noun_of_run()
    others = {name: f"Test {what}: {label(name)}" for name in _first_of_each_class(_data())}
    labels = own_digits | {name: words for name, words in others.items() if name not in own_digits}
    chosen = st.session_state.get(keys.DIGIT)
    if chosen and chosen != DRAWING:
        is_known = label(chosen) is not None
        words = f"Test {what} {chosen[1:]}: {label(chosen)}" if is_known else "From the link"
        labels.setdefault(chosen, words)
    return labels


def noun_of_run() -> str:
    """Returns "digit" or "image", whichever the chosen run's network reads."""
    return noun(_data().class_names)


def follow_drawing() -> None:
    """Chooses the digit that another page wants to be shown, or a new drawing or sample of the Draw page.

    If the chosen digit is not on offer, the first one on offer is chosen instead.
    """
    _follow_draw_page()
    if wanted := st.session_state.pop(session.WANTED_DIGIT, None):
        # Other pages always write "m" before the index, even if the run's test set is not that of MNIST.
        st.session_state[keys.DIGIT] = f"{letter_of_run()}{wanted[1:]}"
    chosen = st.session_state.get(keys.DIGIT)
    if chosen and chosen[:1] == "t" and not is_there(chosen):
        del st.session_state[keys.DIGIT]
    if st.session_state.get(keys.DIGIT) not in (labels := choices()):
        st.session_state[keys.DIGIT] = next(iter(labels))


def _follow_draw_page() -> None:
    """Chooses the drawing or the sample on the Draw page, if it has changed since this page last ran."""
    if not is_drawing_new():
        return
    sample = st.session_state.get(session.SAMPLE)
    result = drawn_digit(st.session_state.get(session.DRAWING) or [])
    drawn = None if result.is_empty else result.digit
    st.session_state[_FOLLOWED] = _check_sum(), drawn
    if sample is not None:
        st.session_state[keys.DIGIT] = f"m{sample}"
    elif drawn is not None:
        st.session_state[keys.DIGIT] = DRAWING


def is_drawing_new() -> bool:
    """Returns whether the drawing or the sample has changed since `follow_drawing` was called last."""
    return st.session_state.get(_FOLLOWED, (None, None))[0] != _check_sum()


def _check_sum() -> int:
    drawing, sample = st.session_state.get(session.DRAWING) or [], st.session_state.get(session.SAMPLE)
    return crc32(json.dumps([drawing, sample], default=str).encode())


def follow_run(is_from_link: bool) -> None:
    """Chooses an image of the run's own data set, if the run was just chosen and has another one than before.

    The visitor's drawing stays if the Draw page last showed this run's network.

    Args:
        is_from_link: whether the digit at the start of the visit comes from a link. Such a digit stays, too.
    """
    run_id, is_first = st.session_state[session.CHOSEN_RUN], _RUN not in st.session_state
    if st.session_state.get(_RUN) == run_id:
        return
    data = _data()
    is_drawn_for_it = (
        st.session_state[keys.DIGIT] == DRAWING and st.session_state.get(session.COMPARED_RUN) == run_id
    )
    letters = _letter(data), st.session_state[keys.DIGIT][:1]
    stays = is_drawn_for_it or (is_first and is_from_link) or letters == ("t", "t")
    # The link may name a run that cannot be shown. The run shown instead may have no such image.
    if ("t" in letters and not stays) or not is_there(st.session_state[keys.DIGIT]):
        st.session_state[keys.DIGIT] = _first_of_each_class(data)[0]
    # Stored last: if the data cannot be read now, the next rerun of the page tries again.
    st.session_state[_RUN] = run_id


def letter_of_run() -> str:
    """Returns the letter with which the names of the chosen run's test images begin: "m" or "t"."""
    return _letter(_data())


def _drawn_digit() -> np.ndarray | None:
    """Returns the digit that `follow_drawing` has stored for the drawing; None if nothing is drawn."""
    return st.session_state.get(_FOLLOWED, (None, None))[1]


def _from_link(text: str) -> np.ndarray:
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        # A small link could unpack to a huge array. The limit prevents this.
        content = zlib.decompressobj().decompress(packed, IMAGE_SIDE**2 + 1)
    except (NotBase64, zlib.error) as error:
        raise ValueError("the digit in the link is damaged") from error
    if len(content) != IMAGE_SIDE**2:
        raise ValueError("the digit in the link is damaged")
    return np.frombuffer(content, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)


def _data() -> DataSet:
    """Returns the data set of the chosen run; MNIST if no run is chosen, or if its data cannot be read."""
    try:
        return run_data.load(store.find(st.session_state.get(session.CHOSEN_RUN)))
    except (ValueError, OSError):
        return mnist.MNIST


def _letter(data: DataSet) -> str:
    return "m" if data is mnist.MNIST else "t"


def _first_of_each_class(data: DataSet) -> list[str]:
    """Returns the name of one test image of each class."""
    labels = data.test().labels
    return [f"{_letter(data)}{np.argmax(labels == label)}" for label in np.unique(labels)]
