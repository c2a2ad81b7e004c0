"""Gives the app's address for this computer and for other devices in the network."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st


def is_on_this_computer() -> bool:
    """Returns whether the browser that asks runs on the server's computer, as the presenter's does."""
    return st.context.ip_address is None


def is_local_only() -> bool:
    """Returns whether the app listens on this computer only."""
    return _is_local(st.get_option("server.address") or "")


def local_address() -> str:
    """Returns the app's address for a browser on this computer."""
    return _url(_specific_address() or "localhost")


def network_address() -> str:
    """Returns the app's address for other devices in the network."""
    return _url(_specific_address() or _address_in_network())


def address_for_phones() -> str:
    """Returns the app's address for phones.

    It is the one that the presenter's browser uses, because the app's own may lie behind a forwarded port or
    another server. An address that holds only on this computer is replaced by that in the network.
    """
    shown = urlsplit(st.context.url or "")
    if not shown.hostname or _is_local(shown.hostname):
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


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _address_in_network() -> str:
    """Returns the address that this computer would use to reach others in its network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # This sends nothing. The system only chooses the address that it would use.
            probe.connect(("10.255.255.255", 1))
            return probe.getsockname()[0]
        except OSError:
            return socket.gethostname()
