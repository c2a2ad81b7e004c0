"""Inside, chapter 4: flipped bits and answers after each epoch, and after some batches of epoch 1."""

from dataclasses import replace

import numpy as np
import pytest

from bnn.data import mnist
from bnn.engine import file, inference
from bnn.runs import first_batches, store
from bnn.system.files import write_atomically
from pages.inside import keys
from pages.inside.chapters import learning_weights
from pages.shared import bit_images
from tests.support.inside_page import click, image, open_page, pictures, run_again, value_in_address
from tests.support.page_content import shown, words
from tests.support.pages import NUM_EPOCHS, button_keys


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
    found = next(p for p in pictures(open_page(step="learning", epoch=3)) if p.ndim == 3)
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


def test_chapter_opens_before_learning_and_goes_on_to_the_last_epoch(from_the_start):
    page = open_page(step="learning")
    assert page.select_slider(key="inside_epoch").options == [
        *("start", "20 batches", "60 batches", "epoch 1", "epoch 2", "epoch 3")
    ]
    assert value_in_address(page, "epoch") == "b0"
    assert "9.80 %" in words(page)
    assert "right on some check images before learning" in words(page)
    assert "9.80\u00a0% before it learns; 85.00\u00a0% after the first epoch" in page.caption[0].value
    assert not page.button(key="learning-play-button").disabled


def test_answer_and_flips_are_those_after_the_chosen_batch(from_the_start, always_sure):
    before, now = (file.load(first_batches.path(from_the_start, batch)) for batch in (0, 20))
    page = open_page(step="learning", epoch="b20")
    answer = inference.probabilities(now, image()[None])[0].argmax()
    assert f'<b class="big">{answer}</b>' in shown(page)
    assert "After 20 batches it reads" in words(page)
    assert f"{now.num_flips_since(before):,} (" in words(page)
    last = file.load(first_batches.path(from_the_start, 60))
    flips = file.load(from_the_start.epoch_path(1)).num_flips_since(last)
    assert f"{flips:,} (" in words(open_page(step="learning", epoch=1))


def test_words_name_the_test_set_for_a_recipe_that_validates_on_it(make_run):
    run = make_run(recipe="report-signed")
    page = open_page(step="learning", run=run.id)
    assert "right on the test images after epoch 2" in words(page)
    assert "Accuracy on the test images" in page.caption[0].value
    assert "(test set, because this training kept no other images aside)" in shown(page)
    assert "validation set" not in shown(page)


def test_layer_stays_while_a_smaller_network_is_shown_in_chapter_2(make_run):
    make_run()
    page = open_page(step="learning", **{"learning-layer": 4})
    for chapter in ("neuron", "learning"):
        page.session_state[keys.CHAPTER] = chapter
        page.session_state[keys.LAYER] = 2
        run_again(page)
    assert value_in_address(page, "learning-layer") == "4"


def test_missing_accuracy_is_shown_as_not_measured(from_the_start):
    assert "not measured" in words(open_page(step="learning", epoch="b60"))


@pytest.mark.parametrize("wanted, found", [("b33", "b20"), ("b9999", "1"), ("70", "3"), ("b", "b0")])
def test_nearest_moment_is_shown(from_the_start, wanted, found):
    assert value_in_address(open_page(step="learning", epoch=wanted), "epoch") == found


def test_run_without_first_batches_says_so_and_leads_to_one_that_has_them(
    make_run, random_network, monkeypatch, tmp_path
):
    make_run()
    page = open_page(step="learning")
    assert "the app did not yet keep the networks of the first batches" in page.caption[-1].value
    assert "learning-from-the-start" not in button_keys(page)
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
    answers = inference.probabilities(file.load(run.epoch_path(2)), mnist.test().images[:30]).argmax(axis=1)
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
    page = open_page(step="learning")
    assert "were not kept" in page.info[0].value
    assert value_in_address(page, "step") == "learning"


def test_run_with_one_epoch_is_shown_without_an_error(make_run):
    run = make_run()
    for epoch in (2, 3):
        run.epoch_path(epoch).unlink()
    open_page(step="learning", epoch=3)


def test_page_says_how_many_bits_of_an_earlier_network_the_training_changed(make_run):
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


@pytest.mark.parametrize(
    "count, height, width, columns",
    [(32, 3, 3, 8), (64, 12, 24, 8), (96, 12, 24, 12), (256, 30, 48, 16), (10, 16, 16, 5), (13, 4, 4, 6)],
)
def test_rows_of_weights_are_full_unless_the_picture_would_be_too_low_or_high(count, height, width, columns):
    assert learning_weights.columns_of_weights(count, height, width) == columns
