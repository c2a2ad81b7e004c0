"""A run that is deleted while a page shows it: the page says so in one sentence, without a path."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from bnn.runs import store
from pages.shared import errors, networks, run_picker
from tests.support.project import PROJECT


@pytest.fixture
def deleted(make_run, monkeypatch):
    """A run whose folder is deleted. The page still lists the run and has its network in memory."""
    run = make_run()
    network = networks.network(run)
    monkeypatch.setattr(store, "all_runs", lambda: [run])
    monkeypatch.setattr(run_picker, "runs_with_network", lambda: [run])
    monkeypatch.setattr(networks, "network", lambda _: network)
    shutil.rmtree(run.folder)
    return run


@pytest.mark.parametrize(
    "name, link",
    [("draw", {}), ("evaluate", {}), *(("inside", {"step": step}) for step in ("learning", "break", "why"))],
)
def test_page_says_that_its_run_was_deleted(deleted, name, link):
    page = AppTest.from_file(str(PROJECT / "pages" / name / "page.py"), default_timeout=60)
    for key, value in link.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    (error,) = {error.value for error in page.error}
    assert f"The run {deleted.id} no longer exists" in error.replace("\\", "")
    assert str(store.root()) not in error.replace("\\", "")


def test_missing_file_of_an_existing_run_is_named(make_run):
    run = make_run()
    with pytest.raises(FileNotFoundError) as missing:
        run.live_path.stat()
    assert "live.safetensors" in errors.sentence(missing.value)
