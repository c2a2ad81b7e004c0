"""The Train page without a browser: choosing a recipe, and starting a run."""

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
from tests.support.pages import cells, click, open_page, picker

# The runs that come with the app. During a test, `store.SHIPPED` is another folder, without runs.
SHIPPED = [Run(folder.name, folder, shipped=True) for folder in sorted(store.SHIPPED.iterdir())]


def test_layer_table_is_shown_before_a_run_starts():
    page = open_page("train")
    total = next(row for row in cells(page) if row[0] == "Total")
    assert f"{PRESETS['quick'].num_weights:,}" in total


@pytest.mark.parametrize("run", SHIPPED, ids=lambda run: run.id)
def test_size_shown_for_a_recipe_is_that_of_its_networks_file(run):
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
def test_share_of_one_bit_operations_is_100_percent_only_if_there_are_no_others(
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
