"""The Train page without a browser: the network's bits, what the network reads, and how often it is right."""

import json
import os
import re
from dataclasses import asdict, replace

import pytest

from bnn.data import files, mnist
from bnn.engine import file, inference
from bnn.recipes.presets import preset
from bnn.runs import first_batches, run_data, store
from bnn.runs.launchers import local
from bnn.runs.status import Status
from bnn.system.files import write_atomically
from pages.shared import bit_images, session
from pages.train import result, run_list
from tests.support.data_files import npz
from tests.support.inside_page import components, pictures
from tests.support.page_content import shown, words
from tests.support.pages import GONE, cells, history_row, open_page
from tests.support.run_content import sound_test_result


def _put(path, network):
    write_atomically(path, file.to_bytes(network))


def _tiles(picture, weights):
    """Returns the pixels of the 3x3 tiles in a picture of these weights, in the order of `weights`."""
    # A row has 8 tiles. A tile takes 4 pixels in each direction: 3 for its weights and 1 for the gap.
    places = [
        (1 + n // 8 * 4 + tap // 3, 1 + n % 8 * 4 + tap % 3) for n in range(len(weights)) for tap in range(9)
    ]
    return [tuple(int(v) for v in picture[place].ravel()) for place in places]


def test_bits_of_the_first_layer_are_shown_and_those_that_flipped_are_purple(living, random_network):
    before, now = random_network(seed=5), random_network(seed=6)
    _put(living.live_path, before)
    page = open_page("train")
    old, new = before.layers[0].weights, now.layers[0].weights
    bits = next(p for p in pictures(page) if p.ndim == 2)
    assert _tiles(bits, old) == [(0 if bit else 255,) for bit in old.ravel()]
    assert 'class="bits flash"' not in shown(page)
    _put(living.live_path, now)
    page.run()
    flash = next(p for p in pictures(page) if p.ndim == 3)
    # The bit before and the bit now; True means -1, which is black.
    colours = {(False, False): (255,) * 3, (True, True): (0,) * 3}
    expected = [colours.get(pair, bit_images.FLIPPED) for pair in zip(old.ravel(), new.ravel(), strict=True)]
    assert _tiles(flash, new) == expected
    assert f"{now.num_flips_since(before):,} of {now.num_weights:,} bits just flipped" in words(page)
    # The picture stays the same until there is another network, so that it does not flash again.
    html = shown(page)
    assert shown(page.run()) == html


def test_flips_since_the_kept_network_or_of_minutes_have_not_just_happened(living, random_network):
    page = open_page("train")
    assert page.session_state[session.SEEN].version[0] == str(living.model_path)
    for seed in (5, 6):
        # The first live network appears, and then the visitor is on another page for some minutes.
        _put(living.live_path, random_network(seed=seed))
        assert "bits just flipped" not in words(page.run())
        minutes_ago = living.live_path.stat().st_mtime - 180
        os.utime(living.live_path, (minutes_ago, minutes_ago))
        page.run()


def _field(page):
    """Returns what the browser is told about the digit and the network that reads it."""
    return next(data for data in components(page).values() if "digit" in data)


def test_digit_and_its_bars_are_those_of_the_live_network(living, random_network):
    network = random_network(seed=7)
    _put(living.live_path, network)
    page = open_page("train")
    assert _field(page)["digit"]["alt"] == "A test digit: 7"
    probabilities = inference.probabilities(network, mnist.test().images[:1])[0]
    widths = [float(width) for width in re.findall(r"width:([\d.]+)%", _field(page)["answer"])]
    assert widths == pytest.approx(100 * probabilities, abs=0.06)
    page.session_state[session.SAMPLE] = 61
    assert _field(page.run())["digit"]["alt"] == f"Your sample: {mnist.test().labels[61]}"


@pytest.mark.parametrize("stages, dense", [(((16, 8),), (9,)), (((64,),), ()), ((), (12,)), ((), ())])
def test_place_of_the_weights_is_kept_until_the_first_network_appears(
    make_run, random_network, monkeypatch, stages, dense
):
    run = make_run(state="running", stages=stages, dense=dense, pixels="levels")
    monkeypatch.setattr(local, "is_alive", lambda run, status: True)
    run.model_path.unlink()
    page = open_page("train")
    assert "appears here some seconds after its training begins" in words(page)
    (kept,) = pictures(page)
    levels = (32, 96, 160, 224)
    assert run.recipe().num_input_channels == len(levels)
    _put(run.live_path, random_network(stages=stages, dense=dense, pixel_threshold=levels))
    (shown_now,) = pictures(page.run())
    assert kept.shape == shown_now.shape
    assert set(kept.ravel()) == {bit_images.GREY}


def test_run_without_a_network_says_so(make_run):
    make_run(state="stopped").model_path.unlink()
    assert "This run has no network yet." in words(open_page("train"))


def test_live_network_is_not_shown_after_the_training(make_run, random_network):
    """A trainer that is killed leaves the file of its live network behind."""
    run = make_run(state="stopped")
    _put(run.live_path, replace(random_network(seed=5), recipe="live"))
    page = open_page("train")
    assert page.session_state[session.SEEN].network.recipe != "live"


def test_damaged_network_hides_nothing_else(living):
    living.live_path.write_bytes(b"damaged")
    page = open_page("train")
    assert len(page.error) == 1
    assert page.get("vega_lite_chart")


def test_damaged_facts_about_the_data_hide_only_the_digit(living, random_network, caplog):
    _put(living.live_path, random_network(seed=7))
    (living.folder / run_data.FACTS_NAME).write_text("damaged")
    page = open_page("train")
    assert len(page.error) == 1
    assert "data.json is damaged" in page.error[0].value
    assert "The first layer" in words(page)
    assert "No digit can be shown: run" in words(page)
    assert page.get("vega_lite_chart")
    logged = [record for record in caplog.records if record.name == "one_bit_lab"]
    assert not logged, "the page would log this every second"


@pytest.mark.parametrize(
    "num_correct, num_images, words",
    [
        (9829, 10_000, "98 of 100"),
        (9960, 10_000, "996 of 1,000"),
        (9999, 10_000, "9,999 of 10,000"),
        (10_000, 10_000, "10,000 of 10,000"),
        (1000, 10_000, "10 of 100"),
        (20, 20, "20 of 20"),
        (19, 20, "19 of 20"),
        (349, 350, "349 of 350"),
        (50_000, 50_000, "50,000 of 50,000"),
        (3, 10_000, "3 of 10,000"),
    ],
)
def test_share_of_right_answers_is_rounded_but_not_to_none_or_all(num_correct, num_images, words):
    assert result._out_of(num_correct, num_images) == words


def test_finished_run_says_what_it_can_read(make_run):
    make_run().write_test(sound_test_result())
    said = words(open_page("train"))
    assert "It now reads 7 of 8 digits it has never seen." in said
    assert re.search(r"7 of 8\s+at the end \(test\)", said)
    assert re.search(r"90.00 %\s+best epoch: 2 \(validation\)", said)


def test_run_that_keeps_its_last_epoch_says_so(make_run):
    make_run(best_by="last")
    assert re.search(r"90.00 %\s+last epoch: 2 \(validation\)", words(open_page("train")))


def test_images_of_other_classes_than_digits_are_called_images(make_run, random_network):
    run = make_run()
    _put(run.model_path, random_network(class_names=("coat", "shoe")))
    run.write_test(sound_test_result())
    facts = replace(run_data.MNIST_FACTS, file="data.npz")
    (run.folder / run_data.FACTS_NAME).write_text(json.dumps(asdict(facts)))
    assert result.sentence(run) == "It now reads 7 of 8 images it has never seen."


def test_accuracy_of_a_blind_network_is_not_shown_as_an_achievement(make_run):
    run = make_run(pixel_threshold=0)
    run.write_test(sound_test_result())
    page = open_page("train")
    found = re.search(r"It has learnt nothing: it says (\d) to everything", words(page))
    row = next(row for row in cells(page) if len(row) == 8)
    # The dot before "finished" is grey.
    assert '<div class="status blind">' in shown(page)
    assert row[4:6] == ["–", f"says {found.group(1)} to everything"]
    assert "87.50 %" not in words(page)
    assert "7 of 8" not in words(page)
    assert "90.00 %" not in words(page)


def test_run_stopped_in_its_first_epoch_has_its_numbers(make_run, random_network):
    run = make_run()
    (run.folder / "history.csv").unlink()
    status = Status(
        "stopped", epoch=1, num_epochs=3, batch=170, num_batches=400, images_per_second=1_000, **GONE
    )
    run.write_status(status)
    for batch, accuracy in ((0, 0.1), (60, 0.75), (150, 0.875)):
        first_batches.keep(run, batch, random_network(), accuracy)
    page = open_page("train")
    row = next(row for row in cells(page) if len(row) == 8)
    seconds = f"{round(170 * run_data.mean_batch_size(run) / 1_000)} s"
    assert (row[3], row[4], row[7]) == ("1 of 3", "87.50 %", seconds)
    shown_words = words(page)
    assert re.search(r"1 of 3\s+round \(epoch\)", shown_words)
    assert re.search(r"87.50 %\s+after batch 150 \(validation\)", shown_words)
    assert re.search(r"1,000\s+images per second", shown_words)
    assert re.search(rf"{seconds}\s+time taken", shown_words)


def test_speed_and_time_count_the_images_of_a_batch_that_is_not_full(runs_root):
    settings = {"drawn_digits": 0, "batch_size": 512}
    run = store.create(preset("quick").with_settings(settings), files.parse(npz(), "signs"))
    num_images = run_data.facts(run).num_training
    run.write_status(Status("stopped", epoch=1, batch=1, images_per_second=num_images / 8, **GONE))
    assert run_list.seconds_taken(run) == 8
    run.append_history(history_row(1) | {"seconds": num_images / 25})
    assert re.search(r"25\s+images per second", words(open_page("train")))
