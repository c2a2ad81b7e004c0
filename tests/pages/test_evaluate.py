"""The Evaluate page without a browser."""

import re
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bnn.analysis import metrics
from bnn.data import files, mnist
from bnn.engine import file
from bnn.engine.verdict import certainty_text
from bnn.recipes.presets import preset
from bnn.runs import store
from bnn.runs.run_data import MNIST_FACTS
from bnn.system.files import write_atomically
from pages.evaluate import mistakes, summary
from pages.inside import keys
from pages.shared import session
from tests.support.data_files import npz, stroke_lines
from tests.support.page_content import shown, words
from tests.support.pages import NUM_EPOCHS, cells, open_page
from tests.support.project import PROJECT


def test_figures_are_those_of_the_metrics(make_run):
    run = make_run()
    evaluation = metrics.evaluate(file.load(run.model_path), mnist.test())
    low, high = metrics.accuracy_interval(evaluation.num_correct, evaluation.num_images)
    text = words(open_page("evaluate"))
    assert f"{100 * evaluation.accuracy:.2f} %" in text
    assert f"{100 * low:.2f} – {100 * high:.2f} %" in text
    num_wrong = evaluation.num_images - evaluation.num_correct
    assert f"Wrong on {num_wrong:,} of 10,000" in text
    assert "90.00 %" in text
    assert f"epoch 2 of {NUM_EPOCHS}" in text
    assert "its best; recipe quick" in text


def test_network_of_the_last_epoch_is_not_called_the_best(make_run):
    make_run(best_by="last", has_three_looks=True)
    page = open_page("evaluate")
    assert f"epoch 2 of {NUM_EPOCHS}" in words(page)
    assert "its best" not in words(page)
    assert "choose the best epoch" not in shown(page)


def test_chosen_cell_shows_its_images_surest_first(make_run):
    evaluation = metrics.evaluate(file.load(make_run().model_path), mnist.test())
    label, prediction = 3, int(evaluation.predictions[evaluation.labels == 3][0])
    page = open_page("evaluate")
    page.selectbox(key="cell_drawn").select(label).run()
    page.selectbox(key="cell_read").select(prediction).run()
    assert not page.exception
    found = evaluation.examples(label, prediction)
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", shown(page))
    assert len(captions) == min(len(found), 60)
    confidences = [float(evaluation.confidences[i]) for i in found[:60]]
    assert captions == [certainty_text(confidence) for confidence in confidences]
    assert re.search(rf"{len(found):,}\s+threes? read as", re.sub(r"\s+", " ", words(page)))


def test_chosen_cell_stays_chosen_while_another_page_is_open(make_run):
    """The visitor has chosen an image of the cell, sees it on Inside, and comes back for the next one."""
    make_run()
    path = str(PROJECT / "pages" / "evaluate" / "page.py")
    script = f"import runpy, streamlit as st\nif 'away' not in st.session_state: runpy.run_path({path!r})"
    page = AppTest.from_string(script, default_timeout=60).run()
    cell = {"cell_drawn": 3, "cell_read": 5}
    assert cell != {key: page.session_state[key] for key in cell}
    for key, number in cell.items():
        page.selectbox(key=key).select(number).run()
    page.session_state.away = True
    assert not page.run().selectbox
    del page.session_state.away
    page.run()
    assert cell == {key: page.selectbox(key=key).value for key in cell}


@pytest.mark.parametrize(
    "num_wrong, accuracy, interval",
    [
        (0, "100.00 %", "99.99 – 100.00 %"),
        (1, "99.99 %", "99.99 – 99.99 %"),
        (59_999, "0.01 %", "0.01 – 0.01 %"),
        (60_000, "0.00 %", "0.00 – 0.01 %"),
    ],
)
def test_accuracy_is_100_percent_only_without_mistakes_and_0_percent_only_without_right_answers(
    num_wrong, accuracy, interval
):
    labels = np.zeros(60_000, np.uint8)
    answers = (np.arange(60_000) < num_wrong).astype(int)
    evaluation = metrics.Evaluation(labels, answers, np.ones(60_000, np.float32), 0.0)
    figures = (summary._accuracy(evaluation, MNIST_FACTS), summary._interval(evaluation, MNIST_FACTS))
    assert [value.replace("\u00a0", " ") for value, *_ in figures] == [accuracy, interval]


@pytest.mark.parametrize("recipe", ["report", "report-signed", "quick"])
def test_page_tells_of_blindness_and_of_validation_on_the_test_set(make_run, recipe):
    make_run(recipe, pixel_threshold=0 if recipe == "report" else 128)
    page = open_page("evaluate")
    assert bool(page.warning) == (recipe == "report")
    assert ("validated on the test set" in words(page)) == (recipe != "quick")
    # A network that says the same to everything is equally sure of each image.
    assert ("most confident first" in words(page)) == (recipe != "report")
    assert (" sure</figcaption>" in shown(page)) == (recipe != "report")


@pytest.mark.parametrize(
    "recipe, settings, is_compared",
    [
        ("report", {}, True),
        ("report", dict(stages=((16,), (32,))), False),
        ("quick", dict(pixels="unit"), False),
        (None, {}, False),
    ],
)
def test_only_the_network_of_the_report_is_compared_with_report_signed(
    make_run, recipe, settings, is_compared
):
    run = make_run(recipe or "report", pixel_threshold=0)
    if recipe:
        run.write_recipe(replace(preset(recipe), **settings))
    else:
        (run.folder / "recipe.json").write_text("{}")
    (warning,) = open_page("evaluate").warning
    assert "the network gives the same answer to every image." in warning.value
    assert ("report-signed" in warning.value) == is_compared


@pytest.mark.parametrize("threshold, is_from_a_recipe", [(0, True), (256, False), ((0, 256), False)])
def test_blindness_is_explained_by_the_signs_of_pixels_only_at_threshold_0(
    make_run, threshold, is_from_a_recipe
):
    make_run("quick", pixel_threshold=threshold)
    (warning,) = open_page("evaluate").warning
    assert ("+1" in warning.value) == is_from_a_recipe
    assert ("becomes the same bits" in warning.value) != is_from_a_recipe


def test_network_of_the_report_is_not_compared_if_it_learnt_from_other_data(runs_root, random_network):
    data = files.parse(stroke_lines(num_each=20), "signs.jsonl")
    run = store.create(preset("report"), data)
    network = random_network(class_names=data.class_names, pixel_threshold=0)
    write_atomically(run.model_path, file.to_bytes(network))
    (warning,) = open_page("evaluate").warning
    assert "report-signed" not in warning.value


def test_network_replaced_during_its_evaluation_is_evaluated_again(make_run, random_network, monkeypatch):
    """The trainer replaces a network's file after each better epoch. The page shows the new figures."""
    path = make_run().model_path
    better, evaluate = random_network(seed=7), metrics.evaluate

    def evaluate_and_replace(network, split):
        found = evaluate(network, split)
        if network.layers[0].weights.tolist() != better.layers[0].weights.tolist():
            write_atomically(path, file.to_bytes(better))
        return found

    monkeypatch.setattr(metrics, "evaluate", evaluate_and_replace)
    text = words(open_page("evaluate"))
    assert f"{100 * evaluate(better, mnist.test()).accuracy:.2f} %" in text


def test_run_on_other_data_is_measured_on_its_own_images_with_its_own_names(runs_root, random_network):
    data = files.parse(stroke_lines(num_each=20), "signs.jsonl", "Ann", "CC0")
    run = store.create(preset("quick"), data)
    network = random_network(class_names=data.class_names)
    write_atomically(run.model_path, file.to_bytes(network))
    page = open_page("evaluate")
    evaluation = metrics.evaluate(network, data.test())
    rows = [row for row in cells(page) if len(row) == 5]
    assert [row[:2] for row in rows] == [["cross", "3"], ["hook", "3"], ["roof", "3"]]
    assert f"{evaluation.num_correct} of 9" in words(page)
    assert "right on 9 test drawings" in words(page)
    assert any("signs.jsonl; Ann; CC0" in caption.value.replace("\\", "") for caption in page.caption)
    assert page.selectbox(key="cell_drawn").label == "The drawing is"
    drawn, read = (page.session_state[f"cell_{name}"] for name in ("drawn", "read"))
    assert len(re.findall("<figcaption>", shown(page))) == len(evaluation.examples(drawn, read)) > 0


@pytest.mark.parametrize("threshold, is_blind", [(128, False), (0, True)])
def test_network_with_one_answer_to_very_few_images_need_not_be_blind(
    runs_root, random_network, threshold, is_blind
):
    images = np.full((1, 16, 16), 200, np.uint8)
    data = files.parse(npz(x_test=images, y_test=np.zeros(1, int)), "signs.npz")
    run = store.create(preset("quick"), data)
    network = random_network(class_names=data.class_names, pixel_threshold=threshold)
    write_atomically(run.model_path, file.to_bytes(network))
    page = open_page("evaluate")
    num_wrong = 1 - metrics.evaluate(network, data.test()).num_correct
    assert ("to everything" in words(page)) == ("by always saying" in words(page)) == is_blind
    assert (f"Wrong on {num_wrong} of 1" in words(page)) != is_blind
    read = int(metrics.evaluate(network, data.test()).predictions[0])
    page.selectbox(key="cell_drawn").select(0).run()
    page.selectbox(key="cell_read").select(read).run()
    assert (" sure</figcaption>" in shown(page)) != is_blind


def test_image_of_other_data_is_shown_on_inside(runs_root, random_network, monkeypatch):
    data = files.parse(stroke_lines(num_each=20), "signs.jsonl")
    run = store.create(preset("quick"), data)
    write_atomically(run.model_path, file.to_bytes(random_network(class_names=data.class_names)))
    monkeypatch.setattr(mistakes, "_inside_page", lambda: "inside")
    monkeypatch.setattr(st, "switch_page", lambda page: None)
    page = open_page("evaluate")
    button = next(button for button in page.button if str(button.key).startswith("mistake-"))
    index = int(str(button.key).removeprefix("mistake-"))
    button.click().run()
    inside = AppTest.from_file(str(PROJECT / "pages" / "inside" / "page.py"), default_timeout=60)
    for key in (session.WANTED_DIGIT, session.CHOSEN_RUN):
        inside.session_state[key] = page.session_state[key]
    inside.run()
    assert not inside.exception
    assert inside.session_state[keys.DIGIT] == f"t{index}"
    assert inside.session_state[session.CHOSEN_RUN] == run.id


def test_help_about_the_validation_names_no_number_of_images(make_run):
    """The trainer may validate on more images than the data set keeps for validation."""
    (_, _, help_text), _ = summary._from_training(make_run(), preset("quick"))
    assert not re.search(r"\d images", help_text)
