"""The Train page without a browser: runs are shown, stopped and resumed."""

import json
import re
import shutil

import pandas as pd
import pytest

from bnn.runs import first_batches, run_data, store, trainings
from bnn.runs.launchers import local
from bnn.runs.status import Status
from bnn.system.commands import typed_command
from bnn.system.files import write_atomically
from bnn.system.processes import crash_cause
from pages.shared import curve_charts, refusals
from pages.train import curves
from tests.support.page_content import shown, words
from tests.support.pages import (
    GONE,
    NUM_EPOCHS,
    blocks_around,
    cells,
    click,
    open_page,
    refuse,
)

LAST = "Press Resume to continue from where it was last saved."


def test_state_and_figures_come_from_disk(make_run):
    make_run(state="stopped")
    text = words(open_page("train"))
    assert "stopped" in text
    assert f"2 of {NUM_EPOCHS}" in text
    assert "90.00 %" in text


def test_page_says_why_a_trainer_ended(make_run):
    run = make_run(state="running")
    assert "Its process ended before the training was finished. Press Resume" in words(open_page("train"))
    run.write_interrupted(run.status().pid, crash_cause(-9))
    page = open_page("train")
    assert "The system ended its process, probably because memory ran out. Press Resume" in words(page)
    assert not page.button(key="resume").disabled


@pytest.mark.parametrize(
    "status, is_saved, said",
    [
        (Status("stopped", epoch=1), True, "What it has learnt is kept. Press Resume to continue from here."),
        (Status("stopped"), False, "It had not begun to learn. Press Resume to start again."),
        (Status("stopped", epoch=1), False, "What it had learnt is lost. Press Resume to start again."),
        (Status("stopped", "disk full. All is lost", epoch=2), True, f"Disk full. All is lost. {LAST}"),
        (Status("stopped", "disk full", epoch=1), False, "Disk full. Press Resume to start again."),
        (Status("interrupted", "no memory", epoch=2), True, f"No memory. {LAST}"),
        (Status("interrupted", "no memory", epoch=1), False, "No memory. Press Resume to start again."),
    ],
)
def test_page_says_what_resume_continues_and_what_is_lost(make_run, status, is_saved, said):
    run = make_run()
    run.write_status(status)
    if is_saved:
        run.checkpoint_path.parent.mkdir()
        write_atomically(run.checkpoint_path, b"")
    state = re.search(r'<div class="status">.*?</div>', shown(open_page("train"))).group()
    assert said in state
    assert ("is kept" in state) == ("is kept" in said)


def test_copied_folder_is_listed_and_an_unusable_name_is_reported(make_run):
    run = make_run()
    for name in (" - Copy", "$"):
        shutil.copytree(run.folder, run.folder.with_name(run.id + name))
    page = open_page("train")
    assert any("quick - Copy" in row[0] for row in cells(page))
    assert any("is not listed: its name must" in caption.value for caption in page.caption)


def test_command_that_exports_a_copied_folder_has_its_id_in_quotes(make_run):
    make_run(run_id="20261123-140500-quick - Copy")
    (command,) = (code.value for code in open_page("train").code if " export " in code.value)
    words_of_command = ["export", "20261123-140500-quick - Copy", "--to", "keras", "-o", "network.keras"]
    assert command == typed_command(*words_of_command)


@pytest.mark.parametrize("message", ["Getting ready (loading TensorFlow)", ""])
def test_state_before_the_first_batch_says_what_is_going_on(make_run, monkeypatch, message):
    make_run().write_status(Status("running", message, num_epochs=NUM_EPOCHS, num_batches=100, **GONE))
    monkeypatch.setattr(local, "is_alive", lambda run, status: True)
    state = re.search(r'<div class="status">.*?</div>', shown(open_page("train"))).group()
    assert state.lower().count("getting ready") == 1
    assert message.lower() in state.lower()


def test_stop_asks_the_trainer_to_stop(make_run, monkeypatch):
    run = make_run(state="running")
    monkeypatch.setattr(local, "is_alive", lambda run, status: True)
    page = open_page("train")
    assert page.button(key="resume").disabled
    click(page, "stop")
    assert run.stop_path.exists()
    assert "stopping" in words(page)
    assert page.button(key="stop").disabled


def test_error_of_stop_stays_beside_the_button_for_some_seconds(living, monkeypatch):
    monkeypatch.setattr(trainings, "stop", refuse)
    page = click(open_page("train"), "stop")
    for _ in range(2):
        (error,) = page.error
        assert error.value == "The file is in use."
        assert blocks_around(page.main, error) == blocks_around(page.main, page.get("progress")[0])
        page.run()
    monkeypatch.setattr(refusals, "_SECONDS", -1.0)
    assert not page.run().error


def test_error_of_stop_disappears_when_the_run_stops(living, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(trainings, "stop", refuse)
        page = click(open_page("train"), "stop")
    assert page.error
    assert not click(page, "stop").error


@pytest.mark.parametrize("state", ["stopped", "failed", "running"])
def test_run_without_a_trainer_can_be_resumed(make_run, launched, state):
    """A run whose status is "running" but whose process is gone counts as interrupted."""
    run = make_run(state=state)
    page = open_page("train")
    assert page.button(key="stop").disabled
    click(page, "resume")
    assert launched == [run]


def test_finished_run_can_be_neither_stopped_nor_resumed(make_run):
    make_run()
    page = open_page("train")
    assert page.button(key="stop").disabled
    assert page.button(key="resume").disabled


def test_list_has_every_run_and_marks_validation_on_the_test_set(make_run):
    make_run("quick", seed=2)
    make_run("report")
    rows = {row[0]: row for row in cells(open_page("train")) if len(row) == 8}
    assert rows["quick, 23 Nov 14:05:00"][2:6] == ["quick, changed", "2 of 3", "90.00 %", "–"]
    assert rows["report, 23 Nov 14:05:01"][4] == "90.00 % *"


def test_damaged_facts_about_the_data_hide_only_the_time(make_run):
    run = make_run()
    (run.folder / "history.csv").unlink()
    run.write_status(Status("stopped", epoch=1, batch=170, images_per_second=1_000, **GONE))
    (run.folder / run_data.FACTS_NAME).write_text("damaged")
    row = next(row for row in cells(open_page("train")) if len(row) == 8)
    assert (row[2], row[3], row[7]) == ("quick", f"1 of {NUM_EPOCHS}", "–")


def test_runs_can_be_compared(make_run):
    names = [make_run(recipe).id for recipe in ("quick", "report", "report-signed")]
    page = open_page("train")
    page.multiselect(key="compare").set_value(names[:2]).run()
    assert not page.exception
    assert not page.error


def test_compared_runs_are_sent_to_the_browser_only_if_their_labels_have_changed(make_run):
    """Sending them undoes a choice that the visitor makes at the same moment."""
    run, _ = make_run(), make_run("report")
    page = open_page("train")
    page.multiselect(key="compare").set_value([run.id]).run()
    make_run()
    page.run()
    assert not page.multiselect(key="compare").proto.set_value
    store.rename(run, "Ann")
    page.run()
    box = page.multiselect(key="compare").proto
    assert (box.set_value, list(box.raw_values)) == (True, ["Ann"])


def test_charts_distinguish_long_names_with_the_same_beginning(make_run):
    found = [make_run(recipe) for recipe in ("quick", "report")]
    for run, last in zip(found, "ab", strict=True):
        store.rename(run, "x" * 59 + last)
    page = open_page("train")
    page.multiselect(key="compare").set_value([found[0].id]).run()
    short = "x" * 29 + "…"
    assert _names_in_the_legend(page) == [short, f"{short} (2)"]


def _names_in_the_legend(page):
    spec = json.loads(page.get("vega_lite_chart")[0].proto.spec)
    return spec["layer"][0]["encoding"]["color"]["scale"]["domain"]


def test_chart_tells_runs_with_the_same_name_apart_by_their_start(make_run):
    first, _ = (make_run(run_id=f"20261123-14050{i}-mine") for i in (0, 1))
    page = open_page("train")
    page.multiselect(key="compare").set_value([first.id]).run()
    assert _names_in_the_legend(page) == ["Learnt hand (23 Nov 14:05:01)", "Learnt hand (23 Nov 14:05:00)"]


def test_validation_curve_begins_before_the_first_batch(make_run, random_network):
    run = make_run()
    first_batches.keep(run, 0, random_network(), 0.125)
    table = pd.concat(curves._curves(run, "quick", "accuracy"))
    validation = table[table["part"] == curve_charts.VALIDATION]
    assert validation["epoch"].tolist() == [0, *run.history()["epoch"]]
    assert validation["value"].iloc[0] == 0.125


def test_queued_run_shows_time_left_but_no_time_taken(make_run, monkeypatch):
    status = Status("queued", eta_seconds=77.0, **GONE)
    make_run().write_status(status)
    monkeypatch.setattr(local, "is_alive", lambda run, status: True)
    text = words(open_page("train"))
    assert re.search(r"–\s+time left", text)
    assert "time taken" not in text


@pytest.mark.parametrize("message", ["", "Waiting for the run before it"])
def test_state_of_a_queued_run_says_waiting_once(make_run, monkeypatch, message):
    make_run().write_status(Status("queued", message, **GONE))
    monkeypatch.setattr(local, "is_alive", lambda run, status: True)
    text = re.search(r'<div class="status">.*?</div>', shown(open_page("train"))).group()
    assert text.lower().count("waiting") == 1
