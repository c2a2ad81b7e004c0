"""The page for visitors' phones, at an address that nobody can guess, while the presenter lets phones in."""

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
    """What phones get: a page, plain and compressed.

    Args:
        version: of the packed file it was made from.
        token: the secret part of its address.
        content: the page.
        compressed: the page, compressed with gzip.
    """

    version: tuple[str, int, int]
    token: str
    content: bytes
    compressed: bytes


# Of the whole server, at most one page; none when it starts.
_open: dict[str, _Page] = {}
_ONLY = "page"


def let_in(run: Run) -> str:
    """Offers a run's network to phones, in place of the one before and at the same address.

    Returns:
        The page's address, relative to the app's.

    Raises:
        ValueError: if the run has no sound network.
    """
    version, page = file_version(run.model_path), _open.get(_ONLY)
    if page is None or page.version != version:
        page = _make(run, version, page.token if page else secrets.token_urlsafe(16))
        _open[_ONLY] = page
    return PATH.format(token=page.token)


def _make(run: Run, version: tuple[str, int, int], token: str) -> _Page:
    # Imported when it is needed: the page should not wait for it.
    from bnn.export.html import to_html

    content = to_html(run).encode()
    return _Page(version, token, content, gzip.compress(content, mtime=0))


def shut_out() -> None:
    """Ends the offer; the next one has another address."""
    _open.clear()


def is_open() -> bool:
    """Returns whether phones are let in."""
    return bool(_open)


def route(prefix: str = "") -> Route:
    """Returns the route that answers phones; `prefix` is that of the whole app, "" or as "/lab"."""
    return Route(f"{prefix}/{PATH}", _answer)


async def _answer(request: Request) -> Response:
    page = _open.get(_ONLY)
    if page is None or not secrets.compare_digest(page.token, request.path_params["token"]):
        return Response("This page is not open. Ask for the address again.", 404, media_type="text/plain")
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = _HEADERS | {"Content-Encoding": "gzip"}
        return Response(page.compressed, headers=headers, media_type="text/html")
    return Response(page.content, headers=_HEADERS, media_type="text/html")
