"""Damage to networks and images: it has the requested strength, and is the same each time."""

import numpy as np
import pytest
from PIL import Image

from bnn.analysis import damage
from bnn.data import mnist


def _weights(network):
    return np.concatenate([layer.weights.ravel() for layer in network.layers])


@pytest.mark.parametrize("share", [0, 0.001, 0.1, 0.5, 1])
def test_share_of_weights_is_flipped(random_network, share):
    network = random_network()
    before = _weights(network).copy()
    changed = before != _weights(damage.flip_weights(network, share))
    assert changed.sum() == round(share * network.num_weights)
    assert (_weights(network) == before).all()


def test_larger_share_also_flips_the_weights_of_a_smaller_one(random_network):
    network = random_network()
    few, many = (_weights(damage.flip_weights(network, share)) for share in (0.1, 0.2))
    flipped = few != _weights(network)
    assert (few[flipped] == many[flipped]).all()
    assert (_weights(damage.flip_weights(network, 0.1)) == few).all()


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_share_out_of_range_is_refused(random_network, share):
    with pytest.raises(ValueError, match=f"got {share}"):
        damage.flip_weights(random_network(), share)


def test_no_damage_returns_the_same_images(random_images):
    images = random_images(3)
    assert damage.add_noise(images, 0) is images
    assert damage.move(images, 0) is images


def test_noise_has_the_requested_strength():
    images = np.full((200, 28, 28), 128, np.uint8)
    difference = damage.add_noise(images, 10).astype(float) - 128
    assert abs(difference.mean()) < 0.1
    assert difference.std() == pytest.approx(10, rel=0.02)
    assert (damage.add_noise(images[:3], 10) == damage.add_noise(images, 10)[:3]).all()


def test_noise_stays_within_the_range_of_pixels():
    noisy = damage.add_noise(np.full((20, 28, 28), 255, np.uint8), 200)
    assert noisy.dtype == np.uint8
    assert noisy.max() == 255
    with pytest.raises(ValueError, match="got -1"):
        damage.add_noise(noisy, -1)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarter_turns_are_exact_and_clockwise(random_images, quarters):
    images = random_images(3)
    assert (damage.move(images, 90 * quarters) == np.rot90(images, -quarters, axes=(1, 2))).all()


@pytest.mark.parametrize("right, down", [(3, 0), (0, -4), (-2, 5), (40, 0)])
def test_shifts_are_exact(random_images, right, down):
    images = random_images(2)
    shifted = damage.move(images, 0, right, down)
    for y, x in np.ndindex(28, 28):
        inside = 0 <= y - down < 28 and 0 <= x - right < 28
        wanted = images[:, y - down, x - right] if inside else 0
        assert (shifted[:, y, x] == wanted).all()


def test_turned_image_is_close_to_that_of_pillow():
    image = mnist.test().images[0]
    wanted = Image.fromarray(image).rotate(-25, Image.Resampling.BILINEAR)
    difference = damage.move(image[None], 25)[0].astype(int) - np.asarray(wanted)
    # Pillow calculates with fixed-point numbers, and treats the outermost half pixel differently.
    assert abs(difference[2:-2, 2:-2]).max() <= 2


def test_shift_by_half_a_pixel_averages_two_pixels():
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 10, 10] = 100
    assert damage.move(image, 0, 0.5)[0, 10, 9:13].tolist() == [0, 50, 50, 0]
