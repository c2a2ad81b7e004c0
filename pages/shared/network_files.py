"""Serves packed networks to the browser. The address of a file changes with its content."""

import hashlib
from contextlib import suppress
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
# The networks of this many newest epochs are served, because an epoch may end before the browser asks.
_NUM_EPOCHS = 2


def address(run: Run, epoch: int | None = None) -> str:
    """Returns the address of a run's network, relative to the app's address.

    Args:
        run: the run.
        epoch: one of its newest epochs, for the network after this epoch; None for the finished network.

    Raises:
        OSError: if the file cannot be read.
    """
    path = run.model_path if epoch is None else run.epoch_path(epoch)
    return PATH.format(run_id=run.id, digest=_digest(*file_version(path)))


def route(prefix: str = "") -> Route:
    """Returns the route that serves networks. `prefix` is the path of the app, such as "/lab", or ""."""
    return Route(f"{prefix}/{PATH}", _answer)


async def _answer(request: Request) -> Response:
    try:
        run = store.find(request.path_params["run_id"])
    except (ValueError, OSError):
        return Response(status_code=404)
    for path in (run.model_path, *map(run.epoch_path, run.epochs()[-_NUM_EPOCHS:])):
        with suppress(ValueError, OSError):
            content = read_bytes(path, MAX_FILE_BYTES)
            # A network that was trained further has another address, so the old address is not found.
            if hashlib.sha256(content).hexdigest() == request.path_params["digest"]:
                return Response(content, headers=_HEADERS)
    return Response(status_code=404)


@lru_cache(maxsize=256)
def _digest(path: str, _mtime_ns: int, _num_bytes: int) -> str:
    return hashlib.sha256(read_bytes(Path(path), MAX_FILE_BYTES)).hexdigest()
