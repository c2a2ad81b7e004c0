"""The network for visitors' phones: one page, at an address that nobody can guess, while the presenter lets phones in."""

import gzip
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bnn.runs.run import Run
from pages.shared.networks import file_version

PATH = "pocket/{token}"
_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Vary": "Accept-Encoding"}


@dataclass(frozen=True)
class _Page:
    """What phones get: a page, plain and compressed, the file it was made from, and the secret part of its address."""

    version: tuple[str, int, int]
    token: str
    content: bytes
    compressed: bytes


# At most one for the whole server; gone when it stops.
_open: _Page | None = None


def let_in(run: Run) -> str:
    """Offers a run's network to phones; another network takes the place of the one before, at the same address.

    Returns:
        The page's address, relative to the app's.

    Raises:
        ValueError: if the run has no sound network.
    """
    global _open
    version = file_version(run.model_path)
    if _open is None or _open.version != version:
        _open = _make(run, version, _open.token if _open else secrets.token_urlsafe(16))
    return PATH.format(token=_open.token)


def _make(run: Run, version: tuple[str, int, int], token: str) -> _Page:
    # Imported when it is needed: the page should not wait for it.
    from bnn.export.html import to_html

    content = to_html(run).encode()
    return _Page(version, token, content, gzip.compress(content, mtime=0))


def shut_out() -> None:
    """Ends the offer; the next one has another address."""
    global _open
    _open = None


def is_open() -> bool:
    """Returns whether phones are let in."""
    return _open is not None


def route(prefix: str = "") -> Route:
    """Returns the route that answers phones; `prefix` is that of the whole app, "" or as "/lab"."""
    return Route(f"{prefix}/{PATH}", _answer)


async def _answer(request: Request) -> Response:
    page = _open
    if page is None or not secrets.compare_digest(page.token, request.path_params["token"]):
        return Response("This page is not open. Ask for the address again.", 404, media_type="text/plain")
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = _HEADERS | {"Content-Encoding": "gzip"}
        return Response(page.compressed, headers=headers, media_type="text/html")
    return Response(page.content, headers=_HEADERS, media_type="text/html")
