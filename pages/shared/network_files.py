"""Packed networks for the browser: an address for each file, that changes with its content."""

import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bnn.engine.file import MAX_FILE_BYTES
from bnn.runs import store
from bnn.runs.run import Run
from bnn.system.files import read_bytes
from pages.shared.networks import file_version

PATH = "network/{run_id}/{digest}"
# The address names the content: a browser may keep it for good.
_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable"}


def address(run: Run) -> str:
    """Returns where a run's network can be fetched, relative to the app's address.

    Raises:
        OSError: if the file cannot be read.
    """
    return PATH.format(run_id=run.id, digest=_digest(*file_version(run.model_path)))


def route(prefix: str = "") -> Route:
    """Returns the route that answers these addresses; `prefix` is that of the whole app, "" or as "/lab"."""
    return Route(f"{prefix}/{PATH}", _answer)


async def _answer(request: Request) -> Response:
    try:
        path = store.find(request.path_params["run_id"]).model_path
        content = read_bytes(path, MAX_FILE_BYTES)
    except (ValueError, OSError):
        return Response(status_code=404)
    is_asked_for = hashlib.sha256(content).hexdigest() == request.path_params["digest"]
    # What was trained further since has another address.
    return Response(content, headers=_HEADERS) if is_asked_for else Response(status_code=404)


@lru_cache(maxsize=256)
def _digest(path: str, _mtime_ns: int, _num_bytes: int) -> str:
    return hashlib.sha256(read_bytes(Path(path), MAX_FILE_BYTES)).hexdigest()
