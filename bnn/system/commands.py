"""The commands that start this package's command line: one for a new process, and one for a user to type."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

# The folder that contains the package `bnn`: the project's, or Python's `site-packages`.
PROJECT = Path(__file__).parents[2]
# The exit code that shells report for a program that was ended by Ctrl-C.
EXIT_INTERRUPTED = 130
_IS_WINDOWS = os.name == "nt"
# Environment variables with paths, which may be relative to the folder of this process.
_PATHS = ("BNN_RUNS_DIR", "BNN_UNIPEN", "BNN_UNIPEN_LETTERS")


def typed_command(*arguments: str) -> str:
    """Returns what a user of this computer types to run the command line, such as ".venv/bin/python -m bnn".

    An installed package has the command `bnn`. A checkout has none, and is run from its folder.

    Args:
        arguments: the arguments of the command. They get quotes if needed, as the id of a copied run does.
    """
    words = [*_words_of_program(), *arguments]
    return subprocess.list2cmdline(words) if _IS_WINDOWS else shlex.join(words)


def _words_of_program() -> list[str]:
    if _belongs_to_this_python(shutil.which("bnn")):
        return ["bnn"]
    python = Path(sys.executable)
    python = python.relative_to(PROJECT) if python.is_relative_to(PROJECT) else python
    return [str(python), "-m", "bnn"]


def _belongs_to_this_python(program: str | None) -> bool:
    """Returns whether a program is in the folder of this Python. Another program may have the same name."""
    return program is not None and Path(program).resolve().is_relative_to(Path(sys.prefix).resolve())


def bnn_command(arguments: list[str], runs_root: Path) -> dict[str, Any]:
    """Returns the arguments for `subprocess.Popen` that run `python -m bnn`.

    Args:
        arguments: the arguments of `python -m bnn`.
        runs_root: the folder of all runs, which the command is to use.

    Returns:
        A dictionary with `args`, `cwd` and `env`.
    """
    return {
        "args": [sys.executable, "-m", "bnn", *arguments],
        "cwd": PROJECT,
        "env": {**environment_variables(), "BNN_RUNS_DIR": str(runs_root.resolve())},
    }


def environment_variables() -> dict[str, str]:
    """Returns the environment variables for a new process that runs a module of this package in `PROJECT`.

    They are those of this process, without `PYTHONSAFEPATH`. With that variable, Python would not look for
    modules in the folder in which it is started. Relative paths become absolute, because the new process
    starts in another folder.
    """
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    for name in _PATHS:
        path = variables.get(name)
        if path and not path.startswith("~"):
            variables[name] = str(Path(path).absolute())
    return variables
