"""The Train page without a browser: choosing a recipe and its settings, and starting a run."""

import errno
import os
import re
from dataclasses import replace

import pytest

from bnn.data import files
from bnn.data.dataset import DIGITS
from bnn.recipes import layer_table
from bnn.recipes.presets import PRESETS
from bnn.runs import run_data, store
from bnn.runs.run import Run
from bnn.system.size_text import bytes_text
from pages.shared import session
from pages.train import network_table
from tests.support.data_files import stroke_lines
from tests.support.page_content import shown
from tests.support.pages import cells, click, open_page, picker

# The runs that come with the app. During a test, `store.SHIPPED` is another folder, without runs.
SHIPPED = [Run(folder.name, folder, shipped=True) for folder in sorted(store.SHIPPED.iterdir())]


def test_layer_table_is_shown_before_a_run_starts():
    page = open_page("train")
    total = next(row for row in cells(page) if row[0] == "Total")
    assert f"{PRESETS['quick'].num_weights:,}" in total


@pytest.mark.parametrize("run", SHIPPED, ids=lambda run: run.id)
def test_size_of_a_recipe_is_that_of_its_file(run):
    size = bytes_text(run.model_path.stat().st_size)
    assert f": about {size} instead of" in network_table.summary(run.recipe(), DIGITS)


def test_every_recipe_can_be_chosen():
    page = open_page("train")
    for name in PRESETS:
        page.radio(key="recipe").set_value(name).run()
        assert not page.exception
        total = next(row for row in cells(page) if row[0] == "Total")
        assert f"{PRESETS[name].num_weights:,}" in total


def test_sentences_of_the_recipes_have_typographic_apostrophes():
    captions = " ".join(open_page("train").radio(key="recipe").proto.captions)
    assert "MNIST’s test digits" in captions
    assert "'" not in captions


def test_page_names_the_recipes_that_validate_on_the_test_set():
    page = open_page("train")
    title = page.radio(key="recipe").format_func
    note = next(caption.value for caption in page.caption if "(validation)" in caption.value)
    on_test_set = [title(name) for name, preset in PRESETS.items() if preset.validation == "test"]
    assert sorted(re.findall("“(.*?)”", note)) == sorted(each.split(" (")[0] for each in on_test_set)


def test_time_of_a_recipe_comes_from_its_own_runs_on_this_machine(make_run, runs_root):
    def captions():
        return " ".join(open_page("train").radio(key="recipe").proto.captions)

    run = make_run(seed=3)
    assert "≈" not in captions()
    run.write_recipe(PRESETS["quick"])
    # The recipe has three epochs, and each epoch of this run took 21.5 s.
    assert "*≈\u00a060\u00a0s*" in captions()
    run.write_status(replace(run.written_status(), machine="another"))
    assert "≈" not in captions()
    run.write_status(replace(run.written_status(), machine=""))
    data = files.parse(stroke_lines(num_each=5), "signs")
    run_data.keep(run, data)
    assert "≈" not in captions()


def test_start_trains_the_chosen_recipe_and_settings(launched):
    page = open_page("train")
    page.radio(key="recipe").set_value("report-signed").run()
    page.number_input(key="set-report-signed-epochs").set_value(2).run()
    page.text_input(key="set-report-signed-stages").set_value("8, 8 | 16").run()
    click(page, "start")
    assert len(launched) == 1
    wanted = replace(PRESETS["report-signed"], epochs=2, stages=((8, 8), (16,)))
    assert launched[0].recipe() == wanted
    assert picker(page, "run_shown").value == launched[0].id


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.toggle(key="more-recipes").set_value(True),
        lambda page: page.radio(key="recipe").set_value("best"),
        lambda page: page.number_input(key="set-quick-epochs").set_value(2),
        lambda page: page.number_input(key="set-quick-epochs").set_value(0),
    ],
    ids=["toggle", "other recipe", "setting", "refused setting"],
)
def test_settings_are_hidden_unless_they_are_wanted_or_have_an_effect(make_run, change):
    make_run()
    page = open_page("train")
    assert 'class="more"' not in shown(page)
    change(page).run()
    assert 'class="more"' in shown(page)


def test_page_says_why_all_is_shown_while_the_switch_is_off(make_run):
    make_run()
    page = open_page("train")
    assert _why(page) == []
    page.radio(key="recipe").set_value("best").run()
    assert _why(page) == ["Shown because this recipe is one of the others."]
    page.toggle(key="more-recipes").set_value(True).run()
    assert _why(page) == []


@pytest.mark.parametrize("num_epochs", [2, 0])
def test_changed_settings_are_reset_by_a_button(make_run, num_epochs):
    make_run()
    page = open_page("train")
    page.number_input(key="set-quick-epochs").set_value(num_epochs).run()
    page.text_input(key="set-quick-dense").set_value("64").run()
    assert _why(page) == ["Shown because a setting was changed."]
    page = click(page, "reset-settings")
    assert _why(page) == []
    assert 'class="more"' not in shown(page)
    (field,) = (field for field in page.number_input if field.label == "Epochs")
    assert field.value == PRESETS["quick"].epochs


def _why(page):
    return [caption.value for caption in page.caption if caption.value.startswith("Shown because")]


def test_recipe_whose_data_is_missing_cannot_be_started(launched, monkeypatch):
    monkeypatch.delenv("BNN_UNIPEN", raising=False)
    page = open_page("train")
    page.radio(key="recipe").set_value("anyone").run()
    assert any("set BNN_UNIPEN to the file that" in note.value for note in page.info)
    assert page.button(key="start").disabled
    page.radio(key="recipe").set_value("quick").run()
    assert not any("BNN_UNIPEN" in note.value for note in page.info)
    assert not page.button(key="start").disabled


def test_double_click_starts_one_run(launched):
    page = click(open_page("train"), "start")
    # This gives the second click a minute more, for slow machines.
    page.session_state.started.at += 60
    click(page, "start")
    assert len(launched) == 1


def test_second_click_shows_the_run_if_it_has_interrupted_the_first_one(make_run, launched):
    """The second click can abort the rerun that the first one has caused, before the new run is chosen."""
    other = make_run()
    page = click(open_page("train"), "start")
    page.session_state.started.at += 60
    page.session_state[session.RUN_SHOWN] = other.id
    page = click(page, "start")
    assert picker(page, "run_shown").value == launched[0].id


def test_later_click_starts_another_run(launched):
    page = click(open_page("train"), "start")
    page.session_state.started.at -= 60
    click(page, "start")
    assert len(launched) == 2


@pytest.mark.parametrize(
    "field, value, label",
    [
        ("epochs", 0, "Epochs"),
        ("epochs", 100_000, "Epochs"),
        ("learning_rate", -1.0, "Learning rate"),
        ("augment", 9.0, "Deformation"),
    ],
)
def test_setting_out_of_range_is_reported_at_its_field_in_one_sentence(launched, field, value, label):
    page = open_page("train")
    page.number_input(key=f"set-quick-{field}").set_value(value).run()
    assert not page.exception
    # One error is at the field. The other one is visible while the settings are closed.
    assert len(page.error) == 2
    assert all(error.value.startswith(f"{label} must be from") for error in page.error)
    assert field in _fields_above_the_error(page)[-2:]
    assert page.button(key="start").disabled


def _fields_above_the_error(page):
    """Returns the settings whose fields are above the message in the form, in order."""
    (form,) = (expander for expander in page.expander if expander.label == "Advanced settings")
    parts = [part for part in _parts(form) if part.type in ("number_input", "text_input", "error")]
    at_error = [part.type for part in parts].index("error")
    return [part.key.removeprefix("set-quick-") for part in parts[:at_error]]


def _parts(block):
    """Returns all elements in a block, at any depth, in order."""
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from _parts(child)
        else:
            yield child


@pytest.mark.parametrize("text", ["many", "1 | ", "-3", "0", "99999", "1.5", "1," * 3000])
def test_impossible_architecture_is_reported_in_one_sentence(text):
    page = open_page("train")
    page.text_input(key="set-quick-stages").set_value(text).run()
    assert not page.exception
    assert page.error
    assert len(page.error[0].value) < 200
    assert page.button(key="start").disabled


@pytest.mark.parametrize(
    "field, text, message",
    [
        ("stages", "abc", "Neurons of the convolutions must look like 32, 32 | 64, got “abc”."),
        ("stages", "1|" * 6 + "1", "Neurons of the convolutions must be at most 4 groups of neurons, got 7."),
        ("stages", "9999", "Neurons of the convolutions must be whole numbers from 1 to 4,096, got 9,999."),
        ("dense", "x", "Neurons of the dense layers must look like 256, 128, got “x”."),
    ],
)
def test_mistake_in_the_layers_is_reported_at_its_field_with_its_label(field, text, message):
    page = open_page("train")
    page.text_input(key=f"set-quick-{field}").set_value(text).run()
    assert {error.value.replace("\\", "") for error in page.error} == {message}
    assert _fields_above_the_error(page)[-1] == field


def test_start_on_a_full_disk_is_reported_and_leaves_no_run(make_run, runs_root, monkeypatch):
    def fail(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    make_run()
    page, before = open_page("train"), sorted(runs_root.iterdir())
    monkeypatch.setattr(os, "fsync", fail)
    click(page, "start")
    assert [text.value.startswith("The disk is full") for text in page.error] == [True]
    assert sorted(runs_root.iterdir()) == before


@pytest.mark.parametrize(
    "macs_32bit, class_names, share, one",
    [
        (0, DIGITS, "100 %", "one digit"),
        (225_792, ("a", "b"), "99.5 %", "one image"),
        (1, ("a", "b"), "99.9 %", "one image"),
    ],
)
def test_share_of_single_bits_is_100_percent_only_if_there_are_no_others(
    monkeypatch, macs_32bit, class_names, share, one
):
    captions, layers = [], layer_table.layer_table(PRESETS["quick"], len(class_names))
    macs = [*layers["macs_32bit"][:-1], macs_32bit]
    bits = 48_000_000 - layers["macs_1bit"].sum()
    layers = layers.assign(macs_32bit=macs, macs_1bit=[*layers["macs_1bit"][:-1], bits])
    monkeypatch.setattr(network_table, "layer_table", lambda *_: layers)
    monkeypatch.setattr(network_table.st, "caption", captions.append)
    network_table.network_table(PRESETS["quick"], class_names)
    (caption,) = captions
    assert f"{share} of them use single bits" in caption.replace("\u00a0", " ")
    assert f"To read {one}, it needs" in caption
