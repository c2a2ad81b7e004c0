"""The Train page without a browser: which run it shows, how runs and data are named, and renaming a run."""

import shutil
from dataclasses import replace

import pytest

from bnn.runs import store
from bnn.runs.labels import run_label
from bnn.runs.launchers import local
from bnn.runs.status import Status
from pages.shared import text
from tests.support.page_content import shown, words
from tests.support.pages import blocks_around, click, open_page, picker, report_late, widget_states


@pytest.fixture
def stopped_in_the_queue(make_run, launched, monkeypatch):
    """A page and its two runs: the second was started and stopped while the first was in training."""
    first = make_run(state="running")
    monkeypatch.setattr(local, "is_alive", lambda run, status: True)
    page = open_page("train")
    before = widget_states(page)
    click(page, "start")
    (second,) = launched
    # The browser still sends the choice from before the press.
    report_late(page, before)
    click(page, "stop")
    second.write_status(Status("stopped"))
    page.run()
    return page, first, second


def test_run_stopped_in_the_queue_stays_shown(stopped_in_the_queue):
    page, first, second = stopped_in_the_queue
    assert picker(page, "run_shown").value == second.id
    assert not first.stop_path.exists()


def test_credit_names_all_data_from_which_the_network_has_learnt(make_run):
    run = make_run()
    run.write_recipe(replace(run.recipe(), pen_digits=100))
    page = open_page("train")
    (credit,) = (caption.value for caption in page.caption if caption.value.startswith("Data: "))
    assert "Yann LeCun" in credit
    assert "International Unipen Foundation" in credit
    # A line must not end within the name of a licence.
    assert "CC\u00a0BY\u2011SA\u00a03.0" in credit


def test_run_can_be_renamed(make_run):
    run = make_run()
    page = open_page("train")
    page.text_input(key=f"name-{run.id}").set_value("my <b>best</b>")
    click(page, f"rename-{run.id}")
    assert run.name() == "my <b>best</b>"
    assert not page.session_state["rename"]
    assert [toast.value for toast in page.toast] == [r"Its name is now **my \<b\>best\</b\>**."]
    assert picker(page, "run_shown").options == ["my <b>best</b>"]
    assert "my <b>best</b>" not in shown(page)
    assert "my <b>best</b>" in words(page).replace("&lt;", "<")


def test_too_long_name_is_reported_in_one_sentence(make_run):
    run = make_run()
    page = open_page("train")
    page.text_input(key=f"name-{run.id}").set_value("x" * 61)
    page.session_state["rename"] = True
    click(page, f"rename-{run.id}")
    assert page.session_state["rename"], "the message is not visible"
    (error,) = page.error
    assert "popover" in blocks_around(page.main, error), "the error is not where the visitor has typed"
    assert run.name() == run.id


def test_renamed_run_stays_shown(make_run):
    run, _ = make_run(), make_run()
    page = open_page("train")
    picker(page, "run_shown").select(run.id).run()
    page.text_input(key=f"name-{run.id}").set_value("mine")
    click(page, f"rename-{run.id}")
    assert picker(page, "run_shown").value == run.id


@pytest.mark.parametrize("number", [0, 1])
def test_run_shown_stays_when_a_run_is_renamed(stopped_in_the_queue, number):
    page, *both = stopped_in_the_queue
    for name in ("mine", "yours", "mine"):
        before = widget_states(page)
        store.rename(both[number], name)
        report_late(page.run(), before)
        assert picker(page, "run_shown").value == both[1].id


def test_run_shown_stays_when_the_list_grows_and_when_runs_end(stopped_in_the_queue, make_run):
    page, first, second = stopped_in_the_queue
    before = widget_states(page)
    make_run(state="running", run_id="20271123-140500-quick")
    first.write_status(Status("finished"))
    report_late(page.run(), before)
    assert picker(page, "run_shown").value == second.id


def test_run_chosen_later_is_shown(stopped_in_the_queue):
    page, first, second = stopped_in_the_queue
    for run in (first, second, first):
        before = picker(page, "run_shown").key
        picker(page, "run_shown").select(run.id).run()
        assert picker(page, "run_shown").value == run.id
        assert picker(page, "run_shown").key == before


def test_choice_in_a_box_that_was_replaced_in_the_same_moment_counts(make_run):
    """The box is replaced, because a run gets another label, before the browser's message arrives."""
    renamed, chosen = make_run(), make_run()
    page = open_page("train", run_shown=renamed.id)
    before = page._tree.get_widget_states()
    picker(page, "run_shown").select(chosen.id)
    message = widget_states(page)
    store.rename(renamed, "mine")
    page._run(before)
    assert picker(page, "run_shown").value == renamed.id
    report_late(page, message)
    assert picker(page, "run_shown").value == chosen.id


def test_visitor_who_has_chosen_nothing_sees_the_busy_run(make_run, monkeypatch):
    busy, _ = make_run(state="running"), make_run()
    monkeypatch.setattr(local, "is_alive", lambda run, status: True)
    assert picker(open_page("train"), "run_shown").value == busy.id


def test_page_says_that_the_shown_run_is_gone(make_run):
    other, run = make_run(), make_run()
    page = open_page("train")
    assert picker(page, "run_shown").value == run.id
    assert not page.warning
    label = run_label(run)
    shutil.rmtree(run.folder)
    page.run()
    assert not page.exception
    assert not page.error
    assert [f"{text.escaped(label)} no longer exists" in shown.value for shown in page.warning] == [True]
    assert picker(page, "run_shown").value == other.id


def test_built_in_runs_have_short_names(make_run, monkeypatch, tmp_path):
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "runs")
    for run_id in ("shipped", "quick"):
        make_run(run_id=run_id)
    labels = {run_label(run) for run in store.all_runs() if run.shipped}
    assert labels == {"The app’s network", "quick (example)"}
