"""The game "Fool the network": people say what they read, one click a drawing."""

import html
import time

import streamlit as st

from pages.audience.tiles import answer_text, verdict_text
from pages.audience.wall import UNREADABLE, Score, Tile, wall
from pages.shared import figures, session, text

# How long a drawing stays after it was judged, so that all can see the result, and a double click judges no
# second one.
RESULT_SECONDS = 1.5


def shown_tile() -> Tile | None:
    """Returns the drawing to show: just judged, else chosen, else the oldest undecided, else judged last."""
    number, judged_at = st.session_state.get(session.JUDGED, (None, 0.0))
    if time.monotonic() - judged_at < RESULT_SECONDS and (tile := wall.tile(number)):
        return tile
    if tile := wall.tile(st.session_state.get(session.CHOSEN_TILE)):
        return tile
    undecided = [tile for tile in wall.tiles() if tile.verdict is None]
    # The last one stays until the next comes, so that the game keeps its height.
    return undecided[-1] if undecided else wall.tile(number)


def choose(number: object) -> None:
    """Shows a drawing in the game; the one that is chosen already, no longer."""
    is_chosen = number == st.session_state.get(session.CHOSEN_TILE)
    st.session_state[session.CHOSEN_TILE] = None if is_chosen else number


def show_game(tile: Tile | None) -> None:
    """Shows the drawing to judge with its buttons, and the count."""
    st.subheader("Fool the network", anchor=False)
    with st.container(key="game", horizontal=True):
        st.html(_picture(tile))
        with st.container(key="judge", gap="xsmall"):
            if tile is not None:
                _buttons(tile)
        with st.container(key="score", gap="xsmall"):
            _score(wall.score())


def _picture(tile: Tile | None) -> str:
    if tile is None:
        return '<div class="judged"><div class="frame"></div><p>Nothing to judge yet.</p></div>'
    certainty = html.escape(text.confidence_text(tile.answer.confidence))
    return (
        f'<div class="judged"><div class="frame"><img alt="drawing {tile.number}" src="{tile.picture}"></div>'
        f"<p>The network reads <b>{html.escape(answer_text(tile))}</b><br>{certainty} sure</p></div>"
    )


def _buttons(tile: Tile) -> None:
    number, judged_at = st.session_state.get(session.JUDGED, (None, 0.0))
    is_shown = number == tile.number and time.monotonic() - judged_at < RESULT_SECONDS
    st.markdown(_result(tile) if tile.verdict is not None else "**People read it as**")
    names = [text.plain(name) for name in tile.answer.class_names]
    choices = [*enumerate(names), (UNREADABLE, "nobody can read it")]
    with st.container(key="verdicts", horizontal=True, gap="xsmall"):
        for verdict, name in choices:
            st.button(
                name,
                # The number in it: a click that comes when another drawing is shown judges neither.
                key=f"judge-{tile.number}-{verdict}",
                type="primary" if verdict == tile.verdict else "secondary",
                disabled=is_shown,
                on_click=_judge,
                args=(tile.number, verdict),
            )
    st.button("Hide it", key=f"hide-{tile.number}", type="tertiary", on_click=_hide, args=(tile.number,))


def _result(tile: Tile) -> str:
    words = verdict_text(tile)
    return f"**{text.plain(words[0].upper() + words[1:])}.**"


def _judge(number: int, verdict: int) -> None:
    wall.judge(number, verdict)
    st.session_state[session.JUDGED] = number, time.monotonic()
    st.session_state[session.CHOSEN_TILE] = None


def _hide(number: int) -> None:
    wall.hide(number)
    st.session_state[session.CHOSEN_TILE] = None


def _score(score: Score) -> None:
    figures.figures(
        [
            (f"{score.num_tried}", "tried", "Drawings that people could read."),
            (f"{score.num_fooled}", "fooled it", "The network’s first answer is another than people’s."),
        ]
    )
    st.caption(
        "Tried: people could read it. Fooled it: the network’s first answer is another."
        f" Not counted: {score.num_undecided} undecided, {score.num_unreadable} that nobody could read."
    )
