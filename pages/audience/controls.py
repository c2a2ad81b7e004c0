"""Shows the buttons above the wall."""

import streamlit as st

from bnn.system.commands import typed_command
from pages.audience import posts
from pages.audience.wall import MAX_TILES, wall
from pages.shared.confirmation import confirmation


def show_controls(num_tiles: int) -> None:
    """Shows how many drawings are on the wall, and the buttons "Pause", "Keep as data" and "Clear"."""
    with st.container(key="wall-controls", horizontal=True, vertical_alignment="center"):
        st.subheader("The wall", anchor=False, width="content")
        st.markdown(_count(num_tiles), width="stretch")
        pause_button()
        _keep()
        confirmation(
            "Clear",
            "Take all drawings off the wall, and set the score to zero?",
            "Yes, clear the wall",
            "clear",
            posts.clear,
        )


def _count(num_tiles: int) -> str:
    which = "the newest " if num_tiles == MAX_TILES and wall.has_dropped() else ""
    return f"{which}{num_tiles} drawing{'s' if num_tiles > 1 else ''}"


def pause_button() -> None:
    """Shows the button that pauses the wall, or lets it go on."""
    # This is a button and not a switch: a refresh that began before a click could set a switch back.
    is_paused = wall.is_paused
    st.button(
        "Resume" if is_paused else "Pause",
        key=f"pause-{is_paused}",
        type="primary" if is_paused else "secondary",
        icon=":material/play_arrow:" if is_paused else ":material/pause:",
        on_click=_set_paused,
        args=(not is_paused,),
        help="While the wall is paused, phones are told to try again later.",
    )


def _set_paused(is_paused: bool) -> None:
    wall.is_paused = is_paused


def _keep() -> None:
    st.download_button(
        "Keep as data",
        wall.strokes_file,
        file_name="drawings.jsonl",
        mime="application/jsonl",
        key="keep",
        on_click="ignore",
        icon=":material/download:",
        # The score cannot tell this, because it also counts drawings that are no longer on the wall.
        disabled=not any(tile.is_readable for tile in wall.tiles()),
        help="A file with the drawings on the wall that people could read: the pen strokes, and what people"
        f" read. The command `{typed_command()} strokes` reads it. Without this file, nothing is stored.",
    )
