"""The command `bnn classify`, which reads digits from picture files."""

from __future__ import annotations

import logging
import warnings
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING

from bnn.cli import output
from bnn.cli.common import find_run, load_network
from bnn.drawing.picture_files import grey_pixels
from bnn.engine.verdict import verdict

if TYPE_CHECKING:
    from bnn.engine.answer import Answer
    from bnn.engine.network import PackedNetwork

EXIT_SOME_FAILED = 1
EXIT_NONE_READ = 2


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "images", nargs="+", metavar="IMAGE", help="a picture file, or a pattern such as *.png"
    )
    parser.add_argument(
        "--run", metavar="RUN", help="read with this run's network; by default the app's network"
    )


def run(options: Namespace) -> int:
    """Read digits from picture files."""
    read_by = find_run(options.run)
    network = load_network(read_by)
    answers, errors = _read_all(network, _expand(options.images))
    if not answers:
        return EXIT_NONE_READ
    results = [
        {
            "file": path,
            "digit": answer.label,
            "class_name": answer.name,
            "verdict": verdict(answer).state,
            "probabilities": [float(p) for p in answer.probabilities],
        }
        for path, answer in answers.items()
    ]
    text = "\n".join(_line(path, answer) for path, answer in answers.items())
    output.print_result(options, {"run": read_by.id, "results": results, "errors": errors}, lambda _: text)
    return EXIT_SOME_FAILED if errors else 0


def _expand(patterns: list[str]) -> list[str]:
    # Wildcards are expanded here, because the shells of Windows do not expand them.
    return list(dict.fromkeys(path for pattern in patterns for path in _matches(pattern) or [pattern]))


def _matches(pattern: str) -> list[str]:
    path = Path(pattern)
    try:
        if not has_magic(pattern) or path.exists():
            return []
        return sorted(str(match) for match in Path(path.anchor).glob(str(path.relative_to(path.anchor))))
    except (ValueError, OSError):
        # The text is not a valid pattern, or names a folder that may not be read. It is treated as the name
        # of a picture. Reading this picture then fails with an error that names it.
        return []


def _read_all(network: PackedNetwork, paths: list[str]) -> tuple[dict[str, Answer], list[dict[str, str]]]:
    answers, errors = {}, []
    for path in paths:
        try:
            with _without_pillow_warnings():
                answers[path] = _read(network, path)
        except (ValueError, OSError) as error:
            text = output.error_line(error)
            # The error of opening a file names "./a.png" as "a.png".
            if path not in text and str(Path(path)) not in text:
                text = f"{path}: {text}"
            errors.append({"file": path, "error": text})
            output.print_note(text)
    return answers, errors


def _read(network: PackedNetwork, path: str) -> Answer:
    from bnn.drawing import preprocessing
    from bnn.engine import answer

    # Reading from a pipe or a device may never end.
    if not (Path(path).is_file() or Path(path).is_dir()) and Path(path).exists():
        raise ValueError(
            f"{path} is a pipe or a device: save the picture as a file, because only files are read"
        )
    digit = preprocessing.digit_from_image(grey_pixels(path))
    if digit.is_empty:
        raise ValueError(f"{path}: the picture is empty")
    return answer.read(network, digit.digit)


@contextmanager
def _without_pillow_warnings() -> Iterator[None]:
    # Pillow prints warnings about damaged pictures. The errors say the same, so the warnings are hidden.
    logger = logging.getLogger("PIL")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _line(path: str, answer: Answer) -> str:
    return f"{path}: {verdict(answer).short} ({output.confidence(answer.confidence)})"
