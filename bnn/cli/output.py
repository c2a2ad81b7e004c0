"""The output of commands: results, notes, errors and numbers as text."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bnn.system.errors import error_text
from bnn.system.percent_text import percent_digits

MAX_ERROR_LENGTH = 500


class UnreadError(Exception):
    """The program that read the output, such as `head`, has ended."""


def print_result(options: Namespace, result: dict[str, Any], text: Callable[[dict[str, Any]], str]) -> None:
    """Prints the result of a command.

    Args:
        options: the command's options. With `--json`, the result is printed as one JSON object.
        result: the result.
        text: a function that returns the text to print without `--json`.
    """
    print_text(json.dumps(result) if options.json else text(result))


def print_text(text: str) -> None:
    """Prints a text on standard output.

    Raises:
        UnreadError: if the program that read the output has ended.
        OSError: if the output cannot be written.
    """
    try:
        # Because of the flush, a full disk raises its error here, where `main` can report it. Otherwise, it
        # would be raised only when Python exits.
        print(text, flush=True)
    except BrokenPipeError as error:
        raise UnreadError from error


def print_note(note: BaseException | str) -> None:
    """Prints a note or an error as one line on standard error."""
    text = note if isinstance(note, str) else error_line(note)
    # Writing may fail, because standard error may be a file on a full disk.
    with suppress(OSError):
        print(f"bnn: {text}", file=sys.stderr, flush=True)


def error_line(error: BaseException) -> str:
    """Returns an error as one line of limited length."""
    return error_text(error)[:MAX_ERROR_LENGTH]


def percent(fraction: float | None, digits: int = 2) -> str:
    """Returns a fraction as text, such as "98.40%"; "-" for None. It is rounded as in `percent_digits`."""
    return "-" if fraction is None else f"{percent_digits(fraction, digits)}%"


def count(number: int, noun: str) -> str:
    """Returns a number with its noun, such as "1 writer" or "20 writers"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def confidence(probability: float) -> str:
    """Returns a probability as text, such as "98.4%". The highest is "> 99.9%": no network is certain."""
    return "> 99.9%" if probability >= 0.9995 else f"{probability:.1%}"


def accept_all_characters() -> None:
    """Lets this process print any file name. Characters that the console lacks become escape sequences."""
    for stream in (sys.stdout, sys.stderr):
        # A stream that replaces the standard one may have no `reconfigure`.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
