"""Serves packed networks to the browser. The address of a file changes with its content."""

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
# The content at an address never changes, so a browser may keep it.
_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable"}


def address(run: Run) -> str:
    """Returns the address of a run's network, relative to the app's address.

    Raises:
        OSError: If the file cannot be read.
    """
    return PATH.format(run_id=run.id, digest=_digest(*file_version(run.model_path)))


def route(prefix: str = "") -> Route:
    """Returns the route for these addresses. `prefix` is the path of the app, such as "/lab", or ""."""
    return Route(f"{prefix}/{PATH}", _answer)


async def _answer(request: Request) -> Response:
    try:
        path = store.find(request.path_params["run_id"]).model_path
        content = read_bytes(path, MAX_FILE_BYTES)
    except (ValueError, OSError):
        return Response(status_code=404)
    is_asked_for = hashlib.sha256(content).hexdigest() == request.path_params["digest"]
    # A network that was trained further has another address, so the old address is not found.
    return Response(content, headers=_HEADERS) if is_asked_for else Response(status_code=404)


@lru_cache(maxsize=256)
def _digest(path: str, _mtime_ns: int, _num_bytes: int) -> str:
    return hashlib.sha256(read_bytes(Path(path), MAX_FILE_BYTES)).hexdigest()
