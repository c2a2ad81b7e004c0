"""The packed network's file: a file that the format does not allow is refused, with the reason."""

import numpy as np
import pytest
import safetensors.numpy

from bnn.engine import file
from bnn.engine.network import PackedNetwork
from tests.support.packed_files import changed, content_of, header_of, tensors_of


@pytest.fixture
def network(random_network):
    """A small network with every kind of layer."""
    return random_network(stages=((3,), (2,)), dense=(9,), pool_first=True)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"0.weights": None}, "0.weights is missing"),
        ({"scale": None}, "scale is missing"),
        ({"1.flips": None}, "1.flips is missing"),
        ({"0.weights": np.zeros(3, np.uint8)}, "0.weights is (3,) uint8, not (4,) uint8"),
        ({"0.weights": np.zeros((2, 2), np.uint8)}, "0.weights is (2, 2) uint8"),
        ({"0.weights": np.zeros(4, np.int8)}, "0.weights is (4,) int8"),
        ({"0.thresholds": np.zeros(3, np.int64)}, "0.thresholds is (3,) int64"),
        ({"0.thresholds": np.zeros(3, np.float32)}, "0.thresholds is (3,) float32"),
        ({"scale": np.zeros(10, np.float16)}, "scale is (10,) float16"),
        ({"scale": np.full(10, np.nan, np.float32)}, "scale is not within ±1e+09"),
        ({"offset": np.full(10, np.inf, np.float32)}, "offset is not within ±1e+09"),
        ({"scale": np.full(10, -3e38, np.float32)}, "scale is not within ±1e+09"),
        ({"3.flips": np.zeros(2, np.uint8)}, "an unexpected tensor, '3.flips'"),
        ({"spare": np.zeros(1, np.uint8)}, "an unexpected tensor, 'spare'"),
    ],
)
def test_wrong_tensors_are_refused(network, changes, message):
    with pytest.raises(ValueError) as error:
        file.from_bytes(changed(file.to_bytes(network), **changes))
    assert message in str(error.value)


@pytest.mark.parametrize(
    "place, value, message",
    [
        (("version",), 2, "version"),
        (("version",), True, "version"),
        (("temperature",), 10**400, "temperature"),
        (("temperature",), float("nan"), "temperature"),
        (("temperature",), 0, "temperature"),
        (("has_three_looks",), 1, "its has_three_looks is 1, not true or false"),
        (("has_three_looks",), None, "has_three_looks"),
        (("pixel_threshold",), 257, "pixel_threshold"),
        (("pixel_threshold",), 12.5, "pixel_threshold"),
        (("pixel_threshold",), [], "pixel_threshold"),
        (("pixel_threshold",), [128] * 33, "pixel_threshold"),
        (("pixel_threshold",), [128, -1], "pixel_threshold"),
        (("pixel_threshold",), [[128]], "pixel_threshold"),
        (("pixel_threshold",), [128, 200], "layer 0 has side 28 and 1 inputs, not 28 and 2"),
        (("recipe",), "a\nb", "recipe"),
        (("recipe",), "\ud800", "recipe"),
        (("recipe",), "x" * 81, "recipe"),
        (("class_names",), None, "class_names"),
        (("class_names",), "0123456789", "class_names"),
        (("class_names",), ["0"], "2 to 64 classes, got 1"),
        (("class_names",), [str(i) for i in range(65)], "2 to 64 classes, got 65"),
        (("class_names",), [*"012345678", "8"], "must differ, got '8' twice"),
        (("class_names",), [*"01234567", "\u00e9", "e\u0301"], "must differ, got 'e\u0301' twice"),
        (("class_names",), [*"012345678", "\u3164"], "visible characters"),
        (("class_names",), [*"012345678", 9], "visible characters, got 9"),
        (("class_names",), [*"012345678", ""], "visible characters, got ''"),
        (("class_names",), [*"012345678", " 9"], "visible characters"),
        (("class_names",), [*"012345678", "9\n"], "visible characters"),
        (("class_names",), [*"012345678", "\ud800"], "visible characters"),
        (("class_names",), [*"012345678", "\u202e9"], "visible characters"),
        (("class_names",), [*"012345678", "x" * 21], "1 to 20 visible characters"),
        (("class_names",), ["yes", "no"], "not a dense layer with 2 outputs"),
        (("layers",), [], "0 layers"),
        (("layers",), [{}] * 65, "65 layers"),
        (("layers",), "none", "layers"),
        (("layers", 0), [], "layer 0"),
        (("layers", 0, "kind"), "pool", "kind"),
        (("layers", 0, "kind"), ["convolution"], "kind"),
        (("layers", 0, "pool"), 0, "pool"),
        (("layers", 0, "pool"), True, "pool"),
        (("layers", 0, "pool"), 4, "layer 1 has side"),
        (("layers", 0, "pool_first"), 1, "pool_first"),
        (("layers", 0, "outputs"), 10**9, "outputs"),
        (("layers", 0, "extra"), 1, "layer 0 is not described by exactly"),
        (("layers", 2, "pool"), 2, "layer 2 cannot be at this place"),
        (("layers", 2, "kind"), "convolution", "2.weights is (111,) uint8, not (21,)"),
    ],
)
def test_wrong_metadata_is_refused(network, place, value, message):
    content = file.to_bytes(network)
    header = at = header_of(content)
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    with pytest.raises(ValueError) as error:
        file.from_bytes(content_of(header, tensors_of(content)))
    assert message in str(error.value)


def test_file_without_a_pixel_threshold_is_refused(random_network):
    """Such a file must not be read as the file of a network that reads the pixel values."""
    content = file.to_bytes(random_network(pixel_threshold=None))
    header = header_of(content)
    del header["pixel_threshold"]
    with pytest.raises(ValueError, match="its pixel_threshold is missing"):
        file.from_bytes(content_of(header, tensors_of(content)))


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", "[" * 100_000, "9" * 10_000, '{"version": 1}'])
def test_metadata_that_is_not_a_header_is_refused(network, text):
    content = safetensors.numpy.save(tensors_of(file.to_bytes(network)), {"network": text})
    with pytest.raises(ValueError):
        file.from_bytes(content)


def test_file_without_metadata_is_refused(network):
    with pytest.raises(ValueError, match="damaged or not a safetensors"):
        file.from_bytes(safetensors.numpy.save(tensors_of(file.to_bytes(network))))


def test_order_of_layers_is_checked(random_network, random_layer):
    network, rng = random_network(stages=(), dense=(1,)), np.random.default_rng(0)
    late = random_layer(rng, "convolution", 1, 1, 10, is_last=True)
    content = file.to_bytes(PackedNetwork(128, (network.layers[0], late), network.scale, network.offset))
    with pytest.raises(ValueError, match="layer 1 cannot be at this place"):
        file.from_bytes(content)


def test_scale_and_offset_have_one_number_for_each_class(random_network):
    content = file.to_bytes(random_network(class_names=("yes", "no", "maybe")))
    for name in ("scale", "offset"):
        with pytest.raises(ValueError, match=rf"{name} is \(10,\) float32, not \(3,\)"):
            file.from_bytes(changed(content, **{name: np.zeros(10, np.float32)}))


def test_last_layer_must_have_an_output_for_each_class(random_layer):
    layer = random_layer(np.random.default_rng(0), "dense", 28, 1, 9, is_last=True)
    ten = np.ones(10, np.float32)
    with pytest.raises(ValueError, match="last layer"):
        file.from_bytes(file.to_bytes(PackedNetwork(128, (layer,), ten, ten)))


def test_grey_pixels_need_a_convolution(random_network):
    content = file.to_bytes(random_network(stages=(), pixel_threshold=None))
    with pytest.raises(ValueError, match="grey"):
        file.from_bytes(content)


def test_every_truncation_is_refused(network):
    content = file.to_bytes(network)
    for length in range(len(content)):
        with pytest.raises(ValueError):
            file.from_bytes(content[:length])


def test_trailing_bytes_are_refused(network):
    with pytest.raises(ValueError):
        file.from_bytes(file.to_bytes(network) + b"\0")


@pytest.mark.parametrize("content", [b"", b"\0" * 8, b"\xff" * 64, b"PK\x03\x04" * 50, bytes(1000)])
def test_other_files_are_refused(content):
    with pytest.raises(ValueError, match="damaged or not a safetensors"):
        file.from_bytes(content)
