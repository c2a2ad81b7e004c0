"""Inside, chapter 5: accuracy and answers of a network with flipped weights and spoilt pictures."""

from math import ceil
from types import SimpleNamespace

import numpy as np
import pytest

from bnn.analysis import damage
from bnn.data import mnist
from bnn.engine import file, inference
from bnn.engine.answer import read
from bnn.engine.verdict import verdict
from pages.inside.address import number_text
from pages.inside.chapters import damage_sliders, damage_trials, damage_weights
from pages.inside.live import component
from pages.shared import bit_images, messages
from tests.support.inside_page import address, click, image, open_page, pictures, run_again, value_in_address
from tests.support.page_content import shown, words


def test_accuracy_and_answer_are_those_of_the_damaged_network(make_run):
    network = damage.flip_weights(file.load(make_run().model_path), 0.1)
    split = mnist.test()
    spoilt = damage.add_noise(damage.move(split.images[::10], 20, 1, -2), 30)
    num_right = (inference.probabilities(network, spoilt).argmax(axis=1) == split.labels[::10]).sum()
    page = open_page(step="break", flips=10, noise=30, turn=20, right=1, down=-2)
    assert f" {num_right} " in words(page)
    digit = damage.add_noise(damage.move(image()[None], 20, 1, -2), 30)[0]
    assert (pictures(page)[0] == digit).all()
    expected = verdict(read(network, digit))
    # As on Draw, an answer that is not sure is orange.
    doubt = f" {expected.state}" if expected.state in ("unsure", "unknown") else ""
    assert f'<b class="answer-name{doubt}">{expected.text}</b>' in shown(page)


def test_picture_shows_every_nth_weight_and_which_of_them_are_flipped(make_run):
    network = file.load(make_run(stages=((40,), (40,))).model_path)
    before, after = (
        np.concatenate([layer.weights.ravel() for layer in each.layers])
        for each in (network, damage.flip_weights(network, 0.3))
    )
    # The picture has at most 84 x 72 pixels, and each pixel is a weight.
    step = ceil(len(before) / (84 * 72))
    assert step > 1
    found = pictures(open_page(step="break", flips=30))[1].reshape(-1, 3).tolist()
    colours = {(0, 0): [255] * 3, (1, 1): [0] * 3}
    colours |= {(0, 1): list(bit_images.TURNED_BLACK), (1, 0): list(bit_images.TURNED_WHITE)}
    wanted = [colours[pair] for pair in zip(before[::step], after[::step], strict=True)]
    # Weights at the end that do not fill a row are left out.
    assert found == wanted[: len(wanted) // 84 * 84]
    assert len(wanted) % 84


def test_few_flipped_weights_have_large_marks(random_network):
    network, covered = random_network(), []
    for share in (0, 0.0035, 0.01, 0.05, 0.25, 0.5):
        picture = damage_weights.sample(network, damage.flip_weights(network, share))
        purple_share = (picture[..., 0] != picture[..., 1]).mean()
        # No mark is smaller than its weight, and more flipped weights never cover a smaller area.
        assert purple_share >= share - 0.02
        covered.append(purple_share)
    assert covered[0] == 0
    assert covered[1] > 0.05
    assert covered == sorted(covered)


def test_marks_leave_the_pixels_after_the_last_weight_grey(random_network):
    network = random_network()
    num_weights = sum(layer.weights.size for layer in network.layers)
    picture = damage_weights.sample(network, damage.flip_weights(network, 0.005)).reshape(-1, 3)
    assert damage_weights.step(network) == 1
    assert num_weights < len(picture)
    assert (picture[num_weights:] == bit_images.GREY).all()


def test_curve_keeps_every_value_that_was_tried(make_run):
    make_run()
    page = open_page(step="break")
    for value in (5.0, 10.0):
        page.slider(key="inside_flips").set_value(value)
        run_again(page)
    tried = next(iter(page.session_state.inside_tried.values()))
    assert [settings[0] for settings in tried] == [0.0, 5.0, 10.0]
    click(page, "break-reset")
    assert page.slider(key="inside_flips").value == 0
    assert value_in_address(page, "flips") == "0"


def test_unchanged_settings_are_not_measured_again(make_run, monkeypatch):
    make_run()
    page = open_page(step="break", noise=20)
    monkeypatch.setattr(damage_trials, "_measure", lambda *_: pytest.fail("measured again"))
    run_again(page)
    tried = next(iter(page.session_state.inside_tried.values()))
    assert f" {tried[(0.0, 20, 0, 0, 0)]:,} " in words(page)


def test_caption_says_what_is_grey(make_run):
    network = file.load(make_run().model_path)
    assert network.num_weights % 84
    assert "Grey: no more weights" in words(open_page(step="break"))


def test_link_restores_the_curve(make_run):
    make_run()
    page = open_page(step="break", noise=20)
    for value in (5.0, 10.0):
        page.slider(key="inside_flips").set_value(value)
        run_again(page)
    assert value_in_address(page, "tried") == "flips_0_5_10"
    other = open_page(**address(page))
    tried, again = (next(iter(each.session_state.inside_tried.values())) for each in (page, other))
    assert again == tried


def test_share_that_the_button_sets_is_the_one_in_the_address(monkeypatch):
    pressed = SimpleNamespace(flips={"share": 100_000 / 860_800, "number": 1})
    state = {component.KEY: pressed}
    for module in (damage_weights, messages):
        monkeypatch.setattr(module, "st", SimpleNamespace(session_state=state))
    damage_weights.flip_more()
    share = state[damage_sliders.key("flips")]
    parameter = damage_sliders.PARAMETERS["flips"]
    assert parameter.parse(number_text(share)) == share == parameter.parse(str(100_000 / 860_800))


@pytest.mark.parametrize(
    "tried", ["nothing_1", "flips", "flips_1e9", "turn_-999_999", "flips_" * 99, "noise_٣"]
)
def test_nonsense_in_the_links_curve_is_left_out(make_run, tried):
    make_run()
    page = open_page(step="break", tried=tried)
    for settings in next(iter(page.session_state.inside_tried.values())):
        turn_degrees = settings[2]
        assert abs(turn_degrees) <= 180


def test_values_out_of_range_are_clipped(make_run):
    make_run()
    page = open_page(step="break", flips=99, noise=9999, turn=-999)
    assert (
        value_in_address(page, "flips"),
        value_in_address(page, "noise"),
        value_in_address(page, "turn"),
    ) == ("50", "200", "-180")
