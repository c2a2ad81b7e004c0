"""The Inside page without a browser: its tiles and numbers are the engine's, and its link is its state."""

import base64
import json
import re
from dataclasses import replace
from io import BytesIO
from urllib.parse import parse_qsl

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from bnn.analysis import damage, savings
from bnn.data import mnist
from bnn.engine import file, inference
from bnn.recipes.presets import PRESETS
from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system.files import write_atomically
from pages.inside import bit_images
from pages.shared import tour
from tests.support import oracle
from tests.support.page_content import shown, words
from tests.support.project import PROJECT

NUM_EPOCHS = 3
DIGIT = "m7"


@pytest.fixture(autouse=True)
def no_shipped_network(tmp_path, monkeypatch):
    """What ships with the app changes; these tests bring their own."""
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")


@pytest.fixture
def make_run(runs_root, random_network):
    """Function: a run's id, its recipe and a network's settings -> a run with a network after each epoch."""

    def make_run(run_id="20261123-140501-quick", recipe="quick", folder=None, **network):
        run = Run(run_id, (folder or runs_root) / run_id)
        run.write_recipe(replace(PRESETS[recipe], epochs=NUM_EPOCHS))
        run.write_status(Status("finished", epoch=NUM_EPOCHS, num_epochs=NUM_EPOCHS))
        run.epoch_path(1).parent.mkdir(exist_ok=True)
        for epoch in range(1, NUM_EPOCHS + 1):
            run.append_history(_history_row(epoch))
            made = random_network(seed=epoch, **network)
            write_atomically(run.epoch_path(epoch), file.to_bytes(made))
        write_atomically(run.model_path, file.to_bytes(made))
        return run

    return make_run


def _history_row(epoch):
    values = dict(loss=0.5, accuracy=0.8, validation_loss=0.3, flip_ratio=0.1, seconds=21.5)
    return {"epoch": epoch, "validation_accuracy": 0.8 + 0.05 * epoch, **values}


def open_page(digit=DIGIT, **link):
    page = AppTest.from_file(str(PROJECT / "pages" / "inside" / "page.py"), default_timeout=60)
    for name, value in {"digit": digit, **link}.items():
        page.query_params[name] = str(value)
    return run_again(page)


def run_again(page):
    page.run()
    assert not page.exception
    assert not page.error
    return page


def click(page, key):
    page.button(key=key).click()
    return run_again(page)


def pictures(page):
    """The pixels of every picture in that HTML."""
    sources = re.findall(r'src="data:image/png;base64,([^"]*)"', shown(page))
    return [np.asarray(Image.open(BytesIO(base64.b64decode(source)))) for source in sources]


def grids(page):
    """The tiles of each grid in that HTML: "white", "black" or "neither", and their marks."""
    found = re.findall(r'<div class="grid"[^>]*>(.*?)</div>', shown(page))
    return [re.findall(r'<i class="tile (\w+)">([^<]*)</i>', grid) for grid in found]


def linked(page, name):
    """A value in the page's address."""
    return address(page)[name]


def components(page):
    """What each component of the page was given, by its key."""
    found = [element.proto for element in page.get("bidi_component") if element.proto.json]
    return {proto.id.split("-", 2)[-1]: json.loads(proto.json) for proto in found}


def address(page):
    """What stands in the page's address."""
    (search,) = [data["search"] for data in components(page).values() if "search" in data]
    return dict(parse_qsl(search.removeprefix("?")))


def image(digit=DIGIT):
    return mnist.test().images[int(digit[1:])]


def test_page_without_any_run_says_what_to_do():
    assert len(open_page().info) == 1


def test_damaged_network_is_one_sentence(make_run):
    make_run().model_path.write_bytes(b"no network")
    page = AppTest.from_file(str(PROJECT / "pages" / "inside" / "page.py"), default_timeout=60).run()
    assert not page.exception
    assert "no packed network" in page.error[0].value


class TestBits:
    def test_pixels_and_bits_are_the_digits(self, make_run):
        make_run()
        pixels, bits = pictures(open_page())[:2]
        assert (pixels == image()).all()
        assert (bits == np.where(image() >= 128, 255, 0)).all()

    def test_count_of_bits(self, make_run):
        make_run()
        white = int((image() >= 128).sum())
        text = " ".join(element.value for element in open_page().markdown)
        assert f"784 bits, {white} white and {784 - white} black" in text

    def test_report_sees_a_white_square(self, make_run, tmp_path):
        make_run()
        make_run("report", "report", folder=tmp_path / "shipped", pixel_threshold=0)
        page = open_page()
        assert (pictures(page)[2] == 255).all()
        assert "a white square" in words(page)

    def test_grey_network_is_said_to_be_one(self, make_run):
        make_run(pixel_threshold=None)
        page = open_page()
        assert (pictures(page)[1] == image()).all()
        assert "shades as they are" in words(page)

    def test_levels_are_a_picture_each(self, make_run):
        levels = (32, 96, 160, 224)
        make_run(pixel_threshold=levels)
        page = open_page()
        for level, bits in zip(levels, pictures(page)[1:5], strict=True):
            assert (bits == np.where(image() >= level, 255, 0)).all()
        white = sum(int((image() >= level).sum()) for level in levels)
        text = " ".join(element.value for element in page.markdown)
        assert f"{4 * 784:,} bits, {white:,} white" in text
        page.slider(key="inside_white").set_value(0)
        assert all((bits == 255).all() for bits in pictures(run_again(page))[1:5])

    def test_slider_moves_the_threshold_and_the_answer(self, make_run):
        network = file.load(make_run().model_path)
        page = open_page()
        page.slider(key="inside_white").set_value(10)
        run_again(page)
        assert (pictures(page)[1] == np.where(image() >= 10, 255, 0)).all()
        moved = replace(network, pixel_threshold=10)
        answer = inference.probabilities(moved, image()[None])[0].argmax()
        assert f"it reads {answer}" in re.sub(r"\s+", " ", words(page))
        assert linked(page, "white") == "10"
        assert click(page, "white-reset").slider(key="inside_white").value == 128

    def test_levels_of_another_network_are_its_own(self, make_run):
        make_run("20261123-140501-other", pixel_threshold=60)
        make_run("20261123-140502-quick", pixel_threshold=128)
        page = open_page(run="20261123-140502-quick")
        picker = next(box for box in page.selectbox if (box.key or "").startswith("draw_run-"))
        picker.select("20261123-140501-other")
        assert (pictures(run_again(page))[1] == np.where(image() >= 60, 255, 0)).all()
        assert page.slider(key="inside_white").value == 60


class TestNeuron:
    @pytest.mark.parametrize("place", [(1, 1), (28, 28), (13, 15), (5, 28)])
    def test_tiles_and_count_are_the_engines(self, make_run, place):
        network = file.load(make_run().model_path)
        page = open_page(step="neuron", layer=1, filter=3, row=place[0], column=place[1])
        patch, weights, products = grids(page)
        padded = np.pad(np.where(image() >= 128, 1, -1), 1)
        values = padded[place[0] - 1 : place[0] + 2, place[1] - 1 : place[1] + 2].ravel()
        own = oracle.signs(network.layers[0].weights[2, :, 0])
        assert [colour for colour, _ in patch] == [_colour(value) for value in values]
        assert [colour for colour, _ in products] == [_colour(value) for value in values * own]
        inside = [tile for tile, value in zip(weights, values, strict=True) if value]
        assert [colour for colour, _ in inside] == [_colour(v) for v in own[values != 0]]
        agree = int((values * own > 0).sum())
        assert [mark for _, mark in products].count("=") == agree
        assert f"{agree} of {int((values != 0).sum())} agree" in words(page)

    @pytest.mark.parametrize("pool_first", [False, True])
    def test_every_verdict_is_the_neurons_bit(self, make_run, pool_first):
        network = file.load(make_run(pool_first=pool_first).model_path)
        layer = network.layers[0]
        sums = oracle.convolution_sums(
            np.where(image() >= 128, 1, -1)[..., None], oracle.signs(layer.weights)
        )
        signs = oracle.sign_of_norm(sums, layer)
        for filter in range(layer.outputs):
            page = open_page(step="neuron", layer=1, filter=filter + 1, row=14, column=15)
            wanted = "white (+1)" if signs[13, 14, filter] > 0 else "black (−1)"
            assert f"{wanted}." in words(page)
            if found := re.search(r"(\d+) of \d+ agree: (at least|fewer than) (\d+), so", words(page)):
                assert (int(found[1]) >= int(found[3])) == (found[2] == "at least")

    @pytest.mark.parametrize("threshold", [128, None, (32, 96, 160, 224)])
    def test_every_layer_can_be_looked_at(self, make_run, threshold):
        network = file.load(make_run(pixel_threshold=threshold).model_path)
        for number, layer in enumerate(network.layers, 1):
            page = open_page(step="neuron", layer=number, filter=layer.outputs)
            assert linked(page, "layer") == str(number)
            assert "agree" in words(page) or "The sum is" in words(page)

    def test_deep_patch_is_a_picture_of_its_bits(self, make_run):
        network = file.load(make_run().model_path)
        page = open_page(step="neuron", layer=2, filter=2, row=6, column=7)
        # 5 channels in 3 x 3 tiles of 3 x 3 bits.
        bits = inference.activations(network, image()[None])[1][0]
        patch, weights, products = (picture for picture in pictures(page) if picture.shape == (9, 9))
        for channel in range(5):
            y, x = channel // 3 * 3, channel % 3 * 3
            seen, own = bits[4:7, 5:8, channel], network.layers[1].weights[1, :, channel].reshape(3, 3)
            for picture, wanted in ((patch, seen), (weights, own), (products, seen != own)):
                assert (picture[y : y + 3, x : x + 3] == np.where(wanted, 0, 255)).all()

    @pytest.mark.parametrize("filter", range(1, 6))
    def test_bar_says_what_is_counted_and_where_it_turns(self, make_run, filter):
        layer = file.load(make_run().model_path).layers[0]
        page = open_page(step="neuron", layer=1, filter=filter, row=14, column=15)
        agree, total, mark = map(
            int, re.search(r"(\d+) of (\d+) agree; fewer than (\d+): \w+", shown(page)).groups()
        )
        counts = [count for count in range(10) if 2 * count - 9 >= layer.thresholds[filter - 1]]
        assert (total, mark) == (9, min(counts, default=10))
        turned = f"fewer than {mark}: {'white' if layer.flips[filter - 1] else 'black'}"
        assert turned in shown(page)
        assert f"width: {100 * agree / 9:.2f}%" in shown(page)

    def test_steps_go_along_the_row_and_back(self, make_run):
        make_run()
        page = open_page(step="neuron", row=3, column=27)
        for place in (("3", "28"), ("4", "1")):
            click(page, "neuron-forward")
            assert (linked(page, "row"), linked(page, "column")) == place
        click(page, "neuron-back")
        assert linked(page, "column") == "28"

    def test_last_layer_gives_the_answer(self, make_run):
        network = file.load(make_run().model_path)
        page = open_page(step="neuron", layer=4, filter=4)
        sums = oracle.activations(network, image())[-1].ravel()
        assert f"{sums[3]:+,}".replace("-", "−") in words(page)
        best = inference.probabilities(network, image()[None])[0].argmax()
        assert f"most of all {best}," in shown(page)


def _colour(value):
    return {1: "white", -1: "black", 0: "neither"}[int(value)]


def picked(page):
    """What each picture to click on was given, by its key."""
    found = {key: data for key, data in components(page).items() if "source" in data}
    for data in found.values():
        source = data["source"].removeprefix("data:image/png;base64,")
        data["pixels"] = np.asarray(Image.open(BytesIO(base64.b64decode(source))))
    return found


class TestSees:
    """What chapter 2 says a neuron sees is what its layer takes in."""

    @pytest.mark.parametrize(
        "threshold, layer, wanted",
        [
            (128, 1, "the 9 pixels in the frame: 9 bits"),
            (
                (32, 96, 160, 224),
                1,
                "is its brightness at least 32, 96, 160, 224? 9 pixels × 4 bits = 36 tiles",
            ),
            (None, 1, "9 pixels in the frame, each a shade"),
            (128, 2, "3×3 places in all 5 maps of layer 1: 45 bits"),
            (128, 3, "all 7 maps of layer 2, 7 × 7 each (343 bits)"),
            (128, 4, "the answers of all units of layer 3 (9 bits)"),
        ],
    )
    def test_words(self, make_run, threshold, layer, wanted):
        make_run(pixel_threshold=threshold)
        page = open_page(step="neuron", layer=layer)
        assert wanted in words(page) + " ".join(element.value for element in page.caption)

    def test_frame_is_the_part_of_the_digit_that_reaches_it(self, make_run):
        make_run()
        for layer, pixels in ((1, 3), (2, 8)):
            data = picked(open_page(step="neuron", layer=layer))["neuron-input"]
            assert data["marker"] * 28 / data["rows"] == pixels

    def test_edge_says_that_fewer_tiles_count(self, make_run):
        make_run()
        page = open_page(step="neuron", row=1, column=28)
        assert any("only 4 tiles lie inside" in element.value for element in page.markdown)

    def test_sums_stand_beside_the_answers(self, make_run):
        network = file.load(make_run().model_path)
        page = open_page(step="neuron", layer=4, filter=5)
        sums = oracle.activations(network, image())[-1].ravel()
        notes = re.findall(r'class="note">([^<]*)<', shown(page))
        assert notes == [f"{int(total):+,}".replace("-", "−") for total in sums]
        assert "Unit 5 stands for the answer 4." in page.caption[0].value


class TestWay:
    def test_every_map_and_filter_is_the_engines(self, make_run):
        network = file.load(make_run().model_path)
        walls = picked(open_page(step="way"))
        layer, bits = network.layers[1], inference.activations(network, image()[None])[2][0]
        maps = walls["way-maps-2"]
        filters = walls["way-filters-1"]
        for output in range(layer.outputs):
            row, column = divmod(output, maps["columns"])
            found = maps["pixels"][1 + 8 * row :, 1 + 8 * column :][:7, :7]
            assert (found == np.where(bits[..., output], 0, 255)).all()
        for output, weights in enumerate(network.layers[0].weights):
            row, column = divmod(output, filters["columns"])
            found = filters["pixels"][1 + 4 * row :, 1 + 4 * column :][:3, :3]
            assert (found == np.where(weights.reshape(3, 3), 0, 255)).all()

    def test_words_count_the_bits(self, make_run):
        network = file.load(make_run().model_path)
        text = " ".join(element.value for element in open_page(step="way").markdown)
        assert "**In:** 5 maps of 14 × 14: 980 bits." in text
        assert "**Out:** 7 maps of 7 × 7: 343 bits." in text
        for layer in network.layers:
            assert f"{layer.num_weights:,} bits in total" in text

    @pytest.mark.parametrize("settings", [dict(pixel_threshold=None), dict(stages=(), dense=(5,))])
    def test_other_networks_too(self, make_run, settings):
        make_run(**settings)
        open_page(step="way")


class TestLearning:
    def test_flips_are_counted_between_the_two_epochs(self, make_run):
        run = make_run()
        before, now = (file.load(run.epoch_path(epoch)) for epoch in (1, 2))
        wanted = sum((a.weights != b.weights).sum() for a, b in zip(before.layers, now.layers, strict=True))
        page = open_page(step="learning", epoch=2)
        assert f"{wanted:,} ({100 * wanted / now.num_weights:.1f} %)" in words(page)
        assert "90.00 %" in words(page)

    def test_flipped_bits_are_coloured(self, make_run):
        run = make_run()
        before, now = (file.load(run.epoch_path(epoch)).layers[0].weights for epoch in (2, 3))
        wall = next(p for p in pictures(open_page(step="learning", epoch=3, layer=1)) if p.ndim == 3)
        columns = (wall.shape[1] - 1) // 4
        for output, tap in np.ndindex(5, 9):
            y, x = 1 + output // columns * 4 + tap // 3, 1 + output % columns * 4 + tap % 3
            was, is_now = before[output, tap, 0], now[output, tap, 0]
            changed = bit_images.TURNED_BLACK if is_now else bit_images.TURNED_WHITE
            assert tuple(wall[y, x]) == ((0 if is_now else 255,) * 3 if was == is_now else changed)

    def test_opens_where_the_first_bits_have_flipped(self, make_run):
        make_run()
        page = open_page(step="learning")
        assert linked(page, "epoch") == "2"
        assert "has just turned white" in words(page)
        assert page.markdown[1].value.startswith("**Learning is flipping bits.**")

    def test_first_epoch_has_no_legend_of_flips(self, make_run):
        make_run()
        assert "has just turned" not in words(open_page(step="learning", epoch=1))

    def test_answer_is_that_epochs(self, make_run):
        run = make_run()
        for epoch in (1, 2, 3):
            probabilities = inference.probabilities(file.load(run.epoch_path(epoch)), image()[None])[0]
            page = open_page(step="learning", epoch=epoch)
            assert f'<b class="big">{probabilities.argmax()}</b>' in shown(page)
            assert linked(page, "epoch") == str(epoch)

    def test_answer_to_a_test_digit_is_right_or_wrong(self, make_run):
        run = make_run()
        answers = inference.scores(file.load(run.epoch_path(2)), mnist.test().images[:30]).argmax(axis=1)
        is_right = answers == mnist.test().labels[:30]
        for number in (int(np.flatnonzero(is_right)[0]), int(np.flatnonzero(~is_right)[0])):
            page = open_page(step="learning", epoch=2, digit=f"m{number}")
            assert ('class="is-right"' in shown(page)) == is_right[number]
            assert ('class="is-wrong"' in shown(page)) != is_right[number]

    def test_epoch_can_be_chosen(self, make_run):
        make_run()
        page = open_page(step="learning")
        page.select_slider(key="inside_epoch").set_value(3)
        assert linked(run_again(page), "epoch") == "3"

    def test_run_without_epochs_says_so(self, make_run):
        run = make_run()
        for epoch in range(1, NUM_EPOCHS + 1):
            run.epoch_path(epoch).unlink()
        assert "were not kept" in open_page(step="learning").info[0].value

    def test_run_with_one_epoch(self, make_run):
        run = make_run()
        for epoch in (2, 3):
            run.epoch_path(epoch).unlink()
        open_page(step="learning", epoch=3)


class TestBreak:
    def test_accuracy_and_answer_are_the_damaged_networks(self, make_run):
        network = damage.flip_weights(file.load(make_run().model_path), 0.1)
        split = mnist.test()
        spoilt = damage.add_noise(damage.move(split.images[::10], 20, 1, -2), 30)
        num_right = (inference.scores(network, spoilt).argmax(axis=1) == split.labels[::10]).sum()
        page = open_page(step="break", flips=10, noise=30, turn=20, right=1, down=-2)
        assert f" {num_right} " in words(page)
        own = damage.add_noise(damage.move(image()[None], 20, 1, -2), 30)[0]
        assert (pictures(page)[0] == own).all()
        assert f"<b>{inference.scores(network, own[None]).argmax()}</b>" in shown(page)

    def test_curve_remembers_what_was_tried(self, make_run):
        make_run()
        page = open_page(step="break")
        for value in (5.0, 10.0):
            page.slider(key="inside_flips").set_value(value)
            run_again(page)
        tried = next(iter(page.session_state.inside_tried.values()))
        assert [settings[0] for settings in tried] == [0.0, 5.0, 10.0]
        click(page, "break-reset")
        assert page.slider(key="inside_flips").value == 0
        assert linked(page, "flips") == "0.0"

    def test_curve_goes_along_with_the_link_and_is_measured_anew(self, make_run):
        make_run()
        page = open_page(step="break", noise=20)
        for value in (5.0, 10.0):
            page.slider(key="inside_flips").set_value(value)
            run_again(page)
        assert linked(page, "tried") == "flips_0.0_5.0_10.0"
        other = open_page(**address(page))
        tried, again = (next(iter(each.session_state.inside_tried.values())) for each in (page, other))
        assert again == tried

    @pytest.mark.parametrize(
        "tried", ["nothing_1", "flips", "flips_1e9", "turn_-999_999", "flips_" * 99, "noise_٣"]
    )
    def test_curve_that_makes_no_sense_is_left_out(self, make_run, tried):
        make_run()
        page = open_page(step="break", tried=tried)
        for settings in next(iter(page.session_state.inside_tried.values())):
            assert abs(settings[2]) <= 180

    def test_values_out_of_range_are_brought_into_it(self, make_run):
        make_run()
        page = open_page(step="break", flips=99, noise=9999, turn=-999)
        assert (linked(page, "flips"), linked(page, "noise"), linked(page, "turn")) == ("50.0", "200", "-180")


class TestWhy:
    def test_sizes_are_drawn_to_scale(self, make_run):
        run = make_run()
        page = open_page(step="why")
        sides = [float(side) for side in re.findall(r"width: ([0-9.]+)rem", shown(page))]
        found = savings.of_run(run)
        assert (sides[0] / sides[1]) ** 2 == pytest.approx(found.float_bytes / found.packed_bytes, rel=0.02)
        assert any(re.search(r"\d µs", text.value) for text in page.markdown)

    def test_factor_is_the_quotient_of_the_sizes_shown(self, make_run):
        make_run()
        text = words(open_page(step="why"))
        large, small = (float(size.replace(",", "")) for size in re.findall(r"([0-9.,]+) kB", text)[:2])
        assert large / small == pytest.approx(float(re.search(r"([0-9.]+) times smaller", text)[1]), rel=0.02)

    @pytest.mark.parametrize("threshold, is_blind", [(0, True), (128, False)])
    def test_blindness_is_not_put_down_to_the_bits(self, make_run, threshold, is_blind):
        make_run(pixel_threshold=threshold)
        text = " ".join(element.value for element in open_page(step="why").markdown)
        assert ("is blind" in text) == is_blind
        assert ("nothing finer" in text) != is_blind

    def test_twin_is_shown_where_there_is_one(self, make_run):
        run = make_run()
        assert "No twin" in open_page(step="why").caption[0].value
        write_atomically(run.twin_path, '{"num_images": 10000, "num_correct": 9951}')
        page = open_page(step="why")
        assert "99.51 %" in words(page)
        assert not page.caption


class TestLink:
    def test_link_is_a_state_and_back(self, make_run):
        run = make_run()
        link = dict(step="neuron", run=run.id, layer="2", filter="4", row="6", column="9")
        page = open_page(**link)
        assert {name: linked(page, name) for name in link} == link
        assert page.number_input(key="inside_filter").value == 4

    @pytest.mark.parametrize(
        "link",
        [
            dict(step="nothing"),
            dict(run="../x"),
            dict(step="neuron", layer="99", filter="-4", row="0", column="x" * 5000),
            dict(digit="m99999"),
            dict(digit="zzzz"),
            dict(digit="z" + "A" * 5000),
            dict(step="neuron", layer="²", row="9" * 400, column="0" * 9000),
            dict(other="1"),
        ],
    )
    def test_link_that_makes_no_sense_shows_the_page(self, make_run, link):
        make_run()
        assert open_page(**link).title[0].value == "Inside"

    def test_click_with_an_address_of_a_moment_ago_undoes_nothing(self, make_run):
        make_run()
        page = open_page(step="neuron", row=3, column=5)
        old = address(page)
        click(page, "neuron-forward")
        for name, value in old.items():
            page.query_params[name] = value
        assert linked(click(page, "neuron-forward"), "column") == "7"

    def test_drawing_goes_along(self, make_run):
        make_run()
        page = AppTest.from_file(str(PROJECT / "pages" / "inside" / "page.py"), default_timeout=60)
        path = [["M", 100, 60], ["Q", 100, 60, 100, 150], ["L", 100, 250]]
        page.session_state.drawing = [
            {"type": "path", "path": path, "left": 0, "top": 0, "scaleX": 1, "scaleY": 1}
        ]
        run_again(page)
        assert page.selectbox(key="inside_digit").value == "drawing"
        name = linked(page, "digit")
        assert name.startswith("z")
        assert len(name) < 600
        assert (pictures(open_page(digit=name))[0] == pictures(page)[0]).all()

    def test_what_is_no_state_stays_in_the_link(self, make_run):
        make_run()
        assert linked(open_page(tour="off"), "tour") == "off"


class TestLesson:
    """What a teacher puts into a link."""

    @pytest.mark.parametrize("link, is_shown", [({}, True), ({"nav": "off"}, False)])
    def test_navigation_can_be_hidden(self, make_run, link, is_shown):
        make_run()
        page = AppTest.from_file(str(PROJECT / "pages" / "site.py"), default_timeout=60)
        for name, value in link.items():
            page.query_params[name] = value
        run_again(page)
        assert bool(page.session_state.pages) == is_shown

    def test_tour_can_be_switched_off(self, make_run):
        make_run()
        page = AppTest.from_file(str(PROJECT / "pages" / "site.py"), default_timeout=60)
        page.query_params["tour"] = "off"
        run_again(page)
        assert page.session_state.tour_off

    def test_tour_has_at_most_seven_cards_that_fit_a_phone(self):
        assert len(tour.CARDS) <= 7
        assert all(len(text) <= 180 for _, _, text, _ in tour.CARDS)

    def test_tour_can_be_asked_for(self, make_run):
        make_run()
        assert click(open_page(), "tour-again").session_state.tour_invited == 1
