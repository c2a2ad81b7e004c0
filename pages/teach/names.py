"""Shows a menu in which the visitor names the signs."""

import secrets
from collections import defaultdict

import streamlit as st

from pages.shared.clicks import is_second_click
from pages.shared.refusals import refusals, show_refusal
from pages.teach.lesson import MAX_SIGNS, MIN_SIGNS, lesson

_NEW = "new-sign"
# Under this name, `refusals` keeps an error until this menu shows it.
_PLACE = "names"
_PLACEHOLDER = "such as leaf"
# A number for the field of each sign. It is a part of the field's key, so another number gives a new field.
# The first one is random, because in a new session a browser still sends what was in the fields before.
_FIELDS = "names-fields"


def names() -> None:
    """Shows the menu: the name of each sign, and a field to add a sign."""
    mine = lesson()
    with st.popover("Name the signs", icon=":material/edit:", key="names"):
        for place, (number, name) in enumerate(mine.signs.items(), 1):
            _name_and_button(place, number, name)
        if len(mine.signs) < MAX_SIGNS:
            st.text_input("Add a sign", key=_NEW, placeholder=_PLACEHOLDER, on_change=_add)
        show_refusal(_PLACE)


def _name_and_button(place: int, number: int, name: str) -> None:
    """Shows a sign's name, which can be changed, and the button that removes the sign.

    Args:
        place: the sign's place among the signs, from 1.
        number: the sign's number.
        name: its name.
    """
    key = f"sign-{number}-{_fields()[number]}"
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
        st.text_input(
            f"Sign {place}",
            name,
            key=key,
            on_change=_rename,
            args=(number, key),
            label_visibility="collapsed",
        )
        st.button(
            "",
            key=f"remove-sign-{number}",
            icon=":material/delete:",
            help="Remove this sign and its examples",
            on_click=_remove,
            args=(number,),
            disabled=len(lesson().signs) <= MIN_SIGNS,
        )


def _fields() -> dict[int, int]:
    return st.session_state.setdefault(_FIELDS, defaultdict(lambda: secrets.randbelow(10**9)))


def _rename(number: int, key: str) -> None:
    typed = st.session_state[key]
    with refusals(_PLACE):
        lesson().rename(number, typed)
    if lesson().signs[number] != typed:
        # The name was refused or stripped. A new field shows the sign's name instead of what was typed. The
        # other fields stay: the visitor may be typing into one of them.
        _fields()[number] += 1


def _remove(number: int) -> None:
    if not is_second_click("remove-sign"):
        lesson().remove_sign(number)


def _add() -> None:
    # A name that is refused stays in the field, so that it can be changed.
    with refusals(_PLACE):
        if st.session_state[_NEW].strip():
            lesson().add_sign(st.session_state[_NEW])
        st.session_state[_NEW] = ""
