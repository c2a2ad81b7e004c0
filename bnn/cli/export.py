"""The command `bnn export`, which writes a network in other forms, such as a web page."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from bnn.cli import output
from bnn.cli.common import check_training_packages, find_run
from bnn.runs.run import Run
from bnn.system.files import write_atomically
from bnn.system.streams import without_messages

FORMS = ("html", "c", "keras", "tflite")


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("run", nargs="?", metavar="RUN", help="the run; by default the app's network")
    parser.add_argument(
        "--to",
        choices=FORMS,
        help="write a web page in one file, C sources in a folder, a Keras model (.keras), or a TensorFlow"
        " Lite model (.tflite)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="PATH",
        help="a file whose name ends in .html, .keras or .tflite, or a folder for the C sources; an earlier"
        " export there is replaced if nobody has changed it; other files are never replaced",
    )
    parser.add_argument(
        "--check", type=Path, metavar="PATH", help="check that an export contains the run's network"
    )


def run(options: Namespace) -> int:
    """Write a network as a web page, C sources, or a Keras or TensorFlow Lite model; or check an export."""
    given = {name for name in ("to", "output", "check") if getattr(options, name)}
    if given not in ({"to", "output"}, {"check"}):
        raise ValueError(
            f"export takes --to FORM and -o PATH, or only --check PATH; FORM is {', '.join(FORMS)}"
        )
    exported = find_run(options.run)
    if options.check:
        _check(exported, options.check)
        output.print_result(options, {"run": exported.id, "checked": str(options.check)}, _checked_text)
        return 0
    # Imported here, because `bnn.export.place` imports Numba, which other commands need not load.
    from bnn.export.place import check_place

    check_place(options.output, options.to)
    paths = _write(exported, options.to, options.output)
    files = [{"path": str(path), "bytes": path.stat().st_size} for path in paths]
    output.print_result(options, {"run": exported.id, "files": files}, _written_text)
    return 0


def _write(exported: Run, form: str, path: Path) -> list[Path]:
    if form == "keras":
        check_training_packages()
        with without_messages():
            from bnn.training.keras_file import write_keras

            return write_keras(exported, path)
    if form == "tflite":
        check_training_packages("train,tflite")
        with without_messages():
            from bnn.training.tflite_file import write_tflite

            return write_tflite(exported, path)
    from bnn.export import c, html

    if form == "c":
        return c.write_c(exported, path)
    write_atomically(path, html.to_html(exported))
    return [path]


def _check(exported: Run, path: Path) -> None:
    from bnn.export.check import check

    if path.suffix == ".keras":
        check_training_packages()
        with without_messages():
            from bnn.training.keras_file import check_keras

            check(path, exported, check_keras)
    elif path.suffix == ".tflite":
        check_training_packages("train,tflite")
        with without_messages():
            from bnn.training.tflite_file import check_tflite

            check(path, exported, check_tflite)
    else:
        check(path, exported)


def _checked_text(result: dict[str, Any]) -> str:
    return f"{result['checked']} contains the network of run {result['run']}"


def _written_text(result: dict[str, Any]) -> str:
    return "\n".join(f"{file['path']}: {file['bytes']:,} bytes" for file in result["files"])
