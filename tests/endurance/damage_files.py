"""Damages a run's files, and returns what pages and commands say about them."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from streamlit.testing.v1 import AppTest

from bnn.runs import run_data, store, sweeps
from bnn.runs.run import Run
from bnn.system.files import write_atomically
from tests.support.project import PROJECT

PAGES = ("draw", "train", "inside", "evaluate")
FILES = (
    "recipe.json",
    "status.json",
    "progress.csv",
    "history.csv",
    "test.json",
    "name.txt",
    "model.safetensors",
    "epochs/0001.safetensors",
    "checkpoint/state.safetensors",
    "log.txt",
    "sweep.json",
    "data.json",
    "start.safetensors",
    "batches.csv",
    "batches/0000.safetensors",
)
# Pairs of a file and a page. If the file is damaged, the page cannot show the run, and must say so. All other
# pages work with the damaged file.
NEEDED = {
    ("recipe.json", "train"),
    ("recipe.json", "evaluate"),
    ("model.safetensors", "train"),
    ("model.safetensors", "draw"),
    ("model.safetensors", "inside"),
    ("model.safetensors", "evaluate"),
    ("epochs/0001.safetensors", "inside"),
    ("data.json", "train"),
    ("data.json", "evaluate"),
    ("start.safetensors", "inside"),
    ("batches/0000.safetensors", "inside"),
}


def _edit(path: Path):
    """Replaces three bytes in the middle by seven others, as if someone had edited the file by mistake."""
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + b"\x00-7e999" + content[middle + 3 :])


def _folder_in_its_place(path: Path):
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "emptied": lambda path: path.write_bytes(b""),
    "edited": _edit,
    "another kind": lambda path: path.write_bytes(b'{"a": [1, null]}'),
    "bytes": lambda path: path.write_bytes(bytes(range(256)) * 40),
    "a folder": _folder_in_its_place,
    "deleted": lambda path: path.unlink(),
}


def make_run(run_id: str, source: Run | None = None) -> Run:
    """Copies `source`, by default the example run `quick`, into the folder of runs, and returns the copy.

    A log, a name, and a text in place of a checkpoint are added.
    """
    source = source or Run("quick", store.SHIPPED / "quick", shipped=True)
    run = Run(run_id, store.root() / run_id)
    run.write_recipe(source.recipe())
    for path in source.folder.rglob("*"):
        if path.is_file():
            (run.folder / path.relative_to(source.folder)).parent.mkdir(exist_ok=True)
            write_atomically(run.folder / path.relative_to(source.folder), path.read_bytes())
    run.checkpoint_path.parent.mkdir(exist_ok=True)
    for path in (run.checkpoint_path, run.log_path, run.folder / "name.txt"):
        path.write_text(f"{path.name} of {run_id}")
    return run


def damage_file(run: Run, name: str, damage: str) -> None:
    """Damages one of the run's files. Files that only special runs have are made first."""
    path = run.folder / name
    if name == "data.json":
        path.write_text(json.dumps(asdict(replace(run_data.MNIST_FACTS, file="data.npz"))))
    elif name == "sweep.json":
        sweeps.keep(run, sweeps.Sweep("s", ("seed",), "validation_accuracy", num_runs=2, number=1))
    elif name == "start.safetensors":
        path.write_bytes(run.model_path.read_bytes())
    DAMAGES[damage](path)


def snapshot(folder: Path) -> dict[Path, bytes]:
    """Returns the content of every file in a folder, by path."""
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def page_messages(page: str, run: Run, damaged: str = "") -> list[str]:
    """Opens a page with this run chosen, and returns its errors and warnings, checked by `messages`.

    Inside is opened at epoch 1. If the damaged file is one of the first batches, no epoch is chosen, so that
    Inside shows the first network of the run.
    """
    app = AppTest.from_file(str(PROJECT / "pages" / page / "page.py"), default_timeout=60)
    for key in ("chosen_run", "run_shown"):
        app.session_state[key] = run.id
    app.session_state["inside_step"] = "learning"
    if not damaged.startswith("batches"):
        app.session_state["inside_epoch"] = "1"
    return messages(app.run())


def messages(app: AppTest) -> list[str]:
    """Returns the errors and warnings on a page; fails if one of them is not a plain sentence."""
    assert not app.exception, f"a traceback on the page: {app.exception[0].message}"
    texts = [element.value for element in (*app.error, *app.warning)]
    for text in texts:
        assert re.fullmatch(r"[A-Z0-9].{5,400}[.!?]", text), f"not a plain sentence: {text!r}"
        assert not re.search(r"Errno|Traceback|\wError\b|\.part\b", text), f"not a plain sentence: {text!r}"
    return texts


def command(*words: str) -> tuple[int, str]:
    """Runs a command and returns its exit code and standard error; it must work or fail with one line."""
    done = subprocess.run(
        [sys.executable, "-m", "bnn", *words], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    # Lines of TensorFlow and of the progress bar do not count.
    ours = [line for line in done.stderr.splitlines() if line.startswith(("bnn: ", "python -m bnn"))]
    assert bool(done.returncode) == (len(ours) == 1), f"{words}: exit code {done.returncode}, {done.stderr!r}"
    return done.returncode, done.stderr
