"""The command `bnn export`, which writes a network as a web page or as C sources."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from bnn.cli import output
from bnn.runs import store
from bnn.runs.run import Run
from bnn.system.files import write_atomically

FORMS = ("html", "c")


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "run", nargs="?", metavar="RUN", help="the run; by default the one that came with the app"
    )
    parser.add_argument("--to", choices=FORMS, help="write a web page in one file, or C sources in a folder")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="PATH", help="the file of the page, or the folder of the sources"
    )
    parser.add_argument(
        "--check", type=Path, metavar="PATH", help="check that an export contains the run's network"
    )


def run(options: Namespace) -> int:
    """Write a run's network as a web page or as C sources, or check such an export."""
    if bool(options.check) == bool(options.to) or bool(options.to) != bool(options.output):
        raise ValueError("export takes --to html or --to c with -o PATH, or --check PATH alone")
    exported = store.find(options.run)
    if options.check:
        from bnn.export.check import check

        check(options.check, exported)
        output.print_result(options, {"run": exported.id, "checked": str(options.check)}, _checked_text)
        return 0
    paths = _write(exported, options.to, options.output)
    files = [{"path": str(path), "bytes": path.stat().st_size} for path in paths]
    output.print_result(options, {"run": exported.id, "files": files}, _written_text)
    return 0


def _write(exported: Run, form: str, path: Path) -> list[Path]:
    from bnn.export import c, html

    if form == "c":
        return c.write_c(exported, path)
    write_atomically(path, html.to_html(exported))
    return [path]


def _checked_text(result: dict[str, Any]) -> str:
    return f"{result['checked']} contains the network of run {result['run']}"


def _written_text(result: dict[str, Any]) -> str:
    return "\n".join(f"{file['path']}: {file['bytes']:,} bytes" for file in result["files"])
