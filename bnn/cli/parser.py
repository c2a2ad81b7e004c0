"""Parses the command line, runs a command, and prints errors."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn

from bnn import __version__
from bnn.cli import (
    bench,
    classify,
    evaluate,
    export,
    list_runs,
    output,
    strokes,
    sweep,
    teach,
    train,
    twin,
    unipen,
)
from bnn.runs import store
from bnn.system.commands import EXIT_INTERRUPTED, typed_command

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

# A command is a module with two functions. `add_arguments(parser)` adds the command's arguments, and
# `run(options)` runs the command and returns the exit code. The docstring of `run` is the command's help.
# Packages that load slowly (Numba, TensorFlow) are imported only when a command needs them.
COMMANDS = {
    "train": train,
    "sweep": sweep,
    "evaluate": evaluate,
    "classify": classify,
    "strokes": strokes,
    "teach": teach,
    "runs": list_runs,
    "bench": bench,
    "twin": twin,
    "export": export,
    "unipen": unipen,
}
EXIT_WRONG_USE = 2
# The options whose value may be empty. An empty value means no source, no licence, or no cluster (even if
# `BNN_CLUSTER` names one).
_MAY_BE_EMPTY = ("--source", "--licence", "--cluster")
# The exit code that shells report for a program whose output nobody reads any more.
EXIT_UNREAD = 141


def main(arguments: list[str] | None = None) -> int:
    """Runs one command, and returns its exit code.

    Args:
        arguments: the command line without the program's name; by default this process's command line.

    Returns:
        0: done. 1: training failed, or some files could not be read. 2: wrong use, or nothing could be read.
        3: training or sweep was stopped. 130: interrupted by Ctrl-C. 141: nobody reads the output any more.
    """
    output.accept_all_characters()
    try:
        options = _options(sys.argv[1:] if arguments is None else arguments)
        store.check_root()
        return COMMANDS[options.command].run(options)
    except output.UnreadError:
        # Without this, Python would print an error when it exits and flushes the output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_UNREAD
    except (ValueError, OSError) as error:
        output.print_note(error)
        return EXIT_WRONG_USE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = _parser()
    if before := _before_empty(arguments):
        parser.error(f"the argument after {before} is empty")
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.error(f"a command is missing; {parser.prog} --help lists the commands")
    return options


def _before_empty(arguments: Sequence[str]) -> str:
    """Returns what precedes the first empty value, such as `--name` or `--name=`; "" if there is none.

    The options in `_MAY_BE_EMPTY` are left out. An empty value often comes from a shell variable that is not
    set, so the command must not go on with a default instead.
    """
    for before, argument in pairwise(("bnn", *arguments)):
        name, equals, value = argument.partition("=")
        if not argument and before not in _MAY_BE_EMPTY:
            return before
        if name.startswith("--") and equals and not value and name not in _MAY_BE_EMPTY:
            return argument
    return ""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_WRONG_USE, f"bnn: {message}\n")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        # `--help` and `--version` print with this function. argparse would ignore that the disk is full or
        # that the pipe is closed. `main` reports it.
        if file is sys.stdout:
            output.print_text(message.removesuffix("\n"))
        else:
            super()._print_message(message, file)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog=typed_command(), description="Binary neural networks that read digits.")
    parser.add_argument("--version", action="version", version=f"one-bit-lab {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for command, module in COMMANDS.items():
        text = module.run.__doc__
        subparser = subparsers.add_parser(command, help=text, description=text)
        subparser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        module.add_arguments(subparser)
    return parser
