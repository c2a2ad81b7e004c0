"""Shows the game "Fool the network": with one click, the presenter says what people read in a drawing."""

import html
import time

import streamlit as st

from bnn.data.dataset import are_digits
from bnn.engine.verdict import verdict
from pages.audience.tiles import verdict_text
from pages.audience.wall import UNREADABLE, Score, Tile, wall
from pages.shared import figures, session, text
from pages.shared.clicks import is_second_click

# A judged drawing is shown for this long, so that everybody can see the result, and so that the second click
# of a double click does not judge the next drawing.
RESULT_SECONDS = 1.5


def shown_tile() -> Tile | None:
    """Returns the drawing to show, or None if there is none.

    These are tried in turn: a drawing judged just now, the chosen one, the oldest undecided one, and the one
    judged last.
    """
    number, judged_at = st.session_state.get(session.JUDGED, (None, 0.0))
    if time.monotonic() - judged_at < RESULT_SECONDS and (tile := wall.tile(number)):
        return tile
    if tile := wall.tile(st.session_state.get(session.CHOSEN_TILE)):
        return tile
    undecided = [tile for tile in wall.tiles() if tile.verdict is None]
    # The drawing judged last stays until the next one arrives, so that the game keeps its height.
    return undecided[-1] if undecided else wall.tile(number)


def choose(number: object) -> None:
    """Chooses the drawing that the game shows. Choosing the same drawing again undoes the choice."""
    is_chosen = number == st.session_state.get(session.CHOSEN_TILE)
    st.session_state[session.CHOSEN_TILE] = None if is_chosen else number


def show_game(tile: Tile | None) -> None:
    """Shows the drawing to judge, the buttons to judge it, and the score."""
    with st.container(key="game-head"):
        st.subheader("Fool the network", anchor=False)
    with st.container(key="game", horizontal=True):
        st.html(_picture(tile))
        with st.container(key="judge", gap="xsmall"):
            if tile:
                _buttons(tile)
            with st.container(horizontal=True, key="hide"):
                if tile:
                    number = tile.number
                    st.button("Hide it", key=f"hide-{number}", on_click=_hide, args=(number,))
                put_back_button()
        with st.container(key="score", gap="xsmall"):
            _score(wall.score())


def _picture(tile: Tile | None) -> str:
    if tile is None:
        return '<div class="judged"><div class="frame"></div><p>Nothing more to judge.</p></div>'
    words = verdict(tile.answer)
    return (
        f'<div class="judged"><div class="frame"><img alt="drawing {tile.number}" src="{tile.picture}"></div>'
        f"<p>The network {words.verb} <b>{html.escape(words.short)}</b><br>"
        f"{html.escape(words.after)}</p></div>"
    )


def _buttons(tile: Tile) -> None:
    number, judged_at = st.session_state.get(session.JUDGED, (None, 0.0))
    was_just_judged = number == tile.number and time.monotonic() - judged_at < RESULT_SECONDS
    st.markdown(_result(tile) if tile.verdict is not None else "**People read it as**")
    names = [text.escaped(name) for name in tile.answer.class_names]
    choices = [*enumerate(names), (UNREADABLE, "nobody can read it")]
    of_what = "digits" if are_digits(tile.answer.class_names) else "names"
    with (
        st.container(key=f"verdicts-of-{of_what}"),
        st.container(key="verdicts", horizontal=True, gap="xsmall"),
    ):
        for choice, name in choices:
            st.button(
                name,
                # The key has the drawing's number, so a late click cannot judge the next drawing.
                key=f"judge-{tile.number}-{choice}",
                type="primary" if choice == tile.verdict else "secondary",
                disabled=was_just_judged,
                on_click=_judge,
                args=(tile.number, choice),
            )


def _result(tile: Tile) -> str:
    words = verdict_text(tile)
    return f"**{text.escaped(words[0].upper() + words[1:])}.**"


def _judge(number: int, choice: int) -> None:
    wall.judge(number, choice)
    st.session_state[session.JUDGED] = number, time.monotonic()
    st.session_state[session.CHOSEN_TILE] = None


def put_back_button() -> None:
    """Shows a button that puts back the drawing that was hidden last, if there is one."""
    if hidden := wall.hidden():
        st.button("Put it back", key=f"put-back-{hidden.number}", on_click=wall.put_back)


def _hide(number: int) -> None:
    if is_second_click("hide"):
        return
    wall.hide(number)
    st.session_state[session.CHOSEN_TILE] = None


def _score(score: Score) -> None:
    figures.figures(
        [
            (f"{score.num_tried}", "tried", "Drawings that people could read."),
            (
                f"{score.num_fooled}",
                "fooled it",
                "Drawings that the network read differently from people, or not at all.",
            ),
        ]
    )
    blind = (
        f", {score.num_blind}\u00a0shown to a blind network, which always gives the same answer"
        if score.num_blind
        else ""
    )
    st.caption(
        "Tried: drawings that people could read. Fooled it: those that the network read differently, or not"
        f" at all. Not counted: {score.num_undecided}\u00a0undecided, {score.num_unreadable}\u00a0that nobody"
        f" could read{blind}."
    )
