"""Shows the desk: a canvas, and beside it the signs with their examples, or the taught network's answer."""

import secrets
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from bnn.drawing.strokes import strokes_from_lists
from bnn.engine.portable import script
from bnn.runs.run import Run
from pages.shared import live, network_files, networks
from pages.shared.answer import answer_html
from pages.shared.clicks import is_second_click
from pages.shared.messages import message
from pages.shared.pictures import picture_source
from pages.teach import teaching
from pages.teach.doubts import ENOUGH_EXAMPLES
from pages.teach.lesson import MAX_EXAMPLES, MIN_EXAMPLES, Example, Lesson, lesson

_HERE = Path(__file__).parent
_KEY = "desk"
# The key of a random text, by which the browser notices that the session is new.
_SESSION = "desk-session"
# The scripts of this component. They come after `live.PAD_SCRIPTS`, the scripts of every component with a
# canvas of its own.
_FILES = ("trays.js", "words.js", "new_session.js", "earlier_desk.js", "shortcuts.js", "desk.js")
SCRIPTS = (live.LEAVING, *(_HERE / name for name in _FILES))
_HTML = """
<div class="desk">
  <div class="pad">
    <canvas class="own-pad" width="640" height="640"></canvas>
    <p class="prompt" aria-hidden="true"><span></span><b></b><span></span></p>
  </div>
  <div class="below"><p class="hint" role="status"></p><button type="button" class="next"></button></div>
  <div class="beside"><div class="reads"></div><ol class="signs" aria-label="signs"></ol></div>
</div>
"""
# The answer has the style of the page, so the component is not isolated from it.
_desk = component(
    "one_bit_lab_desk",
    html=_HTML,
    css=live.PAD_STYLE + (_HERE / "desk.css").read_text("utf-8"),
    js=script.module(*live.PAD_SCRIPTS, *SCRIPTS),
    isolate_styles=False,
)


def desk(taught: Run | None, is_trying: bool, suspects: AbstractSet[int]) -> None:
    """Shows the desk. Drawings that arrive from the browser are added to the visitor's lesson.

    Args:
        taught: the run whose network has learnt the lesson, or None.
        is_trying: whether that network reads the drawings. If not, they become examples.
        suspects: numbers of the examples to outline.
    """
    mine = lesson()
    data = {
        "signs": [
            {"number": sign, "name": name, "examples": _thumbs(mine, sign, suspects)}
            for sign, name in mine.signs.items()
        ],
        "session": st.session_state.setdefault(_SESSION, secrets.token_hex()),
        "received": mine.last_received,
        "isKept": mine.is_kept,
        "isFromFile": mine.is_from_file,
        "minExamples": MIN_EXAMPLES,
        "enoughExamples": ENOUGH_EXAMPLES,
        "maxExamples": MAX_EXAMPLES,
        "isLearning": teaching.is_learning(),
        "isTrying": bool(taught and is_trying),
        "network": network_files.address(taught) if taught else None,
        "answer": _empty_answer(mine, networks.network(taught).class_names) if taught else "",
    }
    _desk(key=_KEY, data=data, on_drawn_change=_receive, on_removed_change=_remove, height="content")


def _empty_answer(mine: Lesson, class_names: tuple[str, ...]) -> str:
    """Returns the HTML of an answer while nothing is drawn, with its bars in the order of the signs."""
    names = list(mine.signs.values())
    places = [names.index(name) if name in names else len(names) for name in class_names]
    rules = [f".desk .bar:nth-child({k}) {{ order: {place} }}" for k, place in enumerate(places, 1)]
    return f"<style>{' '.join(rules)}</style>{answer_html(None, class_names, 'draw a sign')}"


def _thumbs(mine: Lesson, sign: int, suspects: AbstractSet[int]) -> list[dict[str, object]]:
    return [_thumb(example, example.number in suspects) for example in mine.examples if example.sign == sign]


def _thumb(example: Example, is_suspect: bool) -> dict[str, object]:
    return {"number": example.number, "picture": picture_source(example.image), "isSuspect": is_suspect}


def _receive() -> None:
    add_drawings(lesson(), _sent("drawn").get("drawings"))


def _sent(name: str) -> Mapping[str, object]:
    """Returns what the browser has sent to this session last.

    The result is empty if the browser has sent nothing, or has sent it to the session before: in a new
    session, its numbers can stand for other signs and examples. When the browser knows of the new session, it
    sends the drawings again.
    """
    sent = message(_KEY, name)
    if not isinstance(sent, Mapping) or sent.get("session") != st.session_state.get(_SESSION):
        return {}
    return sent


def add_drawings(mine: Lesson, drawn: object) -> None:
    """Adds drawings from the browser to the lesson, each once.

    Args:
        mine: the lesson.
        drawn: a list of {"number", "sign", "strokes"}. It comes from a browser and may be anything. Items
            of another form are ignored.
    """
    for item in drawn if isinstance(drawn, list) else []:
        number, sign = (item.get("number"), item.get("sign")) if isinstance(item, dict) else (None, None)
        # In JavaScript, whole numbers are exact up to 2**53.
        if not isinstance(number, int) or not mine.last_received < number < 2**53:
            continue
        # A drawing of a sign of an earlier lesson does not count as received, so that the browser can send it
        # again if this lesson has a sign of the same name.
        if not isinstance(sign, int) or sign not in mine.signs:
            continue
        mine.last_received = number
        with suppress(ValueError):
            mine.add_example(sign, strokes_from_lists(item.get("strokes")))


def _remove() -> None:
    number = _sent("removed").get("number")
    if isinstance(number, int) and not is_second_click("remove-example"):
        lesson().remove_example(number)
