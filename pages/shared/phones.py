"""Shows the presenter a switch that lets phones load the network, and the QR code that phones scan."""

import segno
import streamlit as st

from bnn.runs.run import Run
from pages.shared import app_address, errors, pocket

_SWITCH = "phones"


def phones(run: Run) -> None:
    """Shows the switch and, while it is on, the address for phones. Only the presenter can see them."""
    if not app_address.is_on_this_computer():
        return
    # There is one switch for the whole server. It may have been changed in another tab.
    st.session_state[_SWITCH] = pocket.is_open()
    is_on = st.toggle(
        "Let phones in",
        key=_SWITCH,
        on_change=_switch,
        args=(run,),
        help="Phones in the same Wi-Fi can load this network as a page of their own. After that, they do not"
        " need this computer. What they choose to show appears on the Audience page.",
    )
    if not is_on:
        return
    address = pocket.let_in(run)
    if app_address.is_local_only():
        st.info(
            "Phones cannot reach this app: it listens on this computer only. Start it with"
            " `python3 start.py --server.address 0.0.0.0` to let them in."
        )
    else:
        _show(f"{app_address.network_address()}{address}")


def _switch(run: Run) -> None:
    if not st.session_state[_SWITCH]:
        pocket.shut_out()
        return
    # A damaged network is an error here, before the page runs.
    with errors.errors_in_words():
        pocket.let_in(run)


def _show(address: str) -> None:
    code = segno.make_qr(address, error="m")
    picture = code.svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True)
    st.html(f'<img class="qr" alt="QR code of the address below" src="{picture}">')
    st.caption(f"Scan the code, or open {address}", text_alignment="left")
