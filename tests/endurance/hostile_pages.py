"""Pages over spoilt run folders: whatever was read and taken must also be shown."""

import random
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from bnn.runs import store
from bnn.runs.launchers import local
from tests.endurance.hostile import RUN_ID
from tests.endurance.hostile_kinds import kinds
from tests.support.project import PROJECT

SEED = 7

SPOILT = ("recipe.json", "status.json", "test.json", "history.csv", "progress.csv", "model.safetensors")
CHAPTERS = ("bits", "neuron", "way", "learning", "break", "why")


def open_many(num_folders: int) -> tuple[int, int]:
    """Open every page over so many spoilt copies of a run; how many folders and how many pages that was.

    Raises AssertionError if a page shows an exception.
    """
    rng, found = random.Random(SEED), kinds()
    with tempfile.TemporaryDirectory() as folder, _only_runs_in(Path(folder)):
        num_pages = 0
        for number in range(num_folders):
            run = _spoilt_run(rng, found, Path(folder) / "runs" / f"{RUN_ID}-{number}")
            num_pages += _open_all(run, rng)
            shutil.rmtree(run)
    return num_folders, num_pages


@contextmanager
def _only_runs_in(folder):
    places = mock.patch.multiple(store, SHIPPED=folder / "shipped", root=lambda: folder / "runs")
    # Nothing is pressed; should it be all the same, nothing is started.
    with places, mock.patch.object(local, "_launch", lambda run: None):
        yield


def _spoilt_run(rng, found, folder):
    shutil.copytree(store.SHIPPED / "quick", folder)
    for name in rng.sample(SPOILT, rng.choice((1, 2, 3))):
        path, kind = folder / name, found[name]
        path.write_bytes(kind.spoil(rng, [path.read_bytes(), *kind.seeds]))
    if rng.random() < 0.3:
        # An epoch's network of another shape than the run's.
        (folder / "epochs" / "0002.safetensors").write_bytes(rng.choice(found["model.safetensors"].seeds))
    return folder


def _open_all(folder, rng):
    for page in ("draw", "train", "evaluate", "inside"):
        _open(page, folder)
    chapters = rng.sample(CHAPTERS, 3)
    for chapter in chapters:
        _open("inside", folder, step=chapter, layer="5", epoch="2")
    return 4 + len(chapters)


def _open(name, folder, **address):
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_file(str(PROJECT / "pages" / name / "page.py"), default_timeout=120)
    page.query_params.update(address)
    page.run()
    spoilt = {path.name: path.read_bytes()[:200] for path in folder.glob("*.json")}
    assert not page.exception, f"{name} {address}: {page.exception[0].value}; {spoilt}"
