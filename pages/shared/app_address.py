"""Gives the app's address for this computer and for other devices on the network."""

import socket
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

import psutil
import streamlit as st

# The addresses of this computer that the presenter has passed over, each as often as it was passed over.
_passed_over: list[str] = []


def is_on_this_computer() -> bool:
    """Returns whether the browser runs on the server's computer, so that its user counts as the presenter.

    If the app listens on one of this computer's addresses on the network, a browser on this computer also
    connects from one of its addresses. No other device can have such an address.
    """
    visitor, forwarded = st.context.ip_address, st.context.headers.get("X-Forwarded-For")
    # A proxy on this computer also connects from here, but its visitors may be anywhere. Their addresses are
    # in this header, which Streamlit's server believes only if the proxy connects to 127.0.0.1, not to ::1.
    if forwarded and not all(_is_local(address.strip()) for address in forwarded.split(",")):
        return False
    # Streamlit returns None instead of 127.0.0.1 and ::1.
    if visitor is None:
        return True
    if forwarded is not None:
        return False
    # If the app listens on ::, IPv4 addresses have this prefix.
    visitor = visitor.removeprefix("::ffff:")
    return _is_local(visitor) or (_specific_address() is not None and _is_own(visitor))


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
    """Returns the app's address for other devices on the network."""
    return _url(_specific_address() or _addresses_in_network()[0])


def address_for_phones() -> str:
    """Returns the app's address for phones.

    This is the address that the presenter's browser uses, because the app may run behind a forwarded port or
    a reverse proxy. If that address works only on this computer, the address on the network replaces it.
    """
    shown = urlsplit(st.context.url or "")
    if _is_local(_shown_host()):
        return network_address()
    return f"{shown.scheme}://{shown.netloc}{_path()}"


def has_another_address() -> bool:
    """Returns whether phones may reach the app at another address than `address_for_phones` returns now.

    This computer can have several addresses, such as one in a VPN and one in the Wi-Fi that it offers as a
    hotspot. Only the presenter knows in which network the phones are.
    """
    return _is_local(_shown_host()) and _specific_address() is None and len(_addresses_in_network()) > 1


def pass_over() -> None:
    """Replaces the address for phones with this computer's next one. After the last one comes the first."""
    _passed_over.append(_addresses_in_network()[0])


def greeting() -> str:
    """Returns the text that the server prints when it starts, with the addresses of the app."""
    lines = ["", f"  One-Bit Lab: {local_address()}"]
    if network_address() != local_address():
        lines.append(f"  On other devices on this network: {network_address()}")
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
    host = f"[{host}]" if ":" in host else host
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
    # Browsers treat 0.0.0.0 like localhost: as the computer on which they run.
    return address.is_loopback or address.is_unspecified


def _is_own(address: str) -> bool:
    """Returns whether this is one of this computer's addresses."""
    return any(address == own.address for owns in psutil.net_if_addrs().values() for own in owns)


def _addresses_in_network() -> list[str]:
    """Returns this computer's own addresses in its networks, or its host name if it has none.

    The address on the default route comes first, unless the presenter has passed over it.
    """
    addresses = _addresses_in_use()
    # `connect` fails without a default route, for example on a laptop that offers the hotspot.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        # This sends nothing. The system only chooses the address that it would use. It chooses that of the
        # default route, because 192.0.2.1 (an address for documentation, RFC 5737) has no route of its own.
        probe.connect(("192.0.2.1", 1))
        addresses.insert(0, probe.getsockname()[0])
    addresses = list(dict.fromkeys(addresses)) or [socket.gethostname()]
    return sorted(addresses, key=_passed_over.count)


def _addresses_in_use() -> list[str]:
    """Returns this computer's IPv4 addresses in networks to which it is connected.

    Addresses that it has given itself, because no device on the network gave it one, come last.
    """
    connected = {name for name, state in psutil.net_if_stats().items() if state.isup}
    addresses = [
        ip_address(own.address)
        for name, owns in psutil.net_if_addrs().items()
        for own in owns
        if name in connected and own.family == socket.AF_INET
    ]
    usable = [address for address in addresses if not address.is_loopback]
    return [str(address) for address in sorted(usable, key=lambda address: address.is_link_local)]
