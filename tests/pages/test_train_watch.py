"""The Train page without a browser: it notices trainings that were started elsewhere."""

import shutil

import pytest

from bnn.runs.launchers import local
from pages.train import watch
from tests.support.pages import open_page


@pytest.fixture
def fragments(monkeypatch):
    """A list of the functions that the page refreshes by themselves, with their seconds."""
    made, fragment = [], watch.st.fragment

    def note(function, run_every=None):
        made.append((function.__name__, run_every))
        return fragment(function, run_every=run_every)

    monkeypatch.setattr(watch.st, "fragment", note)
    return made


@pytest.fixture
def reruns(monkeypatch):
    """A list that gets an element for each rerun of the whole page."""
    made = []
    monkeypatch.setattr(watch.st, "rerun", lambda: made.append(1))
    return made


def test_page_compares_the_runs_slowly_only_while_none_is_trained(make_run, fragments, monkeypatch):
    page = open_page("train")
    make_run()
    page.run()
    assert [seconds for name, seconds in fragments if name == "_compare"] == [5.0, 5.0]
    assert [seconds for name, seconds in fragments if name == "_live"] == [None]
    fragments.clear()
    monkeypatch.setattr(local, "is_alive", lambda run, status: True)
    make_run(state="running")
    page.run()
    assert [seconds for name, seconds in fragments if name == "_live"] == [1.0]
    assert "_compare" not in [name for name, _ in fragments]


def test_page_reruns_only_if_a_run_has_begun_ended_or_been_deleted(make_run, reruns, monkeypatch):
    monkeypatch.setattr(local, "is_alive", lambda run, status: True)
    run = make_run()
    known = watch.states([run])
    watch._compare(known)
    assert not reruns
    other = make_run(state="running")
    watch._compare(known)
    assert len(reruns) == 1
    shutil.rmtree(other.folder)
    watch._compare(known)
    assert len(reruns) == 1
    shutil.rmtree(run.folder)
    watch._compare(known)
    assert len(reruns) == 2
