"""Shows a select box in which both the visitor and the page itself can choose."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import streamlit as st


@dataclass(frozen=True)
class _Box:
    """A box as it was last drawn.

    Args:
        choice: key of the choice in the session.
        page: name of the page.
        number: rises when the page itself chooses.
        version: rises when an option gets another label.
        labels: the options and their labels.
    """

    choice: str
    page: str
    number: int
    version: int
    labels: dict[str, str]

    @property
    def key(self) -> str:
        return f"{self.choice}-{self.page}-{self.number}-{self.version}"

    @property
    def shown(self) -> str:
        """The session key of the option that the box showed when it was last drawn."""
        return f"{self.key}-shown"


def choice_box(
    label: str,
    labels: Mapping[str, str],
    key: str,
    page: str,
    help: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> None:
    """Shows the box, with the option `st.session_state[key]` chosen.

    The page may change the choice in each rerun, until it calls this function. The choice stays the same when
    the visitor opens another page, and when options are added or get other labels.

    Args:
        label: text above the box.
        labels: the options and their labels. The choice must be one of them.
        key: key of the choice in the session.
        page: name of the page. It is part of the box's key, so that each page has a box of its own.
        help: text of the help icon.
        on_change: called when the visitor has chosen, before the page reruns.
    """
    state, options = st.session_state, list(labels)
    box = state[_newest(key)] = _next_box(key, page, dict(labels))
    # The choice is the default of the box. If it were set in the session, Streamlit 1.67 would send it only
    # once. If the next rerun then replaced this message, the browser would show and choose another option.
    st.selectbox(
        label,
        options,
        index=options.index(state[key]),
        format_func=labels.__getitem__,
        key=box.key,
        help=help,
        on_change=_take,
        args=(box, on_change),
        filter_mode=None,
    )
    state[box.shown] = state[key]


def last_labels(key: str) -> dict[str, str]:
    """Returns the options and labels of the box when it was last drawn; none if it has not been drawn yet."""
    box = st.session_state.get(_newest(key))
    return box.labels if box else {}


def _next_box(key: str, page: str, labels: dict[str, str]) -> _Box:
    """Returns the box to draw.

    It is a new one if an option has another label than before, or if the page itself has chosen. When options
    are added or removed, the box stays, so that an open list stays open.

    A browser sends the state of every widget with each message. When the page chooses, some messages may
    still name the old choice, because they were sent before the browser knew the new one. With a fixed key,
    they would choose the old option again. With a new key, they belong to the replaced box and are ignored.
    The first key is random, because a browser also sends the state of a box from an earlier session.
    """
    state = st.session_state
    box = state.get(_newest(key)) or _Box(key, page, secrets.randbelow(10**9), 0, {})
    box = replace(box, page=page)
    has_page_chosen = state.get(box.shown, state[key]) != state[key]
    is_relabelled = any(labels.get(option, label) != label for option, label in box.labels.items())
    return replace(
        box, number=box.number + has_page_chosen, version=box.version + is_relabelled, labels=labels
    )


def _take(box: _Box, on_change: Callable[[], None] | None) -> None:
    """Takes over what the visitor has chosen in this box."""
    state, newest = st.session_state, st.session_state[_newest(box.choice)]
    chosen = state.get(box.key)
    # A visitor may have chosen in a box that was replaced in the same moment, because a label changed. But
    # after the page itself has chosen, messages from older boxes are ignored. A value that is no option is
    # always ignored.
    is_valid = (box.page, box.number) == (newest.page, newest.number) and chosen in newest.labels
    if is_valid and chosen != state.get(box.shown):
        state[box.choice] = state[box.shown] = chosen
        if on_change:
            on_change()


def _newest(key: str) -> str:
    """Returns the session key of the box that was drawn last for a choice."""
    return f"{key}-box"
