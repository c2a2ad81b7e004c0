"""Opens the pages with runs whose files are damaged."""

import shutil
import tempfile
from pathlib import Path
from unittest import mock

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bnn.runs import store
from bnn.runs.launchers import local
from pages.inside.chapters import CHAPTERS
from tests.endurance.hostile import run_files
from tests.endurance.hostile.kind import EXAMPLES, RUN_ID
from tests.support.project import PROJECT

# Hypothesis does not shrink a failing example, because pages are too slow.
WITHOUT_SHRINKING = settings(EXAMPLES, phases=[Phase.generate])
# Up to three of these files of a run are damaged before the pages are opened.
DAMAGED = ("recipe.json", "status.json", "test.json", "history.csv", "progress.csv", "model.safetensors")


@st.composite
def _damaged_files(draw, kinds, sound_run):
    """Returns one to three damaged files by name, and sometimes an epoch's network of another shape."""
    files = {}
    for name in draw(st.lists(st.sampled_from(DAMAGED), min_size=1, max_size=3, unique=True)):
        files[name] = draw(kinds[name].damaged([(sound_run / name).read_bytes(), *kinds[name].sound]))
    if draw(st.integers(0, 9)) < 3:
        files["epochs/0002.safetensors"] = draw(st.sampled_from(kinds["model.safetensors"].sound))
    return files


def open_pages_with_damaged_runs(num_folders: int) -> tuple[int, int]:
    """Opens Draw, Train, Evaluate and Inside with damaged copies of a run.

    Returns:
        The number of copies, and the number of pages opened.

    Raises:
        AssertionError: if a page shows an exception.
    """
    sound_run, counts = store.SHIPPED / "quick", []
    kinds = {kind.file_name: kind for kind in run_files.kinds()}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)

        @settings(WITHOUT_SHRINKING, max_examples=num_folders)
        @given(_damaged_files(kinds, sound_run), st.permutations(list(CHAPTERS)))
        def open_pages(files, chapters):
            run = folder / "runs" / f"{RUN_ID}-{len(counts)}"
            shutil.copytree(sound_run, run)
            for name, content in files.items():
                (run / name).write_bytes(content)
            counts.append(_open_pages(run, chapters[:3]))
            shutil.rmtree(run)

        # No button is pressed. Even if a page started a training, no process would start.
        places = mock.patch.multiple(store, SHIPPED=folder / "shipped", root=lambda: folder / "runs")
        with places, mock.patch.object(local, "launch", return_value=None):
            open_pages()
    return len(counts), sum(counts)


def _open_pages(run, chapters):
    """Opens the pages with this run, Inside also at these chapters; returns the number of pages opened."""
    opened = [(page, {}) for page in ("draw", "train", "evaluate", "inside")]
    opened += [("inside", dict(step=chapter, layer="5", epoch="2")) for chapter in chapters]
    for name, address in opened:
        _open_page(name, address, run)
    return len(opened)


def _open_page(name, address, run):
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_file(str(PROJECT / "pages" / name / "page.py"), default_timeout=120)
    page.query_params.update(address)
    page.run()
    damaged = {path.name: path.read_bytes()[:200] for path in run.glob("*.json")}
    assert not page.exception, f"{name} {address}: {page.exception[0].value}; {damaged}"
