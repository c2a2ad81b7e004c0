"""Receives drawings from phones. A phone sends them to the secret address of the page that it has loaded."""

from __future__ import annotations

import json
import math
import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

import anyio
import numpy as np
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bnn.drawing.strokes import strokes_from_lists
from pages.audience.limits import ADDRESS, PHONE, Limits
from pages.audience.wall import MAX_POINTS, MAX_STROKES, wall
from pages.shared import pictures, pocket

if TYPE_CHECKING:
    from bnn.engine.answer import Answer
    from bnn.engine.network import PackedNetwork

PATH = pocket.PATH + "/{phone}"
MAX_BYTES = 200_000
MAX_SECONDS = 10.0
# The id that the page on a phone makes up when it is opened for the first time: 16 random bytes.
_PHONE = re.compile("[0-9a-f]{32}")
# Coordinates are rounded to this many decimals, which limits the length of a strokes file. Nobody can see the
# difference.
_DECIMALS = 4

limits = Limits()
pocket.when_opened.append(limits.clear)
# Drawings are read one at a time, so that they occupy at most one processor.
_one_at_a_time = anyio.CapacityLimiter(1)


class Refusal(Exception):
    """A drawing is refused.

    Args:
        status: the HTTP status of the response.
        headers: further HTTP headers of the response.
    """

    def __init__(self, status: HTTPStatus, headers: dict[str, str] | None = None) -> None:
        super().__init__(status.phrase)
        self.status, self.headers = status, headers


def route(prefix: str = "") -> Route:
    """Returns the route that receives drawings.

    Args:
        prefix: the path at which the app is served, such as "/lab", or "".
    """
    return Route(f"{prefix}/{PATH}", _answer, methods=["POST"])


async def _answer(request: Request) -> Response:
    try:
        await _take(request)
    except Refusal as refusal:
        return Response(status_code=refusal.status, headers=refusal.headers)
    return Response(status_code=HTTPStatus.CREATED)


async def _take(request: Request) -> None:
    """Checks a drawing and puts it on the wall. The cheapest checks come first."""
    token, phone = request.path_params["token"], request.path_params["phone"]
    network, digest = _network(token)
    if not _PHONE.fullmatch(phone):
        raise Refusal(HTTPStatus.BAD_REQUEST)
    # To send this type, a page of another site needs a CORS preflight request, which the server refuses.
    if request.headers.get("content-type") != "application/json":
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    # If the digests differ, the presenter has chosen another network since the phone loaded its page. After
    # this refusal, the page loads itself again.
    if request.headers.get(pocket.NETWORK_HEADER, digest) != digest:
        raise Refusal(HTTPStatus.CONFLICT)
    _check_limits(phone, request.client.host if request.client else "")
    body = await _body(request)
    drawing = await anyio.to_thread.run_sync(_read, network, body, limiter=_one_at_a_time)
    # While the drawing was read, the presenter may have paused the wall, shut phones out or chosen
    # another network.
    if _network(token)[1] != digest:
        raise Refusal(HTTPStatus.CONFLICT)
    wall.add(phone, *drawing)


def _network(token: str) -> tuple[PackedNetwork, str]:
    """Returns the network that phones get at this address, and its SHA-256 in hexadecimal digits."""
    found = pocket.network_at(token)
    if found is None:
        raise Refusal(HTTPStatus.NOT_FOUND)
    if wall.is_paused:
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE)
    return found


def clear() -> None:
    """Takes all drawings off the wall, and lets everybody send again."""
    wall.clear()
    limits.clear()


def _check_limits(phone: str, address: str) -> None:
    senders = {f"phone {phone}": PHONE, f"address {address}": ADDRESS}
    seconds = limits.wait_seconds(senders, time.monotonic())
    if seconds:
        raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(math.ceil(seconds))})


async def _body(request: Request) -> bytes:
    body = b""
    try:
        with anyio.fail_after(MAX_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > MAX_BYTES:
                    raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except (TimeoutError, ClientDisconnect):
        raise Refusal(HTTPStatus.REQUEST_TIMEOUT) from None
    return body


def _read(network: PackedNetwork, body: bytes) -> tuple[list[np.ndarray], str, Answer]:
    """Returns the strokes, the picture and the answer, all computed from the checked strokes."""
    # Imported here because importing Numba takes most of a second, which would delay the start of the server.
    from bnn.drawing.preprocessing import digit_from_strokes
    from bnn.engine import answer

    strokes = _strokes(body)
    drawing = digit_from_strokes(strokes)
    return strokes, pictures.picture_source(drawing.canvas), answer.read(network, drawing.digit)


def _strokes(body: bytes) -> list[np.ndarray]:
    try:
        strokes = strokes_from_lists(json.loads(body)["strokes"])
    except (ValueError, KeyError, TypeError, RecursionError):
        # The content appears neither in the response nor in a log.
        raise Refusal(HTTPStatus.BAD_REQUEST) from None
    if len(strokes) > MAX_STROKES or sum(map(len, strokes)) > MAX_POINTS:
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return [np.round(stroke, _DECIMALS) for stroke in strokes]
