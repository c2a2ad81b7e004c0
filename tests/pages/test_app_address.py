"""The app's address for phones."""

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
    monkeypatch.setattr(app_address, "_address_in_network", lambda: "192.0.2.2")
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
