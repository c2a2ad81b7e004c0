"""The pages without a browser: empty, populated, damaged. The canvas is tested in a real one."""

import ast
import errno
import html
import json
import os
import re
import shutil
from collections import Counter
from concurrent.futures import Future
from dataclasses import replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bnn.analysis import metrics, speed
from bnn.data import mnist
from bnn.engine import file
from bnn.recipes.presets import PRESETS
from bnn.runs import store
from bnn.runs.launchers import local
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system.files import write_atomically
from bnn.system.processes import crash_cause
from pages.shared import run_picker, text
from tests.support import waiting
from tests.support.page_content import shown, words
from tests.support.project import PROJECT

NUM_EPOCHS = 3
# A process that there is not: a "running" run of its reads as interrupted.
GONE = dict(pid=2**22 + 1, started=1.0)


@pytest.fixture(autouse=True)
def no_shipped_network(tmp_path, monkeypatch):
    """What ships with the app changes; these tests bring their own."""
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")


@pytest.fixture(autouse=True)
def fresh_server():
    """What a server keeps while it lives."""
    st.cache_resource.clear()


@pytest.fixture
def launched(monkeypatch):
    """The runs that would have been trained, in place of training processes."""
    found = []
    monkeypatch.setattr(local, "launch", found.append)
    return found


@pytest.fixture
def make_run(runs_root, random_network):
    """Function: recipe's name, state and settings -> a run folder with everything in it."""

    def make_run(recipe="quick", state="finished", run_id=None, pixel_threshold=128, **settings):
        recipe = replace(PRESETS[recipe], epochs=NUM_EPOCHS, **settings)
        run_id = run_id or f"20261123-14050{len(store.all_runs())}-{recipe.name}"
        run = Run(run_id, runs_root / run_id)
        run.write_recipe(recipe)
        run.write_status(Status(state, epoch=2, num_epochs=NUM_EPOCHS, batch=40, num_batches=100, **GONE))
        for epoch in (1, 2):
            run.append_history(history_row(epoch))
            rows = [{"step": 100 * epoch - i, "epoch": epoch, "loss": 0.4, "accuracy": 0.8} for i in (50, 0)]
            run.append_progress(rows)
        network = random_network(seed=1, pixel_threshold=pixel_threshold)
        write_atomically(run.model_path, file.to_bytes(network))
        return run

    return make_run


def history_row(epoch):
    values = dict(loss=0.5, accuracy=0.8, validation_loss=0.3, flip_ratio=0.1, seconds=21.5)
    return {"epoch": epoch, "validation_accuracy": 0.8 + 0.05 * epoch, **values}


def open_page(name):
    page = AppTest.from_file(str(PROJECT / "pages" / name / "page.py"), default_timeout=60).run()
    assert not page.exception
    return page


def cells(page):
    """The text of all table cells, row by row."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", shown(page), re.DOTALL)
    found = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]
    return [[html.unescape(cell) for cell in row] for row in found if row]


def click(page, key):
    page.button(key=key).click().run()
    assert not page.exception
    return page


def picker(page, key):
    """The box of `run_picker.run_picker`; its own key goes on with a number."""
    return next(box for box in page.selectbox if re.fullmatch(rf"{key}-\w+", box.key or ""))


def widget_states(page):
    """What the browser would send of the widgets on the page: nothing of a button that is not pressed."""
    states = page._tree.get_widget_states().widgets
    return [s for s in states if s.WhichOneof("value") != "trigger_value" or s.trigger_value]


def report_late(page, late):
    """What a browser sends that has the new page, and the widgets of the old one yet, of which `late` is said."""
    states = page._tree.get_widget_states()
    new = [state for state in states.widgets if state.id not in {old.id for old in late}]
    del states.widgets[:]
    states.widgets.extend([*late, *new])
    page._run(states)
    assert not page.exception


def test_app_opens_on_the_draw_page():
    page = AppTest.from_file(str(PROJECT / "pages" / "site.py"), default_timeout=60).run()
    assert not page.exception
    assert page.title[0].value == "Draw a digit"


@pytest.mark.parametrize("name", ["draw", "train", "evaluate"])
def test_page_without_any_run_says_what_to_do(name):
    page = open_page(name)
    assert len(page.info) == 1
    assert not page.error


class TestDraw:
    def test_empty_canvas_asks_for_a_digit(self, make_run):
        make_run()
        page = open_page("draw")
        assert "draw a digit" in words(page)
        assert len(re.findall(r'class="bar["\s]', shown(page))) == 10
        assert 'data-digit=""' in shown(page)

    def test_sample_digit_is_answered_and_cleared(self, make_run):
        run = make_run()
        expected = metrics.evaluate(file.load(run.model_path), mnist.test()).predictions[0]
        page = click(open_page("draw"), "sample-7")
        assert f'data-digit="{expected}"' in shown(page)
        assert re.search(r"\d\.\d\d ms", words(page))
        assert 'data-digit=""' in shown(click(page, "clear"))

    def test_comparison_with_float32_is_measured_when_asked_for(self, make_run, monkeypatch):
        run = make_run()
        result = speed.Comparison(20e-6, 60e-6, 50_000, 1_500_000)
        compared = Future()
        monkeypatch.setattr(speed, "compare", lambda asked: asked.id == run.id and compared.result(60))
        page = click(open_page("draw"), "measure")
        assert any("Measuring both" in text.value for text in page.markdown)
        compared.set_result(result)
        waiting.until(lambda: "faster" in words(page.run()), "the figures")
        assert re.search(r"20 µs .* 60 µs .* 3.0 × +faster .* 30.0 × +smaller file", words(page), re.DOTALL)

    def test_comparison_that_fails_says_so_and_can_be_tried_again(self, make_run, monkeypatch):
        def fail(run):
            raise ValueError("no memory left")

        make_run()
        monkeypatch.setattr(speed, "compare", fail)
        page = click(open_page("draw"), "measure")
        waiting.until(lambda: page.run().warning, "the warning")
        assert "No memory left" in page.warning[0].value
        assert page.button(key="measure")

    def test_clear_gives_a_new_canvas(self, make_run):
        make_run()
        page = open_page("draw")
        before = page.session_state.drawing_number
        assert click(page, "clear").session_state.drawing_number == before + 1

    def test_blind_network_is_explained(self, make_run):
        make_run("report", pixel_threshold=0)
        assert "blind" in open_page("draw").warning[0].value

    def test_grey_network_shows_its_pixels(self, make_run):
        make_run(pixels="grey", pixel_threshold=None)
        assert "shades of grey" in words(click(open_page("draw"), "sample-3"))

    def test_network_with_levels_shows_its_bits(self, make_run):
        make_run(pixels="levels", pixel_threshold=(32, 96, 160, 224))
        assert "4 bits a pixel" in words(click(open_page("draw"), "sample-3"))

    def test_network_can_be_chosen(self, make_run):
        make_run()
        other = make_run("report-signed")
        page = open_page("draw")
        picker(page, "draw_run").select(other.id).run()
        assert not page.exception
        assert picker(page, "draw_run").value == other.id

    @pytest.mark.parametrize("content", [b"", b"no network", b"\xff" * 1000])
    def test_damaged_network_is_one_sentence(self, make_run, content):
        make_run().model_path.write_bytes(content)
        page = open_page("draw")
        assert len(page.error) == 1
        assert "no packed network" in page.error[0].value

    def test_size_is_that_of_the_file(self, make_run):
        size = make_run().model_path.stat().st_size
        assert f"{size / 1024:,.1f} kB" in words(open_page("draw"))


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
        ("field", "value"), [("epochs", 0), ("epochs", 100_000), ("learning_rate", -1.0), ("augment", 9.0)]
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
        assert picker(page, "run_shown").value == run.id and not page.warning
        shutil.rmtree(run.folder)
        page.run()
        assert not page.exception and not page.error
        assert [f"{text.plain(run.id)} is gone" in shown.value for shown in page.warning] == [True]
        assert picker(page, "run_shown").value == other.id

    def test_start_without_space_is_one_sentence_and_leaves_no_run(self, make_run, runs_root, monkeypatch):
        def fail(*arguments):
            raise OSError(errno.ENOSPC, "No space left on device")

        make_run()
        page, before = open_page("train"), os.listdir(runs_root)
        monkeypatch.setattr(os, "fsync", fail)
        click(page, "start")
        assert [text.value.startswith("The disk is full") for text in page.error] == [True]
        assert os.listdir(runs_root) == before

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


class TestEvaluate:
    def test_figures_are_those_of_the_metrics(self, make_run):
        run = make_run()
        evaluation = metrics.evaluate(file.load(run.model_path), mnist.test())
        low, high = metrics.accuracy_interval(evaluation.num_correct, evaluation.num_images)
        text = words(open_page("evaluate"))
        assert f"{100 * evaluation.accuracy:.2f} %" in text
        assert f"{100 * low:.2f} – {100 * high:.2f} %" in text
        assert "90.00 %" in text
        assert f"epoch 2 of {NUM_EPOCHS}" in text

    def test_chosen_cell_shows_its_images_surest_first(self, make_run):
        evaluation = metrics.evaluate(file.load(make_run().model_path), mnist.test())
        label, prediction = 3, int(evaluation.predictions[evaluation.labels == 3][0])
        page = open_page("evaluate")
        page.selectbox(key="cell_drawn").select(label).run()
        page.selectbox(key="cell_read").select(prediction).run()
        assert not page.exception
        found = evaluation.examples(label, prediction)
        captions = re.findall(r"<figcaption>(.*?)</figcaption>", shown(page))
        assert len(captions) == min(len(found), 60)
        assert f"{100 * evaluation.confidences[found[0]]:.0f} %" in captions[0] or "99" in captions[0]
        assert any(f"{len(found):,} ×" in text.value for text in page.markdown)

    def test_per_digit_table(self, make_run):
        evaluation = metrics.evaluate(file.load(make_run().model_path), mnist.test())
        table = metrics.per_class(evaluation.confusion_matrix())
        rows = [row for row in cells(open_page("evaluate")) if len(row) == 5]
        assert [row[0] for row in rows] == [str(digit) for digit in range(10)]
        assert [row[2] for row in rows] == [f"{100 * value:.2f} %" for value in table["precision"]]

    @pytest.mark.parametrize("recipe", ["report", "report-signed", "quick"])
    def test_blindness_and_test_set_are_named_where_they_hold(self, make_run, recipe):
        make_run(recipe, pixel_threshold=0 if recipe == "report" else 128)
        page = open_page("evaluate")
        assert bool(page.warning) == (recipe == "report")
        assert ("validated on the test set" in words(page)) == (recipe != "quick")

    def test_unreadable_recipe_is_one_sentence(self, make_run):
        (make_run().folder / "recipe.json").write_text("{}")
        page = open_page("evaluate")
        assert len(page.error) == 1
        assert len([row for row in cells(page) if len(row) == 5]) == 10

    def test_damaged_network_is_one_sentence(self, make_run):
        make_run().model_path.write_bytes(b"no network")
        page = open_page("evaluate")
        assert len(page.error) == 1

    def test_network_that_is_replaced_while_it_is_read(self, make_run, random_network, monkeypatch):
        """As the trainer does after an epoch that is better: the figures are the new one's."""
        path = make_run().model_path
        better, evaluate = random_network(seed=7), metrics.evaluate

        def replaced_meanwhile(network, split):
            found = evaluate(network, split)
            if network.layers[0].weights.tolist() != better.layers[0].weights.tolist():
                write_atomically(path, file.to_bytes(better))
            return found

        monkeypatch.setattr(metrics, "evaluate", replaced_meanwhile)
        text = words(open_page("evaluate"))
        assert f"{100 * evaluate(better, mnist.test()).accuracy:.2f} %" in text


def test_no_key_is_given_twice():
    """The pages share their state: a button's key that is another page's choice of runs would overwrite it."""
    found, kept = Counter(), set()
    for path in (PROJECT / "pages").rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        kept |= {ast.unparse(call.args[place]) for call in calls for place in _place_of_key(call)}
        found.update(ast.unparse(k.value) for call in calls for k in call.keywords if k.arg == "key")
    fixed = {key: count for key, count in found.items() if key.startswith(("'", "f'"))}
    assert len(fixed) > 30
    assert [key for key, count in fixed.items() if count > 1] == []
    # What `run_picker` keeps under a name, where several pages may ask for the same.
    assert not fixed.keys() & kept


def _place_of_key(call):
    name = ast.unparse(call.func).rpartition(".")[2]
    return [2] if name == "run_picker" else []
