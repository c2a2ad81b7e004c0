"""Inside, chapter 4: flipped bits and answers after each epoch."""

from dataclasses import replace

import numpy as np
import pytest

from bnn.data import files, mnist
from bnn.engine import file, inference
from bnn.runs import first_batches, run_data, store
from bnn.system.files import write_atomically
from pages.inside.chapters import moments
from pages.shared import bit_images
from tests.support.data_files import SIGNS, stroke_lines
from tests.support.inside_page import click, image, open_page, pictures, run_again, value_in_address
from tests.support.page_content import shown, words
from tests.support.pages import NUM_EPOCHS, picker


def test_flips_are_counted_from_the_epoch_before(make_run):
    run = make_run()
    before, now = (file.load(run.epoch_path(epoch)) for epoch in (1, 2))
    wanted = sum((a.weights != b.weights).sum() for a, b in zip(before.layers, now.layers, strict=True))
    page = open_page(step="learning", epoch=2)
    assert f"{wanted:,} ({100 * wanted / now.num_weights:.1f} %)" in words(page)
    assert "90.00 %" in words(page)


def test_flipped_bits_are_coloured(make_run):
    run = make_run()
    before, now = (file.load(run.epoch_path(epoch)).layers[0].weights for epoch in (2, 3))
    found = next(p for p in pictures(open_page(step="learning", epoch=3, layer=1)) if p.ndim == 3)
    # A filter takes 4 pixels in each direction: 3 for its weights and 1 for the gap.
    columns = (found.shape[1] - 1) // 4
    for output, tap in np.ndindex(5, 9):
        y, x = 1 + output // columns * 4 + tap // 3, 1 + output % columns * 4 + tap % 3
        was, is_now = before[output, tap, 0], now[output, tap, 0]
        changed = bit_images.TURNED_BLACK if is_now else bit_images.TURNED_WHITE
        assert tuple(found[y, x]) == ((0 if is_now else 255,) * 3 if was == is_now else changed)


def test_chapter_opens_at_the_first_epoch_with_flips(make_run):
    make_run()
    page = open_page(step="learning")
    assert value_in_address(page, "epoch") == "2"
    assert "has just turned white" in words(page)
    assert page.markdown[1].value.startswith("**Learning is flipping bits.**")


@pytest.fixture
def from_the_start(make_run, random_network):
    """A run that has kept networks of its first epoch. The accuracy of one of them was not measured."""
    run = make_run()
    for seed, (batch, accuracy) in enumerate({0: 0.098, 20: 0.4, 60: 0.7}.items()):
        first_batches.keep(run, batch, random_network(seed=9 + seed), accuracy)
    table = (run.folder / "batches.csv").read_text()
    (run.folder / "batches.csv").write_text(table.replace("60,0.7", "60,"))
    return run


def test_chapter_opens_before_learning_and_goes_on_to_the_last_epoch(from_the_start):
    page = open_page(step="learning")
    assert page.select_slider(key="inside_epoch").options == [
        *("start", "20 batches", "60 batches", "epoch 1", "epoch 2", "epoch 3")
    ]
    assert value_in_address(page, "epoch") == "b0"
    assert "9.80 %" in words(page)
    assert "of some of the check images read right before learning" in words(page)
    assert "9.80 % before it learns; 85.00 % after the first epoch" in page.caption[0].value
    assert not page.button(key="learning-play-button").disabled


def test_answer_and_flips_are_those_after_so_many_batches(from_the_start, always_sure):
    before, now = (file.load(first_batches.path(from_the_start, batch)) for batch in (0, 20))
    page = open_page(step="learning", epoch="b20")
    answer = inference.probabilities(now, image()[None])[0].argmax()
    assert f'<b class="big">{answer}</b>' in shown(page)
    assert "After 20 batches it reads" in words(page)
    assert f"{now.num_flips_since(before):,} (" in words(page)
    last = file.load(first_batches.path(from_the_start, 60))
    flips = file.load(from_the_start.epoch_path(1)).num_flips_since(last)
    assert f"{flips:,} (" in words(open_page(step="learning", epoch=1))


def test_accuracy_that_is_missing_was_not_measured(from_the_start):
    assert "not measured" in words(open_page(step="learning", epoch="b60"))


@pytest.mark.parametrize("wanted, found", [("b33", "b20"), ("b9999", "1"), ("70", "3"), ("b", "b0")])
def test_nearest_moment_is_shown(from_the_start, wanted, found):
    assert value_in_address(open_page(step="learning", epoch=wanted), "epoch") == found


def test_run_without_first_batches_says_so_and_leads_to_one_that_has_them(
    make_run, random_network, monkeypatch, tmp_path
):
    make_run()
    page = open_page(step="learning")
    assert "before the app kept the first batches" in page.caption[-1].value
    assert "learning-from-the-start" not in {button.key for button in page.button}
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")
    quick = make_run(run_id="quick", folder=store.SHIPPED)
    first_batches.keep(quick, 0, random_network(), 0.1)
    page = click(open_page(step="learning"), "learning-from-the-start")
    assert (value_in_address(page, "run"), value_in_address(page, "epoch")) == ("quick", "b0")


def test_first_epoch_has_no_legend_for_flips(make_run):
    make_run()
    assert "has just turned" not in words(open_page(step="learning", epoch=1))


def test_answer_is_that_of_the_chosen_epoch(make_run, always_sure):
    run = make_run()
    for epoch in (1, 2, 3):
        probabilities = inference.probabilities(file.load(run.epoch_path(epoch)), image()[None])[0]
        page = open_page(step="learning", epoch=epoch)
        assert f'<b class="big">{probabilities.argmax()}</b>' in shown(page)
        assert value_in_address(page, "epoch") == str(epoch)


def test_answer_is_marked_as_right_or_wrong(make_run, always_sure):
    run = make_run()
    answers = inference.scores(file.load(run.epoch_path(2)), mnist.test().images[:30]).argmax(axis=1)
    is_right = answers == mnist.test().labels[:30]
    for number in (int(np.flatnonzero(is_right)[0]), int(np.flatnonzero(~is_right)[0])):
        page = open_page(step="learning", epoch=2, digit=f"m{number}")
        assert ('class="is-right"' in shown(page)) == is_right[number]
        assert ('class="is-wrong"' in shown(page)) != is_right[number]


def test_epoch_can_be_chosen(make_run):
    make_run()
    page = open_page(step="learning")
    page.select_slider(key="inside_epoch").set_value("3")
    assert value_in_address(run_again(page), "epoch") == "3"


def test_run_without_epochs_says_so(make_run):
    run = make_run()
    for epoch in range(1, NUM_EPOCHS + 1):
        run.epoch_path(epoch).unlink()
    assert "were not kept" in open_page(step="learning").info[0].value


def test_run_with_one_epoch_is_shown_without_an_error(make_run):
    run = make_run()
    for epoch in (2, 3):
        run.epoch_path(epoch).unlink()
    open_page(step="learning", epoch=3)


def test_training_that_went_on_from_a_network_says_how_many_bits_it_changed(make_run):
    run = make_run()
    now = file.load(run.model_path)
    weights = now.layers[0].weights.copy()
    weights.flat[:3] ^= True
    start = replace(now, layers=(replace(now.layers[0], weights=weights), *now.layers[1:]))
    write_atomically(run.start_path, file.to_bytes(start))
    first = file.load(run.epoch_path(1))
    page = open_page(step="learning", epoch=1)
    assert page.markdown[1].value.startswith(f"**3 of {now.num_weights:,} bits changed.**")
    assert f"{first.num_flips_since(start):,} (" in words(page)


def test_network_of_other_classes_is_not_compared(make_run):
    run = make_run()
    start = replace(file.load(run.model_path), class_names=tuple("abcdefghij"))
    write_atomically(run.start_path, file.to_bytes(start))
    assert "bits changed" not in open_page(step="learning", epoch=1).markdown[1].value


@pytest.fixture
def goes_on(from_the_start, make_run):
    """A run that has gone on from the network of the run `from_the_start`."""
    run = make_run(run_id="20261124-080000-anyone")
    run.write_recipe(replace(run.recipe(), starts_from=from_the_start.id))
    write_atomically(run.start_path, from_the_start.model_path.read_bytes())
    return run


def test_training_that_went_on_begins_with_the_first_batches_of_the_run_before(goes_on, from_the_start):
    page = open_page(step="learning", run=goes_on.id)
    before, own = "quick, 23 Nov 14:05:01: ", ["epoch 1", "epoch 2", "epoch 3"]
    first = ["start", "20 batches", "60 batches", "epoch 1", "epoch 3"]
    assert page.select_slider(key="inside_epoch").options == [*(before + label for label in first), *own]
    assert value_in_address(page, "epoch") == f"{from_the_start.id}.b0"
    assert "of some of the check images read right before learning" in words(page)
    assert page.markdown[1].value.startswith("**Learning is flipping bits.** This network began with random")
    assert "there are no earlier weights to compare with" in words(page)
    assert "9.80 % before it learns" in page.caption[0].value
    # The first epoch is compared with the last network of the run before.
    flips = file.load(goes_on.epoch_path(1)).num_flips_since(file.load(from_the_start.model_path))
    assert f"{flips:,} (" in words(open_page(step="learning", run=goes_on.id, epoch=1))


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


def test_run_before_that_has_another_network_now_is_not_shown(goes_on, from_the_start):
    write_atomically(from_the_start.model_path, from_the_start.epoch_path(1).read_bytes())
    page = open_page(step="learning", run=goes_on.id)
    assert page.select_slider(key="inside_epoch").options == ["epoch 1", "epoch 2", "epoch 3"]
    assert "went on from another network" in page.markdown[1].value


@pytest.mark.parametrize(
    "wanted, found", [("b0", "{}.b0"), ("{}.3", "{}.3"), ("2", "2"), ("gone.b55", "{}.b60")]
)
def test_nearest_moment_may_be_in_the_run_before(goes_on, from_the_start, wanted, found):
    page = open_page(step="learning", run=goes_on.id, epoch=wanted.format(from_the_start.id))
    assert value_in_address(page, "epoch") == found.format(from_the_start.id)


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
    assert (value_in_address(page, "epoch"), value_in_address(page, "layer")) == ("b0", str(num_layers))
    assert value_in_address(page, "digit").startswith("t")
    linked = open_page(step="learning", run=taught.id, digit="m7", layer=1, epoch=2)
    link = dict(digit="m7", layer="1", epoch="2")
    assert {name: value_in_address(linked, name) for name in link} == link


def test_choice_of_a_run_that_learnt_signs_shows_one_of_its_own_signs(taught, make_run):
    other = make_run()
    page = open_page(step="learning", run=other.id)
    assert (value_in_address(page, "digit"), value_in_address(page, "layer")) == ("m7", "1")
    picker(page, "draw_run").select(taught.id)
    assert value_in_address(run_again(page), "digit").startswith("t")
    assert page.selectbox(key="inside_layer").value == len(file.load(taught.model_path).layers)


def test_run_that_learnt_a_hand_opens_at_its_own_first_flips(goes_on, random_network):
    run = goes_on
    num_layers = len(file.load(run.model_path).layers)
    run.write_recipe(replace(run.recipe(), own_drawings=100, trained_layers=1))
    first_batches.keep(run, 0, file.load(run.start_path), 0.9)
    first_batches.keep(run, 20, random_network(seed=9), 0.9)
    page = open_page(step="learning", run=run.id)
    assert (value_in_address(page, "epoch"), value_in_address(page, "layer")) == ("b20", str(num_layers))
