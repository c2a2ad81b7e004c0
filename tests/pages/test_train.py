"""The Train page without a browser."""

import errno
import json
import os
import re
import shutil
from dataclasses import replace

import pytest

from bnn.recipes.presets import PRESETS
from bnn.runs import store
from bnn.runs.launchers import local
from bnn.runs.status import Status
from bnn.system.processes import crash_cause
from pages.shared import run_picker, text
from tests.support.page_content import shown, words
from tests.support.pages import GONE, NUM_EPOCHS, cells, click, open_page, picker, report_late, widget_states


@pytest.fixture
def launched(monkeypatch):
    """The runs that would have been trained, in place of training processes."""
    found = []
    monkeypatch.setattr(local, "launch", found.append)
    return found


class TestTrain:
    def test_layer_table_stands_before_anything_starts(self):
        page = open_page("train")
        total = next(row for row in cells(page) if row[0] == "Total")
        assert f"{PRESETS['quick'].num_weights:,}" in total

    def test_every_recipe_can_be_chosen(self):
        page = open_page("train")
        for name in PRESETS:
            page.radio(key="recipe").set_value(name).run()
            assert not page.exception
            total = next(row for row in cells(page) if row[0] == "Total")
            assert f"{PRESETS[name].num_weights:,}" in total

    def test_start_starts_what_was_chosen(self, launched):
        page = open_page("train")
        page.radio(key="recipe").set_value("report-signed").run()
        page.number_input(key="set-report-signed-epochs").set_value(2).run()
        page.text_input(key="set-report-signed-stages").set_value("8, 8 | 16").run()
        click(page, "start")
        assert len(launched) == 1
        wanted = replace(PRESETS["report-signed"], epochs=2, stages=((8, 8), (16,)))
        assert launched[0].recipe() == wanted
        assert picker(page, "run_shown").value == launched[0].id

    def test_a_recipe_whose_data_is_missing_says_so_and_does_not_start(self, launched, monkeypatch):
        monkeypatch.delenv("BNN_UNIPEN", raising=False)
        page = open_page("train")
        page.radio(key="recipe").set_value("anyone").run()
        assert any("set BNN_UNIPEN to the file that" in note.value for note in page.info)
        assert page.button(key="start").disabled
        page.radio(key="recipe").set_value("quick").run()
        assert not any("BNN_UNIPEN" in note.value for note in page.info)
        assert not page.button(key="start").disabled

    def test_double_click_starts_one_run(self, launched):
        page = click(open_page("train"), "start")
        # However long the page took.
        page.session_state.started_at += 60
        click(page, "start")
        assert len(launched) == 1

    def test_later_click_starts_another(self, launched):
        page = click(open_page("train"), "start")
        page.session_state.started_at -= 60
        click(page, "start")
        assert len(launched) == 2

    @pytest.mark.parametrize(
        "field, value", [("epochs", 0), ("epochs", 100_000), ("learning_rate", -1.0), ("augment", 9.0)]
    )
    def test_setting_out_of_range_is_one_sentence(self, launched, field, value):
        page = open_page("train")
        page.number_input(key=f"set-quick-{field}").set_value(value).run()
        assert not page.exception
        assert {error.value.replace("\\", "").split()[0].lower() for error in page.error} == {field}
        assert page.button(key="start").disabled

    @pytest.mark.parametrize("text", ["many", "1 | ", "-3", "0", "99999", "1.5", "1," * 3000])
    def test_architecture_that_cannot_be_is_one_sentence(self, text):
        page = open_page("train")
        page.text_input(key="set-quick-stages").set_value(text).run()
        assert not page.exception
        assert page.error
        assert len(page.error[0].value) < 200
        assert page.button(key="start").disabled

    def test_state_and_figures_come_from_disk(self, make_run):
        make_run(state="stopped")
        text = words(open_page("train"))
        assert "stopped" in text
        assert f"2 of {NUM_EPOCHS}" in text
        assert "90.00 %" in text

    def test_what_killed_a_trainer_is_said(self, make_run):
        run = make_run(state="running")
        assert "Its process ended before it was done. Press Resume" in words(open_page("train"))
        run.write_interrupted(run.status().pid, crash_cause(-9))
        page = open_page("train")
        assert "The system ended its process, probably because memory ran out. Press Resume" in words(page)
        assert not page.button(key="resume").disabled

    def test_copied_folder_is_listed_and_one_whose_name_cannot_be_used_is_named(self, make_run):
        run = make_run()
        for name in (" - Copy", "$"):
            shutil.copytree(run.folder, run.folder.with_name(run.id + name))
        page = open_page("train")
        assert any("quick - Copy" in row[0] for row in cells(page))
        assert any("is not listed: its name must" in caption.value for caption in page.caption)

    @pytest.mark.parametrize("message", ["Loading TensorFlow", "", "Getting ready"])
    def test_state_before_the_first_image_says_what_is_going_on(self, make_run, monkeypatch, message):
        make_run().write_status(Status("running", message, num_epochs=NUM_EPOCHS, num_batches=100, **GONE))
        monkeypatch.setattr(local, "is_alive", lambda run, status: True)
        state = re.search(r'<div class="status">.*?</div>', shown(open_page("train"))).group()
        assert state.lower().count("getting ready") == 1
        assert message.lower() in state.lower()

    def test_stop_asks_the_running_trainer(self, make_run, monkeypatch):
        run = make_run(state="running")
        monkeypatch.setattr(local, "is_alive", lambda run, status: True)
        page = open_page("train")
        assert page.button(key="resume").disabled
        click(page, "stop")
        assert run.stop_path.exists()
        assert "stopping" in words(page)
        assert page.button(key="stop").disabled

    @pytest.mark.parametrize("state", ["stopped", "failed", "running"])
    def test_what_is_not_at_work_can_be_resumed(self, make_run, launched, state):
        """A running run whose process is gone reads as interrupted."""
        run = make_run(state=state)
        page = open_page("train")
        assert page.button(key="stop").disabled
        click(page, "resume")
        assert launched == [run]

    def test_finished_run_can_be_neither_stopped_nor_resumed(self, make_run):
        make_run()
        page = open_page("train")
        assert page.button(key="stop").disabled
        assert page.button(key="resume").disabled

    def test_list_names_every_run_and_marks_the_test_set(self, make_run):
        make_run("quick", seed=2)
        make_run("report")
        rows = {row[0]: row for row in cells(open_page("train")) if len(row) == 8}
        assert rows["quick, 23 Nov 14:05:00"][2:6] == ["quick, changed", "2 of 3", "90.00 %", "–"]
        assert rows["report, 23 Nov 14:05:01"][4] == "90.00 % *"

    def test_runs_can_be_compared(self, make_run):
        names = [make_run(recipe).id for recipe in ("quick", "report", "report-signed")]
        page = open_page("train")
        page.multiselect(key="compare").set_value(names[:2]).run()
        assert not page.exception
        assert not page.error

    def test_charts_tell_long_names_apart_that_begin_alike(self, make_run):
        found = [make_run(recipe) for recipe in ("quick", "report")]
        for run, last in zip(found, "ab", strict=True):
            store.rename(run, "x" * 59 + last)
        page = open_page("train")
        page.multiselect(key="compare").set_value([found[0].id]).run()
        spec = json.loads(page.get("vega_lite_chart")[0].proto.spec)
        short = "x" * 29 + "…"
        assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == [short, f"{short} (2)"]

    def test_rename(self, make_run):
        run = make_run()
        page = open_page("train")
        page.text_input(key=f"name-{run.id}").set_value("my <b>best</b>")
        click(page, f"rename-{run.id}")
        assert run.name() == "my <b>best</b>"
        assert picker(page, "run_shown").options == ["my <b>best</b>"]
        assert "my <b>best</b>" not in shown(page)
        assert "my <b>best</b>" in words(page).replace("&lt;", "<")

    def test_name_that_is_too_long_is_one_sentence(self, make_run):
        run = make_run()
        page = open_page("train")
        page.text_input(key=f"name-{run.id}").set_value("x" * 61)
        click(page, f"rename-{run.id}")
        assert len(page.error) == 1
        assert run.name() == run.id

    def test_renamed_run_stays_shown(self, make_run):
        run, _ = make_run(), make_run()
        page = open_page("train")
        picker(page, "run_shown").select(run.id).run()
        page.text_input(key=f"name-{run.id}").set_value("mine")
        click(page, f"rename-{run.id}")
        assert picker(page, "run_shown").value == run.id

    @pytest.fixture
    def stopped_in_the_queue(self, make_run, launched, monkeypatch):
        """A page on which a second run was started and stopped while the first was at work; and both runs."""
        first = make_run(state="running")
        monkeypatch.setattr(local, "is_alive", lambda run, status: True)
        page = open_page("train")
        before = widget_states(page)
        second = click(page, "start") and launched[0]
        report_late(page, before)
        click(page, "stop")
        second.write_status(Status("stopped"))
        page.run()
        return page, first, second

    def test_queued_run_that_was_stopped_stays_shown(self, stopped_in_the_queue):
        page, first, second = stopped_in_the_queue
        assert picker(page, "run_shown").value == second.id
        assert not first.stop_path.exists()

    @pytest.mark.parametrize("number", [0, 1])
    def test_run_shown_stays_when_a_run_is_renamed(self, stopped_in_the_queue, number):
        page, *both = stopped_in_the_queue
        for name in ("mine", "yours", "mine"):
            before = widget_states(page)
            store.rename(both[number], name)
            report_late(page.run(), before)
            assert picker(page, "run_shown").value == both[1].id

    def test_run_shown_stays_when_the_list_grows_and_when_runs_end(self, stopped_in_the_queue, make_run):
        page, first, second = stopped_in_the_queue
        before = widget_states(page)
        make_run(state="running", run_id="20271123-140500-quick")
        first.write_status(Status("finished"))
        report_late(page.run(), before)
        assert picker(page, "run_shown").value == second.id

    def test_run_chosen_after_all_that_is_shown(self, stopped_in_the_queue):
        page, first, second = stopped_in_the_queue
        for run in (first, second, first):
            before = picker(page, "run_shown").key
            picker(page, "run_shown").select(run.id).run()
            assert picker(page, "run_shown").value == run.id
            assert picker(page, "run_shown").key == before

    def test_visitor_who_has_chosen_nothing_sees_the_busy_run(self, make_run, monkeypatch):
        busy, _ = make_run(state="running"), make_run()
        monkeypatch.setattr(local, "is_alive", lambda run, status: True)
        assert picker(open_page("train"), "run_shown").value == busy.id

    def test_run_shown_whose_folder_is_deleted_is_said_to_be_gone(self, make_run):
        other, run = make_run(), make_run()
        page = open_page("train")
        assert picker(page, "run_shown").value == run.id
        assert not page.warning
        shutil.rmtree(run.folder)
        page.run()
        assert not page.exception
        assert not page.error
        assert [f"{text.plain(run.id)} is gone" in shown.value for shown in page.warning] == [True]
        assert picker(page, "run_shown").value == other.id

    def test_start_without_space_is_one_sentence_and_leaves_no_run(self, make_run, runs_root, monkeypatch):
        def fail(*arguments):
            raise OSError(errno.ENOSPC, "No space left on device")

        make_run()
        page, before = open_page("train"), sorted(runs_root.iterdir())
        monkeypatch.setattr(os, "fsync", fail)
        click(page, "start")
        assert [text.value.startswith("The disk is full") for text in page.error] == [True]
        assert sorted(runs_root.iterdir()) == before

    def test_delete_asks_first(self, make_run):
        """The answer is given in a real browser: a dialog runs on its own, which AppTest cannot."""
        run, other = make_run(), make_run()
        page = open_page("train")
        picker(page, "run_shown").select(run.id).run()
        click(page, "delete")
        assert any("cannot be undone" in text.value for text in page.markdown)
        assert page.button(key=f"delete-{run.id}")
        assert not [button for button in page.button if button.key == f"delete-{other.id}"]
        assert run.folder.exists()

    def test_damaged_run_is_one_sentence_and_can_be_deleted(self, make_run):
        run = make_run()
        (run.folder / "recipe.json").write_text("{")
        (run.folder / "history.csv").write_bytes(b"\xff\x00")
        page = open_page("train")
        assert len(page.error) == 1
        assert click(page, "delete").button(key=f"delete-{run.id}")

    def test_built_in_runs_have_short_names(self, make_run, monkeypatch, tmp_path):
        monkeypatch.setattr(store, "SHIPPED", tmp_path / "runs")
        for run_id in ("shipped", "quick"):
            make_run(run_id=run_id)
        labels = {run_picker.run_label(run) for run in store.all_runs() if run.shipped}
        assert labels == {"Built-in network", "quick (built-in)"}

    def test_waiting_run_has_time_left_and_no_time_taken(self, make_run, monkeypatch):
        status = Status("queued", eta_seconds=77.0, **GONE)
        make_run().write_status(status)
        monkeypatch.setattr(local, "is_alive", lambda run, status: True)
        text = words(open_page("train"))
        assert re.search(r"–\s+time left", text)
        assert "time taken" not in text

    @pytest.mark.parametrize("message", ["", "Waiting for the run before it"])
    def test_waiting_is_said_once(self, make_run, monkeypatch, message):
        make_run().write_status(Status("queued", message, **GONE))
        monkeypatch.setattr(local, "is_alive", lambda run, status: True)
        text = re.search(r'<div class="status">.*?</div>', shown(open_page("train"))).group()
        assert text.lower().count("waiting") == 1
