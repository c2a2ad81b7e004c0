"""Shows the Inside page: the bits of the network that reads the visitor's digit, in several chapters."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from bnn.runs.run import Run
from pages.inside import address, digit_choice, keys, missing_digit
from pages.inside.chapter import Chapter
from pages.inside.chapters import CHAPTERS, flipped_weights
from pages.inside.field import field, field_place
from pages.shared import errors, head, run_picker, session, text
from pages.shared.choice_box import choice_box

_strip = component("one_bit_lab_strip", js=(Path(__file__).parent / "strip.js").read_text("utf-8"))


def page() -> None:
    """Shows the page with the chapter that the visitor has chosen."""
    head.head("Inside", "Every number and picture here comes from the network itself.")
    with errors.errors_in_words():
        choices = run_picker.runs_with_network()
        if not choices:
            st.info("There is no trained network yet. Train one on the Train page, then look inside it here.")
            return
        digit_choice.follow_drawing()
        address.read(_parameters(), CHAPTERS, [run.id for run in choices])
        address.follow_moves(_parameters(), CHAPTERS)
        run_picker.notice(choices, session.CHOSEN_RUN)
        notice_place = st.empty()
        st.session_state.setdefault(keys.CHAPTER, next(iter(CHAPTERS)))
        _name_of_chapter()
        # The head stays in sight. style/inside_head.css puts its parts beside or below each other.
        with st.container(key="inside-head", gap="small"):
            with st.container(key="inside-choices", horizontal=True, gap="small"):
                run = _choose(choices)
            _contents()
        missing_digit.show(notice_place)
        _show(run)


def _parameters() -> Mapping[str, address.Parameter]:
    return {
        name: parameter for chapter in CHAPTERS.values() for name, parameter in chapter.parameters.items()
    }


def _choose(choices: list[Run]) -> Run:
    place = field_place()
    # The Draw page uses the same choice of network, so this page starts with the one that read the drawing.
    with st.container(key="inside-network"):
        run = run_picker.run_picker(
            "Network",
            choices,
            session.CHOSEN_RUN,
            "inside",
            "The network that read your drawing, or another trained network.",
        )
    digit_choice.follow_run(address.is_in_link("digit"))
    field(place)
    with st.container(key="inside-digit"):
        what = digit_choice.noun_of_run()
        choice_box(
            what.capitalize(),
            digit_choice.choices(),
            keys.DIGIT,
            "inside",
            f"Your last drawing, or {text.with_article(what)} that no network was trained on.",
        )
    return run


def _name_of_chapter() -> None:
    """Adds the title of the chapter as a heading.

    It is visible only in a low window without a navigation, see style/inside_head.css. Otherwise, only screen
    readers get it.
    """
    is_alone = st.session_state.get(session.IS_NAVIGATION_OFF)
    css_class = "chapter-name alone" if is_alone else "chapter-name"
    st.html(f'<h2 class="{css_class}">{CHAPTERS[st.session_state[keys.CHAPTER]].title}</h2>')


def _contents() -> None:
    with st.container(key="inside-contents"):
        st.segmented_control(
            "Chapter",
            list(CHAPTERS),
            format_func=lambda name: CHAPTERS[name].title,
            key=keys.CHAPTER,
            required=True,
            wrap=True,
            persist_state="session",
        )
    _strip(key="inside-strip", data=st.session_state[keys.CHAPTER], height=1)
    with st.container(key="inside-legend"):
        st.html(_legend(CHAPTERS[st.session_state[keys.CHAPTER]]))


def _legend(chapter: Chapter) -> str:
    # Every picture of bits on this page uses these colours.
    meanings = {"white": "white is +1", "black": "black is −1"} if chapter.has_bits else {}
    if chapter.grey:
        meanings["neither"] = f"grey is {chapter.grey}"
    if chapter.purple:
        meanings["turned-black"] = f"purple {chapter.purple}"
    parts = [f'<span><i class="tile {tile}"></i> {words}</span>' for tile, words in meanings.items()]
    return f'<p class="colours">{" ".join(parts)}</p>'


def _show(run: Run) -> None:
    try:
        image = digit_choice.digit(st.session_state[keys.DIGIT])
    except (ValueError, OSError):
        address.write()
        raise
    chosen = st.session_state[keys.CHAPTER]
    if chosen != "neuron":
        flipped_weights.forget()
    # Each chapter has its own container. Those of the other chapters are hidden at once, because Streamlit
    # would remove the parts of the previous chapter one by one.
    st.html(f'<style>[class*="st-key-chapter-"]:not(.st-key-chapter-{chosen}) {{ display: none; }}</style>')
    for name, chapter in CHAPTERS.items():
        with st.container(key=f"chapter-{name}"):
            if name == chosen:
                chapter.show(run, image)


page()
