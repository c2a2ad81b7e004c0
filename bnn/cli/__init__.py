"""The command line, `python -m bnn`. Each command is a module, and `parser` builds the parser for all."""

from bnn.cli.parser import main

__all__ = ["main"]
