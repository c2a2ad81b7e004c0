"""What commands print."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bnn.system.errors import error_text

MAX_ERROR_LENGTH = 500


def print_result(options: Namespace, result: dict[str, Any], text: Callable[[dict[str, Any]], str]) -> None:
    """Prints a command's result: as one JSON object with `--json`, else as `text` puts it."""
    # Flushed, so that a full disk is an error while errors are still caught.
    print(json.dumps(result) if options.json else text(result), flush=True)


def complain(error: BaseException | str) -> None:
    """Prints an error as one line on standard error."""
    text = error if isinstance(error, str) else error_line(error)
    # Standard error may be a file on the disk that is full.
    with suppress(OSError):
        print(f"bnn: {text}", file=sys.stderr, flush=True)


def error_line(error: BaseException) -> str:
    """Returns an error as one line of limited length."""
    return error_text(error)[:MAX_ERROR_LENGTH]


def percent(fraction: float | None, digits: int = 2) -> str:
    """Returns a share as "98.40%"; "100.00%" only where it is all, and "-" for None."""
    if fraction is None:
        return "-"
    largest = 1 - 10.0 ** (-digits - 2)
    return f"{fraction if fraction >= 1 else min(fraction, largest):.{digits}%}"


def confidence(probability: float) -> str:
    """Returns a network's probability as "98.4%", at most "> 99.9%": no network is certain."""
    return "> 99.9%" if probability >= 0.9995 else f"{probability:.1%}"


def accept_all_characters() -> None:
    """Lets this process print file names that the console's encoding lacks, as escape sequences."""
    for stream in (sys.stdout, sys.stderr):
        # Streams that stand in for them need not have this.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
