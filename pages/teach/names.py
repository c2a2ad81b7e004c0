"""Shows a menu in which the visitor names the signs."""

import streamlit as st

from pages.shared.refusals import refusals, show_refusal
from pages.teach.lesson import MAX_SIGNS, MIN_SIGNS, lesson

_NEW = "new-sign"
# The name of this menu, for the errors in it.
_PLACE = "names"
_PLACEHOLDER = "such as leaf"


def names() -> None:
    """Shows the menu: a name for each sign, and a field to add one."""
    mine = lesson()
    with st.popover("Name the signs", icon=":material/edit:", key="names"):
        for number, name in mine.signs.items():
            _name_and_button(number, name)
        if len(mine.signs) < MAX_SIGNS:
            st.text_input("Add a sign", key=_NEW, placeholder=_PLACEHOLDER, on_change=_add)
        show_refusal(_PLACE)


def _name_and_button(number: int, name: str) -> None:
    """Shows a sign's name, which can be changed, and the button that removes the sign."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
        # The name is not given as the field's default, because `_rename` sets the field, too.
        st.session_state.setdefault(_key(number), name)
        st.text_input(
            f"Sign {number}",
            key=_key(number),
            on_change=_rename,
            args=(number,),
            label_visibility="collapsed",
        )
        st.button(
            "",
            key=f"remove-sign-{number}",
            icon=":material/delete:",
            help="Remove this sign and its examples",
            on_click=lesson().remove_sign,
            args=(number,),
            disabled=len(lesson().signs) <= MIN_SIGNS,
        )


def _key(number: int) -> str:
    return f"sign-{number}"


def _rename(number: int) -> None:
    with refusals(_PLACE):
        lesson().rename(number, st.session_state[_key(number)])
    # If the name was refused, the field shows the old one again.
    st.session_state[_key(number)] = lesson().signs[number]


def _add() -> None:
    with refusals(_PLACE):
        if st.session_state[_NEW].strip():
            lesson().add_sign(st.session_state[_NEW])
    st.session_state[_NEW] = ""
