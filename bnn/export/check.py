"""Proof that an export carries the network of a run."""

import re
from pathlib import Path

from bnn.export import c, html
from bnn.runs.run import Run
from bnn.system.files import read_text

# A network of the largest size takes some 6 MB in a page, and three times its size as text in C.
MAX_EXPORT_BYTES = 30_000_000


def check(path: Path, run: Run) -> None:
    """Check that an exported page, or a folder of exported C sources, carries the network of a run.

    Raises:
        ValueError: if it does not, or is no export; says which.
        OSError: if it cannot be read.
    """
    is_its = _check_sources(path, run) if path.is_dir() else _check_page(path, run)
    if not is_its:
        raise ValueError(f"{path} does not carry the network of run {run.id}")


def _check_page(path: Path, run: Run) -> bool:
    try:
        network = html.network_in(read_text(path, MAX_EXPORT_BYTES))
    except ValueError as error:
        raise ValueError(f"{path} is no exported page: {error}") from error
    return network == run.model_path.read_bytes()


def _check_sources(path: Path, run: Run) -> bool:
    """Whether header and engine are, word for word, what the run gives now."""
    expected = c.sources(run)
    return all(
        _without_comments(read_text(path / name, MAX_EXPORT_BYTES)) == _without_comments(expected[name])
        for name in ("network.h", "engine.c", "onebit.h")
    )


def _without_comments(text: str) -> str:
    # The run may have another name by now, or have been measured since.
    return re.sub(r"/\*.*?\*/", "", text.replace("\r\n", "\n"), flags=re.DOTALL)
