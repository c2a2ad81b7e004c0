"""Serves packed networks to the browser. The address of a file changes with its content."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bnn.engine.file import MAX_FILE_BYTES
from bnn.runs import store
from bnn.runs.run import Run
from bnn.system.files import read_bytes
from pages.shared.networks import file_version

PATH = "network/{run_id}/{digest}"
# The content at an address with a digest never changes, so a browser may keep it.
_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable"}
# In the address of a live network, this word and the time of the last change replace the digest.
_LIVE = "live-"


def address(run: Run) -> str:
    """Returns the address of a run's network, relative to the app's address.

    Raises:
        OSError: if the file cannot be read.
    """
    return _address(run, _digest(*file_version(run.model_path)))


def live_address(run: Run, version: tuple[str, int, int]) -> str:
    """Returns the address of a version of a run's network in training (live network).

    The address only tells the browser that there is a new version. Whatever version it names, the server
    sends the newest one or, after the training, the finished network.
    """
    return _address(run, f"{_LIVE}{version[1]}")


def route(prefix: str = "") -> Route:
    """Returns the route that serves networks. `prefix` is the path of the app, such as "/lab", or ""."""
    return Route(f"{prefix}/{PATH}", _answer)


def _address(run: Run, digest: str) -> str:
    # An id may contain # and %, which have a meaning of their own in an address.
    return PATH.format(run_id=quote(run.id, safe=""), digest=digest)


async def _answer(request: Request) -> Response:
    try:
        run = store.find(request.path_params["run_id"])
    except (ValueError, OSError):
        return Response(status_code=404)
    digest = request.path_params["digest"]
    if digest.startswith(_LIVE):
        return _response((run.live_path, run.model_path), None, {"Cache-Control": "no-store"})
    return _response((run.model_path,), digest, _HEADERS)


def _response(paths: Sequence[Path], digest: str | None, headers: dict[str, str]) -> Response:
    """Returns the first of these files that exists and has this digest, or status 404 if none does.

    A digest of None allows any content.
    """
    for path in paths:
        with suppress(ValueError, OSError):
            content = read_bytes(path, MAX_FILE_BYTES)
            # A network that was trained further has another address, so the old address is not found.
            if digest in (None, hashlib.sha256(content).hexdigest()):
                return Response(content, headers=headers)
    return Response(status_code=404)


@lru_cache(maxsize=256)
def _digest(path: str, _mtime_ns: int, _num_bytes: int) -> str:
    return hashlib.sha256(read_bytes(Path(path), MAX_FILE_BYTES)).hexdigest()
