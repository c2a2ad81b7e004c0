"""Shows the Audience page: the code for phones, and the wall with its game or the leaderboard."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnn.runs.run import Run
from pages.audience.controls import pause_button, show_controls
from pages.audience.example import show_example
from pages.audience.game import choose, put_back_button, show_game, shown_tile
from pages.audience.leaderboard import leaderboard
from pages.audience.tiles import show_tiles
from pages.audience.wall import wall
from pages.shared import address, app_address, errors, head, pocket, run_picker, session
from pages.shared.phones import phones

# A drawing should be visible within a second.
_REFRESH_SECONDS = 0.3
# After every change, all tiles shown are sent to the browser. A tile takes 2 kB.
_NUM_SHOWN = 60
_FOLLOW_SECONDS = 1.0
# The session keeps under these keys what the page last showed: the run in the box of networks, and what
# `_what_phones_get` returned.
_SHOWN_RUN, _SHOWN_OFFER = "audience-run", "audience-offer"
_QUESTION, _REQUEST = "Can you fool the network?", "Draw on a phone."
# Phones say what to draw: a digit or a sign.
_INVITATION = '<p class="sentence">Scan the code, draw, and press <b>Show mine</b>.</p>'
_WALL, _LEADERBOARD = "The wall", "Leaderboard"


def page() -> None:
    """Shows the page, and writes its address."""
    _content()
    # The address has no parameters. It is written so that the browser notices a new session, for example
    # after a restart of the server. Otherwise, the next page would replace the choice made here, see
    # pages/shared/address.js.
    address.write("audience", address.query_string({}))


def _content() -> None:
    left, right = st.columns([3, 2], vertical_alignment="bottom", gap="large")
    with left:
        place = st.container()
    if not app_address.is_on_this_computer():
        _head(place)
        st.info(
            "To show a drawing on the wall, scan the code on the presenter's screen with a phone. The"
            " presenter finds this code on the computer that runs the app, at"
            f" `{app_address.local_address()}audience`."
        )
        return
    with errors.errors_in_words():
        choices = run_picker.runs_with_network()
        if choices:
            _show(choices, place, right)
        else:
            _head(place)
            st.info("There is no trained network yet. Train one on the Train page, then let phones in.")


def _head(place: DeltaGenerator) -> None:
    with place:
        can_reach = app_address.can_phones_reach_it()
        head.head("Audience", f"{_QUESTION} {_REQUEST}" if can_reach else _QUESTION)


def _show(choices: list[Run], place: DeltaGenerator, beside: DeltaGenerator) -> None:
    """Shows the invitation, the wall or the leaderboard."""
    is_chosen_here = _follow_phones(choices)
    with beside:
        is_wall = _choose_view() == _WALL
    _head(place)
    run_picker.notice(choices, session.PHONES_RUN)
    if is_wall and not wall.tiles():
        with st.container(key="invitation"):
            _invitation(choices, is_chosen_here)
    else:
        _wall_or_leaderboard(choices, is_chosen_here, is_wall)


def _follow_phones(choices: list[Run]) -> bool:
    """Sets the box of networks to the network that phones get.

    While phones are shut out, or if the phones' network was deleted, sets it to the network that is chosen on
    the other pages, such as Draw. If the presenter has just chosen a network in the box, this choice stays.

    Returns:
        Whether the presenter has just chosen a network. If so, phones should get it.
    """
    state = st.session_state
    is_chosen_here = state.get(session.PHONES_RUN) != state.get(_SHOWN_RUN)
    if not is_chosen_here:
        state[_SHOWN_RUN] = state[session.PHONES_RUN] = _id_to_show({run.id for run in choices})
    return is_chosen_here


def _id_to_show(run_ids: set[str]) -> str | None:
    offered, chosen = _offered_id(), st.session_state.get(session.CHOSEN_RUN)
    if offered is None:
        return chosen
    # If the phones' network and the chosen one were deleted, the box keeps the run that it shows instead.
    candidates = offered, chosen, st.session_state.get(session.PHONES_RUN)
    return next((run_id for run_id in candidates if run_id in run_ids), offered)


def _choose_view() -> str | None:
    with st.container(horizontal=True, horizontal_alignment="right", key="audience-choice"):
        return st.segmented_control(
            "Show",
            (_WALL, _LEADERBOARD),
            default=_WALL,
            key="audience-view",
            required=True,
            label_visibility="collapsed",
        )


def _invitation(choices: list[Run], is_chosen_here: bool) -> None:
    """Shows the QR code for phones, large enough for the back of a room, until the first drawing comes.

    If phones cannot reach the app, this says how the presenter can change that.
    """
    can_reach = app_address.can_phones_reach_it()
    if can_reach:
        st.html(_INVITATION)
    # As soon as phones are let in, their QR code takes this place (style/audience.css).
    place = st.container(key="code-place")
    # If the network is damaged, `show_example` says so.
    run = _code(choices, is_chosen_here, is_damage_shown=True)
    put_back_button()
    if wall.is_paused:
        pause_button()
    _wait_for_drawings()
    with place:
        # The example comes last, because a new server takes some seconds for its first answer.
        if not can_reach:
            show_example(run)
        elif not pocket.is_open():
            st.html("<p><b>Let phones in, and their code appears here.</b></p>")
            show_example(run)


@st.fragment(run_every=_REFRESH_SECONDS)
def _wait_for_drawings() -> None:
    if wall.tiles():
        st.rerun()


def _wall_or_leaderboard(choices: list[Run], is_chosen_here: bool, is_wall: bool) -> None:
    left, right = st.columns([2, 7], gap="large")
    # The wall comes first in the script, so that it is shown even if the chosen network is damaged and
    # `_code` raises an error.
    with right:
        if is_wall:
            _live()
        else:
            leaderboard()
    with left:
        _code(choices, is_chosen_here)


def _code(choices: list[Run], is_chosen_here: bool, is_damage_shown: bool = False) -> Run:
    """Shows the switch that lets phones in, their QR code and, below both, the box of networks.

    If phones cannot reach the app, `phones` says how to change that, in place of the switch and the code.

    Returns:
        The run that is chosen in the box.
    """
    place, offered = st.container(key="code"), _offered_id()
    run = run_picker.run_picker(
        "Which network answers",
        choices,
        session.PHONES_RUN,
        "audience",
        "All runs that have a trained network. Phones get the network that you choose.",
    )
    st.session_state[_SHOWN_RUN] = run.id
    # If the phones' network was deleted, `run` is another run. Nobody has chosen it for phones, so neither
    # phones nor the other pages get it.
    is_for_phones = is_chosen_here or offered in {choice.id for choice in choices}
    if is_for_phones or offered is None:
        st.session_state[session.CHOSEN_RUN] = run.id
    with place:
        phones(run, is_for_phones=is_for_phones, is_damage_shown=is_damage_shown, is_for_audience=True)
    st.session_state[_SHOWN_OFFER] = _what_phones_get()
    _follow_changes()
    return run


def _offered_id() -> str | None:
    offer = pocket.offer()
    return offer[0].id if offer else None


def _what_phones_get() -> tuple[str | None, str]:
    """Returns the id of the run that phones get (None if they are shut out), and the address for phones."""
    return _offered_id(), app_address.address_for_phones()


@st.fragment(run_every=_FOLLOW_SECONDS)
def _follow_changes() -> None:
    """Reruns the page if phones were let in, shut out or given another network in another tab.

    Also reruns it if the address for phones has changed, for example because of another Wi-Fi.
    """
    if _what_phones_get() != st.session_state.get(_SHOWN_OFFER):
        st.rerun()


@st.fragment(run_every=_REFRESH_SECONDS)
def _live() -> None:
    tiles = wall.tiles()
    if not tiles:
        # The wall is empty, so the invitation must take its place. This needs a rerun of the whole page.
        st.rerun()
    tile = shown_tile()
    show_game(tile)
    show_controls(len(tiles))
    are_all_shown = st.session_state.get("show-all", False)
    show_tiles(tiles if are_all_shown else tiles[:_NUM_SHOWN], tile.number if tile else None, choose)
    if len(tiles) > _NUM_SHOWN:
        st.toggle("Show the older ones, too", key="show-all")


page()
