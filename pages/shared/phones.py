"""Shows the presenter a switch that lets phones load the network, and the QR code that phones scan."""

import os
import re
from contextlib import suppress

import segno
import streamlit as st

from bnn.runs.labels import run_label
from bnn.runs.run import Run
from pages.shared import app_address, errors, pocket
from pages.shared.refusals import refusals, show_refusal
from pages.shared.text import escaped

_NO_CODE = (
    "Phones cannot open the address of this tab. To see their code, open the app at an address that they can"
    " open."
)
_UNREACHABLE = "Phones cannot reach this app yet"
_HOW_TO_LET_PHONES_IN = """
To let phones on the same Wi-Fi reach it, close the app: press Ctrl and C in the window where it was started.
Then start it again with this command:

{command}

{who}
"""
_WHO_CAN_DRAW = "Everybody on that network can then draw, and can start and delete trainings."
_IS_WINDOWS = os.name == "nt"
_STREAMLITS_PORT = 8501
_SWITCH = "phones"
# What the switch showed in the last rerun.
_SHOWN = "phones-shown"


def phones(
    run: Run, *, is_for_phones: bool = False, is_damage_shown: bool = False, is_for_audience: bool = False
) -> None:
    """Shows the switch and, while it is on, the address for phones. Only the presenter can see them.

    If phones cannot reach the app at the address of this tab, the function says what to do instead. But if
    phones were let in from a tab with another address, it shows the switch without an address.

    Args:
        run: the run that the page shows. Phones get its network when the switch is turned on.
        is_for_phones: whether the run was chosen for phones. Otherwise, phones that have another network keep
            it until the presenter presses a button.
        is_damage_shown: whether the page itself reports a damaged network. If so, this function does not.
        is_for_audience: whether this is the Audience page, which says in full how phones can reach the app.
    """
    if not app_address.is_on_this_computer():
        return
    _follow_switch(run, is_damage_shown)
    if not app_address.can_phones_reach_it() and not pocket.is_open():
        say_how = _how_in_full if is_for_audience else _how
        say_how()
        return
    # There is one switch for the whole server. It may have been changed in another tab. The switch is set
    # only if it differs, because setting it in a rerun would undo a click that is made during the rerun. In
    # the first rerun of a session, it is always set: after a restart of the server, the tab shows the old
    # state of the switch, and the new session does not know this state. With `persist_state`, Streamlit sends
    # the state again in each rerun until the browser has reported one. Otherwise, a browser that misses the
    # first of two reruns would show and report the switch as off.
    is_first = _SHOWN not in st.session_state
    if is_first or st.session_state.get(_SWITCH, False) != pocket.is_open():
        st.session_state[_SWITCH] = pocket.is_open()
    is_on = st.toggle(
        "Let phones in",
        key=_SWITCH,
        help="Phones on the same Wi-Fi can load this network as a page of their own. After that, they do not"
        " need this computer. What they choose to show appears on the Audience page.",
        persist_state="session",
    )
    st.session_state[_SHOWN] = is_on
    offer = pocket.offer()
    if not is_on or offer is None:
        return
    offered, address = offer
    if is_for_phones or offered.id == run.id:
        # The network is offered again, because the run may have a better one now.
        address = pocket.let_in(run)
    else:
        _offer_this(run, offered)
    if app_address.can_phones_reach_it():
        _show(f"{app_address.address_for_phones()}{address}")
    else:
        st.caption(_NO_CODE)


def _how() -> None:
    """Says in few words that phones cannot reach the app, and how to start it so that they can."""
    with st.container(key="no-phones-here"):
        words = f"{_UNREACHABLE}. To let them in, start the app with this command:\n\n{_command()}"
        st.caption(words, help=_WHO_CAN_DRAW)


def _how_in_full() -> None:
    with st.container(key="no-phones", gap="xsmall"):
        st.subheader(_UNREACHABLE, anchor=False)
        st.markdown(_HOW_TO_LET_PHONES_IN.format(command=_command(), who=_WHO_CAN_DRAW))


def _command() -> str:
    """Returns the command that lets phones reach the app, as Markdown."""
    port = st.get_option("server.port")
    options = [f"--server.port {port}"] if port != _STREAMLITS_PORT else []
    # On Windows, Python's installer makes no program `python3`.
    start = f"{'py' if _IS_WINDOWS else 'python3'} start.py"
    # Each part is a code element of its own, so that lines break only between two parts.
    return " ".join(f"`{part}`" for part in (start, *options, "--server.address 0.0.0.0"))


def _offer_this(run: Run, offered: Run) -> None:
    """Says that phones have another network than this page, and shows a button that gives them this one."""
    st.markdown(f"Phones have another network: {escaped(run_label(offered))}.")
    st.button("Give phones this network", key=f"offer-{run.id}", on_click=_let_in, args=(run,))
    show_refusal("phones")


def _let_in(run: Run) -> None:
    with refusals("phones"):
        pocket.let_in(run)


def _follow_switch(run: Run, is_damage_shown: bool) -> None:
    """Lets phones in or shuts them out, if the presenter has moved the switch since it was last drawn.

    This is not a callback of the switch, because a callback could not show an error here.
    """
    is_on = st.session_state.get(_SWITCH)
    if is_on is None or is_on == st.session_state.get(_SHOWN):
        return
    if not is_on:
        pocket.shut_out()
        # If the page now shows no switch, phones that another tab lets in later must not be shut out again.
        st.session_state[_SHOWN] = False
        return
    # If phones were let in from another tab, they keep the network that was chosen there.
    if not pocket.is_open():
        with suppress(ValueError, OSError) if is_damage_shown else errors.errors_in_words():
            pocket.let_in(run)


def _show(address: str) -> None:
    """Shows the QR code of an address, and the address."""
    code = segno.make_qr(address, error="m")
    picture = code.svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True)
    st.html(f'<img class="qr" alt="QR code of the address below" src="{picture}">')
    # The address breaks only after the slashes of its path.
    parts = "<wbr>".join(f"<span>{escaped(part)}</span>" for part in re.split(r"(?<=[^:/]/)", address))
    with st.container(key="phones-address"):
        st.caption(f"Scan the code, or open [{parts}]({address})", unsafe_allow_html=True)
        _another_address()


def _another_address() -> None:
    """Shows a button that replaces the address, if this computer has several."""
    if app_address.has_another_address():
        st.button(
            "Try another address",
            # With a key for each address, a double click does not also replace the next address.
            key=f"pass-over-{app_address.address_for_phones()}",
            on_click=app_address.pass_over,
            help="This computer has several addresses, such as one in a VPN. Press this if phones cannot open"
            " the address above.",
        )
