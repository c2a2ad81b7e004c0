"""The command line, `python -m bnn`. Each command is a module, and `parser` puts them together."""

from bnn.cli.parser import main

__all__ = ["main"]
