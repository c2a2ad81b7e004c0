"""Checks that an export contains the network of a run."""

import re
from collections.abc import Callable
from pathlib import Path

from bnn.export import c, html
from bnn.runs.run import Run
from bnn.system.files import read_text

# Larger files are not read. A Keras model has four bytes for each weight: 80 MB for the largest network. As C
# text, a network of that size takes 27 MB, or more if its neurons' inputs do not fill whole words.
MAX_EXPORT_BYTES = 100_000_000
# Finds places where some compilers join two lines: a backslash, or its trigraph ??/, at the end of a line.
# GCC and Clang ignore spaces and NUL after the backslash. A carriage return alone ends a line only for some
# compilers.
_JOINED_LINES = re.compile(r"(?:\\|\?\?/)[ \t\v\f\0]*\n|[\r\0]")
# The files of an exported folder that make up the network. Changes to the other files do not matter.
_COMPARED = ("network.h", "engine.c", "onebit.h")
# A string without an end reaches to the end of its line, and a comment without an end to the end of the text.
# Otherwise, the search would begin again at each following character, and a small file could take hours.
_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"?|//[^\n]*|/\*.*?(?:(\*/)|\Z)', re.DOTALL)
_DIFFERS = "differs from a new export: it was changed, or another version of this program wrote it"


def check(path: Path, run: Run, is_its_model: Callable[[Path, Run], bool] | None = None) -> None:
    """Checks that an export contains the network of a run.

    Args:
        path: an exported page, a folder of exported C sources, or the file of a model.
        run: the run.
        is_its_model: for the file of a model, a function that returns whether it contains the run's network.

    Raises:
        ValueError: if the export contains another network, if its page or engine differs from a new export,
            or if `path` is not an export. The message says which of these.
        OSError: if the export cannot be read.
    """
    if is_its_model is None:
        (_check_sources if path.is_dir() else _check_page)(path, run)
    elif not is_its_model(path, run):
        raise ValueError(f"{path} does not contain the network of run {run.id}")


def _check_page(path: Path, run: Run) -> None:
    """Checks that a page is equal to a new export of the run, except for facts that may have changed.

    The page that the app serves to phones, which can send drawings, counts as an export, too.
    """
    try:
        text = read_text(path, MAX_EXPORT_BYTES)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not an export: it is neither a page nor a model") from error
    try:
        network = html.network_in(text)
    except ValueError as error:
        raise ValueError(f"{path} is not an exported page: {error}") from error
    if network != run.model_path.read_bytes():
        raise ValueError(f"{path} does not contain the network of run {run.id}")
    pages = [html.to_html(run, can_send=can_send) for can_send in (False, True)]
    if html.without_changing_facts(text) not in map(html.without_changing_facts, pages):
        raise ValueError(f"{path} contains the network of run {run.id}, but the page {_DIFFERS}")


def _check_sources(path: Path, run: Run) -> None:
    """Checks that the header and the engine are equal to a new export of the run, except for comments."""
    if missing := [name for name in _COMPARED if not (path / name).exists()]:
        raise ValueError(f"{path} is not an export: it needs {', '.join(_COMPARED)}, and has no {missing[0]}")
    expected = c.sources(run)
    different = [name for name in _COMPARED if _source(path / name) != _without_comments(expected[name])]
    if "network.h" in different:
        raise ValueError(
            f"{path} does not contain the network of run {run.id}, or network.h was changed, or another"
            " version of this program wrote it"
        )
    if different:
        name = different[0]
        raise ValueError(f"{path} contains the network of run {run.id}, but {name} {_DIFFERS}")


def _source(path: Path) -> str:
    try:
        return _without_comments(read_text(path, MAX_EXPORT_BYTES))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not an export: it is not a text") from error


def _without_comments(text: str) -> str:
    """Returns C sources without what a compiler takes for a comment between `/*` and `*/`.

    Comments contain the run's name and accuracy, which may have changed since the export. As in a compiler
    with `-std=c99`, which the export prescribes, trigraphs are replaced first. Without this option, GCC
    does not replace them. What looks like a comment in a string is kept. A comment that begins with `//` is
    kept, too, because an exported file has none. From a text with joined lines, nothing is removed, because
    compilers differ on what is a comment there. An exported file has no joined lines.
    """
    with_newlines = text.replace("\r\n", "\n")
    if _JOINED_LINES.search(with_newlines):
        return with_newlines
    return _STRING_OR_COMMENT.sub(
        lambda match: "" if match[1] else match[0], with_newlines.replace("??/", "\\")
    )
