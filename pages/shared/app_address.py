"""Gives the app's address for this computer and for other devices in the network."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st


def is_on_this_computer() -> bool:
    """Returns whether the browser runs on the server's computer, so that its user counts as the presenter."""
    return st.context.ip_address is None


def can_phones_reach_it() -> bool:
    """Returns whether phones can reach the app.

    Phones cannot if the app listens only on a local address, such as localhost, and the presenter's browser
    uses a local address, too. With any other address in the browser, such as that of a forwarded port, they
    can.
    """
    address = _specific_address()
    return address is None or not (_is_local(address) and _is_local(_shown_host()))


def local_address() -> str:
    """Returns the app's address for a browser on this computer."""
    return _url(_specific_address() or "localhost")


def network_address() -> str:
    """Returns the app's address for other devices in the network."""
    return _url(_specific_address() or _address_in_network())


def address_for_phones() -> str:
    """Returns the app's address for phones.

    This is the address that the presenter's browser uses, because the app may run behind a forwarded port or
    a reverse proxy. If that address works only on this computer, the address in the network replaces it.
    """
    shown = urlsplit(st.context.url or "")
    if _is_local(_shown_host()):
        return network_address()
    return f"{shown.scheme}://{shown.netloc}{_path()}"


def greeting() -> str:
    """Returns the text that the server prints when it starts, with the addresses of the app."""
    lines = ["", f"  One-Bit Lab: {local_address()}"]
    if network_address() != local_address():
        lines.append(f"  On other devices in this network: {network_address()}")
    return "\n".join([*lines, ""])


def _specific_address() -> str | None:
    """Returns the address on which the app listens, or None if it listens on all addresses."""
    address = st.get_option("server.address")
    try:
        return None if not address or ip_address(address).is_unspecified else address
    except ValueError:
        return address


def _url(host: str) -> str:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    return f"{scheme}://{host}:{st.get_option('server.port')}{_path()}"


def _path() -> str:
    """Returns the path of the app's first page."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}/" if base else "/"


def _shown_host() -> str:
    """Returns the host in the address that the browser uses."""
    return urlsplit(st.context.url or "").hostname or "localhost"


def _is_local(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    # For a browser, 0.0.0.0 is the computer on which it runs, as localhost is.
    return address.is_loopback or address.is_unspecified


def _address_in_network() -> str:
    """Returns this computer's own address in its network, or its host name if it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # This sends nothing. The system only chooses the address that it would use.
            probe.connect(("10.255.255.255", 1))
            return probe.getsockname()[0]
        except OSError:
            return socket.gethostname()
