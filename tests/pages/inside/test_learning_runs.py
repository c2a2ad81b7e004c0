"""Inside, chapter 4, for runs that started from a network, or learnt signs or a person's handwriting."""

import json
from dataclasses import replace

import pytest

from bnn.data import files
from bnn.engine import file
from bnn.runs import first_batches, run_data, store
from bnn.system.files import write_atomically
from pages.inside.chapters import moments
from pages.shared.pictures import picture_source
from pages.shared.text import escaped
from tests.support.data_files import SIGNS, stroke_lines
from tests.support.inside_page import open_page, run_again, value_in_address
from tests.support.page_content import shown, words
from tests.support.pages import NUM_EPOCHS, history_row, picker


def test_training_that_went_on_begins_with_the_first_batches_of_the_earlier_run(goes_on, from_the_start):
    page = open_page(step="learning", run=goes_on.id)
    name, own_labels = "quick, 23 Nov 14:05:01", ["epoch 1", "epoch 2", "epoch 3"]
    # The slider has only two epochs of the earlier run: the first and the best.
    first = ["start", "20 batches", "60 batches", "epoch 1", "epoch 3"]
    assert page.select_slider(key="inside_epoch").options == [
        *(f"{name}: {label}" for label in first),
        *own_labels,
    ]
    assert value_in_address(page, "epoch") == f"{from_the_start.id}.b0"
    assert "right on some check images before learning" in words(page)
    assert page.markdown[1].value.startswith(
        "**Learning is flipping bits.** This network began with random weights. Its first training gave"
        f" **{escaped(name)}**."
    )
    assert "Before learning: no bit has flipped yet" in words(page)
    assert "bits flipped: learning has not begun" in words(page)
    assert "9.80\u00a0% before it learns" in page.caption[0].value
    # The first epoch is compared with the final network of the earlier run.
    flips = file.load(goes_on.epoch_path(1)).num_flips_since(file.load(from_the_start.model_path))
    assert f"{flips:,} (" in words(open_page(step="learning", run=goes_on.id, epoch=1))


def test_runs_with_the_same_name_are_told_apart(goes_on, make_run):
    before = goes_on
    for number in (1, 2, 3):
        run = make_run(run_id=f"20261125-08000{number}-mine")
        run.write_recipe(replace(run.recipe(), starts_from=before.id))
        write_atomically(run.start_path, before.model_path.read_bytes())
        before = run
    page = open_page(step="learning", run=run.id)
    hands = ["Learnt hand (25 Nov 08:00:01)", "Learnt hand (25 Nov 08:00:02)"]
    labels = page.select_slider(key="inside_epoch").options
    assert len(set(labels)) == len(labels)
    assert [label for label in labels if "Learnt hand" in label] == [f"{hand}: epoch 3" for hand in hands]
    gave = ", and then ".join(f"**{escaped(hand)}**" for hand in hands)
    words_above = page.markdown[1].value
    assert "Its first trainings gave **" in words_above
    assert f"{gave}. Then another training" in words_above
    name = f"20261125-080001-mine.{NUM_EPOCHS}"
    page.select_slider(key="inside_epoch").set_value(name)
    assert value_in_address(run_again(page), "epoch") == name
    assert f"after epoch {NUM_EPOCHS} of {hands[0]}" in words(page)


def test_curve_of_the_earlier_run_goes_on_to_its_own_last_epoch(goes_on, from_the_start):
    from_the_start.append_history(history_row(NUM_EPOCHS + 1))
    page = open_page(step="learning", run=goes_on.id)
    assert value_in_address(page, "epoch") == f"{from_the_start.id}.b0"
    axis = json.loads(page.get("vega_lite_chart")[0].proto.spec)["layer"][0]["encoding"]["x"]
    assert axis["scale"]["domain"] == [0, NUM_EPOCHS + 1]


def test_network_for_other_classes_begins_with_its_own_training(goes_on):
    for path in (goes_on.model_path, *map(goes_on.epoch_path, goes_on.epochs())):
        network = replace(file.load(path), class_names=tuple("abcdefghij"))
        write_atomically(path, file.to_bytes(network))
    page = open_page(step="learning", run=goes_on.id)
    assert page.select_slider(key="inside_epoch").options == ["epoch 1", "epoch 2", "epoch 3"]
    assert "Its dense layers started with random weights" in page.markdown[1].value
    assert not page.error


@pytest.mark.parametrize("name", ["3", "b20", "best.b20", "Größe 7 (2).3", "quick, v1.2.b60"])
def test_moments_have_names_for_the_address(name):
    assert moments.name_in_address(name) == name


@pytest.mark.parametrize("name", ["", "b", "12345", ".3", "../runs.3", "best.", "best.b"])
def test_other_names_in_an_address_are_ignored(name):
    assert moments.name_in_address(name) is None


def test_earlier_run_whose_network_has_changed_is_not_shown(goes_on, from_the_start):
    write_atomically(from_the_start.model_path, from_the_start.epoch_path(1).read_bytes())
    page = open_page(step="learning", run=goes_on.id)
    assert page.select_slider(key="inside_epoch").options == ["epoch 1", "epoch 2", "epoch 3"]
    assert "started from another network" in page.markdown[1].value


@pytest.mark.parametrize(
    "wanted, found", [("b0", "{}.b0"), ("{}.3", "{}.3"), ("2", "2"), ("gone.b55", "{}.b60")]
)
def test_nearest_moment_may_be_in_the_earlier_run(goes_on, from_the_start, wanted, found):
    page = open_page(step="learning", run=goes_on.id, epoch=wanted.format(from_the_start.id))
    assert value_in_address(page, "epoch") == found.format(from_the_start.id)


def test_name_of_an_earlier_run_is_shown_as_it_is(goes_on, from_the_start):
    store.rename(from_the_start, "a<b")
    page = open_page(step="learning", run=goes_on.id, epoch=f"{from_the_start.id}.3")
    assert "After epoch 3 of a&lt;b" in shown(page)
    assert "of a<b" not in shown(page)


@pytest.fixture
def taught(make_run, random_network):
    """A run that has learnt signs: its data set is a file of drawings, and it trains its last layer only."""
    run = make_run(run_id="20261124-090000-symbols", recipe="symbols", class_names=tuple(SIGNS))
    run.write_recipe(replace(run.recipe(), trained_layers=1))
    run_data.keep(run, files.parse(stroke_lines(), "signs.jsonl"))
    first_batches.keep(run, 0, random_network(seed=9, class_names=tuple(SIGNS)), 0.3)
    return run


def test_run_that_learnt_signs_opens_at_a_layer_with_flips_and_one_of_its_own_signs(taught):
    page = open_page(step="learning", run=taught.id, digit="")
    num_layers = len(file.load(taught.model_path).layers)
    assert (value_in_address(page, "epoch"), value_in_address(page, "learning-layer")) == (
        "b0",
        str(num_layers),
    )
    assert value_in_address(page, "digit").startswith("t")
    link = {"digit": "m7", "learning-layer": "1", "epoch": "2"}
    linked = open_page(step="learning", run=taught.id, **link)
    assert {name: value_in_address(linked, name) for name in link} == link


def test_choice_of_a_run_that_learnt_signs_shows_one_of_its_own_signs(taught, make_run):
    other = make_run()
    page = open_page(step="learning", run=other.id)
    assert (value_in_address(page, "digit"), value_in_address(page, "learning-layer")) == ("m7", "1")
    picker(page, "chosen_run").select(taught.id)
    assert value_in_address(run_again(page), "digit").startswith("t")
    assert page.selectbox(key="inside_learning_layer").value == len(file.load(taught.model_path).layers)


def test_run_that_learnt_a_hand_opens_at_its_own_first_flips(goes_on, random_network):
    run = goes_on
    num_layers = len(file.load(run.model_path).layers)
    run.write_recipe(replace(run.recipe(), own_drawings=100, trained_layers=1))
    first_batches.keep(run, 0, file.load(run.start_path), 0.9)
    first_batches.keep(run, 20, random_network(seed=9), 0.9)
    page = open_page(step="learning", run=run.id)
    assert (value_in_address(page, "epoch"), value_in_address(page, "learning-layer")) == (
        "b20",
        str(num_layers),
    )


def test_field_shows_the_image_of_a_run_that_learnt_signs(taught, make_run):
    opened = open_page(run=taught.id, digit="")
    chosen = open_page(run=make_run().id)
    picker(chosen, "chosen_run").select(taught.id)
    number = int(value_in_address(opened, "digit").removeprefix("t"))
    sign = picture_source(run_data.load(taught).test().images[number])
    for page in (opened, run_again(chosen)):
        (sample,) = [html for html in shown(page).splitlines() if 'class="sample"' in html]
        assert sign in sample
