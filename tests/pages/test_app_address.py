"""The app's addresses, and whether a browser is the presenter's."""

import errno
import socket
from types import SimpleNamespace

import pytest

from pages.shared import app_address


@pytest.mark.parametrize(
    "shown, wanted",
    [
        ("http://192.0.2.7:9123/audience?run=quick", "http://192.0.2.7:9123/"),
        ("https://lab.example/inside", "https://lab.example/"),
        ("http://[2001:db8::1]:8501/", "http://[2001:db8::1]:8501/"),
        ("http://localhost:8501/audience", "http://192.0.2.2:8501/"),
        ("http://127.0.0.3:8501/", "http://192.0.2.2:8501/"),
        ("http://[::1]:8501/", "http://192.0.2.2:8501/"),
        ("http://0.0.0.0:8501/", "http://192.0.2.2:8501/"),
        (None, "http://192.0.2.2:8501/"),
    ],
)
def test_address_for_phones_is_that_of_the_browser_unless_it_is_local(monkeypatch, shown, wanted):
    monkeypatch.setattr(app_address.st, "context", SimpleNamespace(url=shown))
    options = {"server.port": 8501, "server.baseUrlPath": ""}
    monkeypatch.setattr(app_address.st, "get_option", options.get)
    monkeypatch.setattr(app_address, "_addresses_in_network", lambda: ["192.0.2.2", "192.0.2.3"])
    assert app_address.address_for_phones() == wanted


@pytest.mark.parametrize(
    "listens, shown, can_reach",
    [
        ("localhost", "http://localhost:8501/", False),
        ("127.0.0.1", None, False),
        ("localhost", "http://192.0.2.7:9123/audience", True),
        ("0.0.0.0", "http://localhost:8501/", True),
        ("::", "http://localhost:8501/", True),
        ("", "http://localhost:8501/", True),
        ("192.0.2.2", "http://192.0.2.2:8501/", True),
    ],
)
def test_phones_can_reach_the_app_unless_it_is_on_this_computer_only(monkeypatch, listens, shown, can_reach):
    monkeypatch.setattr(app_address.st, "context", SimpleNamespace(url=shown))
    monkeypatch.setattr(app_address.st, "get_option", {"server.address": listens}.get)
    assert app_address.can_phones_reach_it() == can_reach


@pytest.mark.parametrize(
    "listens, address",
    [("::1", "http://[::1]:8501/"), ("192.0.2.2", "http://192.0.2.2:8501/"), ("lab", "http://lab:8501/")],
)
def test_ipv6_address_has_brackets(monkeypatch, listens, address):
    options = {"server.address": listens, "server.port": 8501, "server.baseUrlPath": ""}
    monkeypatch.setattr(app_address.st, "get_option", options.get)
    assert app_address.local_address() == app_address.network_address() == address


class _Probe:
    """Takes the place of a UDP socket on a computer in one network."""

    def __init__(self, default_source, broadcast):
        self.default_source, self.broadcast = default_source, broadcast

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def connect(self, address):
        if address[0] == self.broadcast:
            raise PermissionError(errno.EACCES, "this is the broadcast address")
        if self.default_source is None:
            raise OSError(errno.ENETUNREACH, "there is no default route")

    def getsockname(self):
        return self.default_source, 40000


@pytest.fixture
def connect_to(monkeypatch):
    """A function that puts this computer into a network."""

    def connect_to(addresses, default_source=None, broadcast=None):
        """Sets the addresses that this computer has.

        Args:
            addresses: {interface: IPv4 addresses}. An interface is not connected if its name begins with
                "off".
            default_source: this computer's address on the default route; None if there is no default route.
            broadcast: the broadcast address of the network.
        """
        mac = SimpleNamespace(family=-1, address="02:00:00:00:00:01")
        owns = {
            name: [mac, *(SimpleNamespace(family=socket.AF_INET, address=own) for own in of_interface)]
            for name, of_interface in addresses.items()
        }
        states = {name: SimpleNamespace(isup=not name.startswith("off")) for name in addresses}
        monkeypatch.setattr(app_address.psutil, "net_if_addrs", lambda: owns)
        monkeypatch.setattr(app_address.psutil, "net_if_stats", lambda: states)
        monkeypatch.setattr(app_address.socket, "socket", lambda *_: _Probe(default_source, broadcast))
        monkeypatch.setattr(app_address.socket, "gethostname", lambda: "host")

    return connect_to


LOOPBACK = {"lo": ["127.0.0.1"]}


def test_address_in_the_network_is_that_of_the_default_route_whatever_the_broadcast_address(connect_to):
    connect_to(LOOPBACK | {"vpn": ["10.8.0.2"], "wifi": ["10.1.2.3"]}, "10.1.2.3", "10.255.255.255")
    assert app_address._addresses_in_network() == ["10.1.2.3", "10.8.0.2"]


@pytest.mark.parametrize(
    "addresses, wanted",
    [
        ({"wifi": ["10.42.0.1"]}, "10.42.0.1"),
        ({"off-cable": ["192.0.2.9"], "wifi": ["10.42.0.1"]}, "10.42.0.1"),
        ({"cable": ["169.254.3.4"], "wifi": ["10.42.0.1"]}, "10.42.0.1"),
        ({"cable": ["169.254.3.4"]}, "169.254.3.4"),
        ({"off-wifi": ["10.42.0.1"]}, "host"),
        ({}, "host"),
    ],
)
def test_address_in_a_network_without_a_default_route_is_that_of_its_interface(connect_to, addresses, wanted):
    connect_to(LOOPBACK | addresses)
    assert app_address._addresses_in_network()[0] == wanted


@pytest.fixture
def open_at(monkeypatch):
    """A function that opens the app in a browser.

    It takes the address on which the app listens, and the address that the browser shows.
    """
    monkeypatch.setattr(app_address, "_passed_over", [])

    def open_at(listens, shown):
        options = {"server.address": listens, "server.port": 8501, "server.baseUrlPath": ""}
        monkeypatch.setattr(app_address.st, "get_option", options.get)
        monkeypatch.setattr(app_address.st, "context", SimpleNamespace(url=shown))

    return open_at


def test_addresses_that_the_presenter_passes_over_come_last(connect_to, open_at):
    connect_to(
        LOOPBACK | {"wifi": ["192.168.1.5"], "vpn": ["10.8.0.2"], "hotspot": ["10.42.0.1"]}, "10.8.0.2"
    )
    open_at("0.0.0.0", "http://localhost:8501/")
    found = []
    for _ in range(4):
        assert app_address.has_another_address()
        found.append(app_address.address_for_phones())
        app_address.pass_over()
    hosts = ("10.8.0.2", "192.168.1.5", "10.42.0.1", "10.8.0.2")
    assert found == [f"http://{host}:8501/" for host in hosts]


@pytest.mark.parametrize(
    "listens, shown, addresses",
    [
        ("192.0.2.2", "http://192.0.2.2:8501/", ["192.0.2.2", "10.8.0.2"]),
        ("0.0.0.0", "http://192.0.2.2:8501/", ["192.0.2.2", "10.8.0.2"]),
        ("0.0.0.0", "http://localhost:8501/", ["192.0.2.2"]),
        ("0.0.0.0", "http://localhost:8501/", []),
    ],
)
def test_no_other_address_is_offered_if_phones_can_use_only_one(
    connect_to, open_at, listens, shown, addresses
):
    connect_to(LOOPBACK | {"any": addresses}, addresses[0] if addresses else None)
    open_at(listens, shown)
    assert not app_address.has_another_address()


@pytest.mark.parametrize(
    "listens, visitor, is_presenter",
    [
        # Streamlit returns None for 127.0.0.1 and ::1.
        ("localhost", None, True),
        ("192.0.2.2", "192.0.2.2", True),
        ("lab.example", "192.0.2.2", True),
        ("192.0.2.2", "192.0.2.7", False),
        ("lab.example", "192.0.2.7", False),
        ("::", "::ffff:127.0.0.1", True),
        ("127.0.0.2", "127.0.0.2", True),
        ("::", "::ffff:192.0.2.7", False),
        # The app listens on all addresses.
        ("0.0.0.0", "192.0.2.2", False),
        ("::", "::ffff:192.0.2.2", False),
        ("", "192.0.2.2", False),
        # A proxy need not give an address.
        ("192.0.2.2", "unknown", False),
    ],
)
def test_browser_on_this_computer_is_the_presenters(monkeypatch, connect_to, listens, visitor, is_presenter):
    connect_to(LOOPBACK | {"wifi": ["192.0.2.2"]})
    monkeypatch.setattr(app_address.st, "context", SimpleNamespace(ip_address=visitor, headers={}))
    monkeypatch.setattr(app_address.st, "get_option", {"server.address": listens}.get)
    assert app_address.is_on_this_computer() == is_presenter


@pytest.mark.parametrize(
    "visitor, forwarded, is_presenter",
    [
        ("192.0.2.2", "192.0.2.7", False),
        ("::ffff:127.0.0.1", "192.0.2.7", False),
        # The proxy connects to ::1.
        (None, "192.0.2.7", False),
        (None, "192.0.2.7, 127.0.0.1", False),
        (None, "unknown", False),
        # The presenter's own browser uses the proxy.
        (None, "127.0.0.1", True),
        (None, "::1", True),
    ],
)
def test_browser_that_uses_a_proxy_is_the_presenters_only_if_it_runs_on_this_computer(
    monkeypatch, connect_to, visitor, forwarded, is_presenter
):
    connect_to(LOOPBACK | {"wifi": ["192.0.2.2"]})
    context = SimpleNamespace(ip_address=visitor, headers={"X-Forwarded-For": forwarded})
    monkeypatch.setattr(app_address.st, "context", context)
    monkeypatch.setattr(app_address.st, "get_option", {"server.address": "192.0.2.2"}.get)
    assert app_address.is_on_this_computer() == is_presenter
