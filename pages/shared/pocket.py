"""Serves a page for visitors' phones at an address that nobody can guess, while the presenter allows it."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bnn.runs.run import Run
from pages.shared import networks

if TYPE_CHECKING:
    from bnn.engine.network import PackedNetwork

PATH = "pocket/{token}"
NETWORK_HEADER = "X-Network"
_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Vary": "Accept-Encoding"}

# What phones get while no page is offered, or if the address is wrong.
_NOT_OPEN = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>One-Bit Lab</title>
<style>
  :root { color-scheme: light dark; font: 1.25rem/1.5 system-ui, sans-serif }
  body { margin: 20vh auto; width: 80vw; max-width: 28em }
</style>
<h1>This page is not open</h1>
<p>Wait until the presenter lets phones in, and load this page again. If that does not help, scan the code
on the screen again.</p>
</html>
"""


@dataclass(frozen=True)
class _Page:
    """The page that phones get, plain and compressed.

    Args:
        version: version of the network's file from which the page was made, as `networks.file_version`
            returns it.
        content: the page.
        compressed: the page, compressed with gzip.
        network: the network in it.
        digest: SHA-256 of the network's file, as hexadecimal digits.
        run: the run of this network.
    """

    version: tuple[str, int, int]
    content: bytes
    compressed: bytes
    network: PackedNetwork
    digest: str
    run: Run


# The page that the server offers, under the key `_ONLY`. The dictionary is empty while no page is offered.
_open: dict[str, _Page] = {}
_ONLY = "page"
# Functions without arguments. They are called when phones are let in while no page is offered.
when_opened: list[Callable[[], None]] = []
# The secret part of the page's address. It stays the same until the server ends, so that phones can go on
# if they were shut out by mistake and are let in again.
_TOKEN = secrets.token_urlsafe(16)


def let_in(run: Run) -> str:
    """Offers a run's network to phones. It replaces the network offered before, at the same address.

    Returns:
        The address of the page, relative to the app's address.

    Raises:
        ValueError: if the run's network is damaged.
        OSError: if the run has no network, or its file cannot be read.
    """
    version, page = networks.file_version(run.model_path), _open.get(_ONLY)
    if page is None or page.version != version:
        _open[_ONLY] = _make(run, version)
    if page is None:
        for call in when_opened:
            call()
    return PATH.format(token=_TOKEN)


def offer() -> tuple[Run, str] | None:
    """Returns the run that phones get, and the page's address as `let_in` does; None if they are shut out."""
    page = _open.get(_ONLY)
    return (page.run, PATH.format(token=_TOKEN)) if page else None


def _make(run: Run, version: tuple[str, int, int]) -> _Page:
    # Imported here so that the Draw page does not have to wait for this import.
    from bnn.export.html import network_in, to_html

    # The network is loaded first, because the errors of `networks.network` name the file.
    network = networks.network(run)
    text = to_html(run, can_send=True)
    content, digest = text.encode(), hashlib.sha256(network_in(text)).hexdigest()
    return _Page(version, content, gzip.compress(content, mtime=0), network, digest, run)


def shut_out() -> None:
    """Stops offering the page."""
    _open.clear()


def is_open() -> bool:
    """Returns whether a page is offered to phones now."""
    return bool(_open)


def network_at(token: str) -> tuple[PackedNetwork, str] | None:
    """Returns the network that phones get, and the SHA-256 of its file in hexadecimal digits.

    Returns None if `token` is not the secret part of the page's address, or if phones are shut out.
    """
    page = _page_at(token)
    return (page.network, page.digest) if page else None


def _page_at(token: str) -> _Page | None:
    # Compared as bytes, since what comes from outside need not be ASCII.
    is_right = secrets.compare_digest(_TOKEN.encode(), token.encode())
    return _open.get(_ONLY) if is_right else None


def route(prefix: str = "") -> Route:
    """Returns the route for phones. `prefix` is the path of the app, such as "/lab", or ""."""
    return Route(f"{prefix}/{PATH}", _answer)


async def _answer(request: Request) -> Response:
    page = _page_at(request.path_params["token"])
    if page is None:
        return Response(_NOT_OPEN, 404, media_type="text/html")
    # From the header X-Network, a page that is already open on a phone learns that the network has changed,
    # see bnn/export/page/send.js.
    headers = _HEADERS | {"Cache-Control": "no-cache", NETWORK_HEADER: page.digest}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers |= {"Content-Encoding": "gzip"}
        return Response(page.compressed, headers=headers, media_type="text/html")
    return Response(page.content, headers=headers, media_type="text/html")
