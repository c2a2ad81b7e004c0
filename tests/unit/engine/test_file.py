"""The packed network's file: it is written as the format says, and read again."""

import numpy as np
import pytest

from bnn.engine import file, inference
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.runs import store
from tests.support.packed_files import content_of, header_of, raw_header_of, tensors_of


@pytest.fixture
def network(random_network):
    """A small network with every kind of layer."""
    return random_network(stages=((3,), (2,)), dense=(9,), pool_first=True)


def _assert_same(left, right):
    for name in ("pixel_threshold", "temperature", "recipe", "class_names", "has_three_looks"):
        assert getattr(left, name) == getattr(right, name)
    np.testing.assert_array_equal(left.scale, right.scale)
    np.testing.assert_array_equal(left.offset, right.offset)
    assert list(map(repr, left.layers)) == list(map(repr, right.layers))
    for one, other in zip(left.layers, right.layers, strict=True):
        for name in ("weights", "thresholds", "flips"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize("pixel_threshold", [None, 0, 128, (32, 200), (7,)])
@pytest.mark.parametrize("widths", [1, 7, 8, 9, 31, 32, 33])
def test_written_network_is_read_again(random_network, tmp_path, pixel_threshold, widths):
    network = random_network(widths, ((widths, 3), (widths,)), (widths,), pixel_threshold)
    path = tmp_path / "model.safetensors"
    path.write_bytes(file.to_bytes(network))
    _assert_same(file.load(path), network)


@pytest.mark.parametrize(
    "names", [("yes", "no"), tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), ("ä b", "×")]
)
def test_class_names_are_kept(random_network, random_images, names):
    network = random_network(class_names=names)
    again = file.from_bytes(file.to_bytes(network))
    _assert_same(again, network)
    assert inference.scores(again, random_images(2)).shape == (2, len(names))


def test_file_of_a_digit_network_has_no_class_names(network):
    """The file of a digit network is the same as in versions whose format had no class names."""
    header = header_of(file.to_bytes(network))
    assert "class_names" not in header
    named = content_of({**header, "class_names": list("0123456789")}, tensors_of(file.to_bytes(network)))
    assert file.from_bytes(named).class_names == network.class_names == tuple("0123456789")


def test_read_network_gives_the_same_scores(network, random_images):
    images, again = random_images(3), file.from_bytes(file.to_bytes(network))
    np.testing.assert_array_equal(inference.scores(network, images), inference.scores(again, images))


def _small_network():
    """Returns a network with 784 x 2 and 2 x 10 weights. A few are -1, at places that are easy to count."""
    hidden = np.zeros((2, 784, 1), bool)
    hidden[0, [0, 9]] = hidden[1, 1] = True
    outputs = np.zeros((10, 1, 2), bool)
    outputs[4, 0, 1] = True
    thresholds, flips = np.array([-2, 258], np.int32), np.array([False, True])
    layers = (
        PackedLayer("dense", 28, 1, 2, 1, False, hidden, thresholds, flips),
        PackedLayer("dense", 1, 2, 10, 1, False, outputs),
    )
    return PackedNetwork(128, layers, np.full(10, 0.5, np.float32), np.zeros(10, np.float32), 2.0, "small")


def test_every_bit_has_the_position_that_the_format_says():
    """Weight (output, tap, input) is bit n = `(output * taps + tap) * inputs + input` of its tensor.

    This bit is in byte n // 8, at position n % 8, and is 1 for a weight of -1. The 784 bits of output 0 are
    98 bytes, so output 1 starts at byte 98.
    """
    content = file.to_bytes(_small_network())
    header = raw_header_of(content)
    start = 8 + int.from_bytes(content[:8], "little")

    def stored(name):
        first, last = header[name]["data_offsets"]
        return content[start + first : start + last]

    weights = stored("0.weights")
    assert {place: byte for place, byte in enumerate(weights) if byte} == {0: 0b1, 1: 0b10, 98: 0b10}
    assert len(weights) == 2 * 784 / 8
    assert header["0.thresholds"]["dtype"] == "I16"
    assert stored("0.thresholds") == bytes([0xFE, 0xFF, 0x02, 0x01])
    assert stored("0.flips") == bytes([0b10])
    assert stored("1.weights") == bytes([0, 0b10, 0])
    assert stored("scale") == 10 * bytes([0, 0, 0, 0x3F])


def test_thresholds_too_large_for_16_bits_have_32():
    network = _small_network()
    network.layers[0].thresholds[:] = -40_000, 7
    content = file.to_bytes(network)
    assert raw_header_of(content)["0.thresholds"]["dtype"] == "I32"
    assert file.from_bytes(content).layers[0].thresholds.tolist() == [-40_000, 7]


def test_metadata_is_plain_json():
    dense = {"kind": "dense", "pool": 1, "pool_first": False}
    assert header_of(file.to_bytes(_small_network())) == {
        "version": 1,
        "pixel_threshold": 128,
        "temperature": 2.0,
        "recipe": "small",
        "layers": [
            {**dense, "side": 28, "inputs": 1, "outputs": 2},
            {**dense, "side": 1, "inputs": 2, "outputs": 10},
        ],
    }


def test_file_of_the_recipe_report_has_about_one_bit_per_weight(random_network):
    network = random_network(stages=((32,), (64,)), dense=(128,))
    assert 8 * len(file.to_bytes(network)) <= 1.05 * network.num_weights


def test_shipped_networks_are_written_again_byte_for_byte():
    paths = [store.SHIPPED / name / "model.safetensors" for name in ("shipped", "record", "quick")]
    for path in paths:
        assert file.to_bytes(file.load(path)) == path.read_bytes()


def test_load_names_the_file(tmp_path, network, monkeypatch):
    path = tmp_path / "model.safetensors"
    with pytest.raises(ValueError, match=r"model\.safetensors cannot be read: No such file"):
        file.load(path)
    path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"model\.safetensors is not a packed network: "):
        file.load(path)
    path.write_bytes(file.to_bytes(network))
    monkeypatch.setattr(file, "MAX_FILE_BYTES", 100)
    with pytest.raises(ValueError, match="larger than 100 bytes"):
        file.load(path)
