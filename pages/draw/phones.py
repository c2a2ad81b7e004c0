"""Letting visitors' phones in: a switch for the presenter, and the code that phones scan."""

import ipaddress
import socket

import segno
import streamlit as st

from bnn.runs.run import Run
from pages.draw import pocket

LOCAL_ADDRESSES = ("localhost", "127.0.0.1", "::1")
_SWITCH = "phones"


def phones(run: Run) -> None:
    """Shows the switch and, while it is on, the address for phones; on the presenter's computer only."""
    # None: this browser runs on the server's computer.
    if st.context.ip_address is not None:
        return
    # The switch is the whole server's: it may have been pressed in another tab.
    st.session_state[_SWITCH] = pocket.is_open()
    is_on = st.toggle(
        "Let phones in",
        key=_SWITCH,
        on_change=_switch,
        args=(run,),
        help="Phones in the same Wi-Fi can load this network as a page of their own. After that, they do not"
        " need this computer.",
    )
    if not is_on:
        return
    address = pocket.let_in(run)
    if st.get_option("server.address") in LOCAL_ADDRESSES:
        st.info(
            "Phones cannot reach this app: it listens on this computer only. Start it with"
            " `python3 start.py --server.address 0.0.0.0` to let them in."
        )
    else:
        _show(f"{_app_address()}{address}")


def _switch(run: Run) -> None:
    if st.session_state[_SWITCH]:
        pocket.let_in(run)
    else:
        pocket.shut_out()


def _show(address: str) -> None:
    code = segno.make_qr(address, error="m")
    picture = code.svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True)
    st.html(f'<img class="qr" alt="QR code of the address below" src="{picture}">')
    st.caption(f"Scan the code, or open {address}", text_alignment="left")


def _app_address() -> str:
    """The app's address as phones see it."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"http://{_network_address()}:{st.get_option('server.port')}/{base + '/' if base else ''}"


def _network_address() -> str:
    """This computer's address in the local network: the one it would use to reach others."""
    address = st.get_option("server.address")
    if address and not _means_all(address):
        return address
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the system only looks up which of its addresses it would use.
            probe.connect(("10.255.255.255", 1))
            return probe.getsockname()[0]
        except OSError:
            return socket.gethostname()


def _means_all(address: str) -> bool:
    """Returns whether a server with this address listens on all addresses of its computer."""
    try:
        return ipaddress.ip_address(address).is_unspecified
    except ValueError:
        # A host name.
        return False
