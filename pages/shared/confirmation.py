"""Shows a button that asks before it does what cannot be undone."""

from collections.abc import Callable

import streamlit as st


def confirmation(
    label: str, question: str, yes: str, key: str, on_yes: Callable[[], None], *, disabled: bool = False
) -> None:
    """Shows a button that opens a menu with a question, the button Cancel, and a button that confirms.

    Args:
        label: label of the button.
        question: what is asked, in Markdown.
        yes: label of the button that confirms.
        key: prefix of the keys of all elements.
        on_yes: called when the visitor has confirmed.
        disabled: whether the button cannot be pressed now.
    """
    state = f"{key}-answered"
    number = st.session_state.setdefault(state, 0)

    def answer(is_yes: bool) -> None:
        if is_yes:
            on_yes()
        # The number is part of the keys. A new number closes the menu, so a second click finds no button. It
        # is set only after `on_yes`: if that fails, the menu stays open, and the visitor can confirm again.
        st.session_state[state] = number + 1

    with st.popover(label, key=f"{key}-{number}", icon=":material/delete:", disabled=disabled):
        st.markdown(question)
        with st.container(horizontal=True):
            st.button("Cancel", key=f"{key}-no-{number}", on_click=answer, args=(False,))
            st.button(yes, key=f"{key}-yes-{number}", on_click=answer, args=(True,), disabled=disabled)
