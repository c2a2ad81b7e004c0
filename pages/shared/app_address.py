"""The app's address, on this computer and in its network."""

import socket
from ipaddress import ip_address

import streamlit as st

_LOCAL_ADDRESSES = ("localhost", "127.0.0.1", "::1")


def is_local_only() -> bool:
    """Returns whether the app listens on this computer only."""
    return st.get_option("server.address") in _LOCAL_ADDRESSES


def local_address() -> str:
    """Returns the app's address as this computer sees it."""
    return _url(_specific_address() or "localhost")


def network_address() -> str:
    """Returns the app's address as other devices in the network see it."""
    return _url(_specific_address() or _address_in_network())


def greeting() -> str:
    """Returns what the server says when it starts: where the app is."""
    lines = ["", f"  One-Bit Lab: {local_address()}"]
    if network_address() != local_address():
        lines.append(f"  On other devices in this network: {network_address()}")
    return "\n".join([*lines, ""])


def _specific_address() -> str | None:
    """Returns the address the app listens on; None where it listens on all of this computer's."""
    address = st.get_option("server.address")
    try:
        return None if not address or ip_address(address).is_unspecified else address
    except ValueError:
        return address


def _url(host: str) -> str:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"{scheme}://{host}:{st.get_option('server.port')}/{base + '/' if base else ''}"


def _address_in_network() -> str:
    """Returns the address that this computer would use to reach others in its network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the system only looks up which of its addresses it would use.
            probe.connect(("10.255.255.255", 1))
            return probe.getsockname()[0]
        except OSError:
            return socket.gethostname()
