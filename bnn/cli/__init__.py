"""The command line: `python -m bnn --help`. Each command is a module; `parser` puts them together."""

from bnn.cli.parser import main

__all__ = ["main"]
