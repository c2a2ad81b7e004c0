"""The packed network's file: what is in it, and that nothing else is ever taken for one."""

import json
import random
import warnings

import numpy as np
import pytest
import safetensors.numpy

from bnn.engine import file, inference
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.runs import store
from tests.endurance.hostile.damaged import STRANGE, TOKENS

NUM_MUTATIONS = 400


@pytest.fixture
def network(random_network):
    """Every kind of layer, small."""
    return random_network(stages=((3,), (2,)), dense=(9,), pool_first=True)


def _tensors(content):
    return safetensors.numpy.load(content)


def _header(content):
    return json.loads(_raw_header(content)["__metadata__"]["network"])


def _raw_header(content):
    return json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])


def _content(header, tensors):
    return safetensors.numpy.save(tensors, {"network": json.dumps(header)})


def _assert_same(left, right):
    for name in ("pixel_threshold", "temperature", "recipe", "class_names"):
        assert getattr(left, name) == getattr(right, name)
    np.testing.assert_array_equal(left.scale, right.scale)
    np.testing.assert_array_equal(left.offset, right.offset)
    assert list(map(repr, left.layers)) == list(map(repr, right.layers))
    for one, other in zip(left.layers, right.layers, strict=True):
        for name in ("weights", "thresholds", "flips"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize("pixel_threshold", [None, 0, 128, (32, 200), (7,)])
@pytest.mark.parametrize("widths", [1, 7, 8, 9, 31, 32, 33])
def test_what_is_written_is_read_again(random_network, tmp_path, pixel_threshold, widths):
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


def test_ten_digits_are_not_named(network):
    """So that their files stay what they were before there were class names."""
    header = _header(file.to_bytes(network))
    assert "class_names" not in header
    named = _content({**header, "class_names": list("0123456789")}, _tensors(file.to_bytes(network)))
    assert file.from_bytes(named).class_names == network.class_names == tuple("0123456789")


def test_read_network_answers_alike(network, random_images):
    images, again = random_images(3), file.from_bytes(file.to_bytes(network))
    np.testing.assert_array_equal(inference.scores(network, images), inference.scores(again, images))


def _ladder():
    """A network of 784 x 2 and 2 x 10 weights of which few are -1, at places one can count."""
    hidden = np.zeros((2, 784, 1), bool)
    hidden[0, [0, 9]] = hidden[1, 1] = True
    outputs = np.zeros((10, 1, 2), bool)
    outputs[4, 0, 1] = True
    thresholds, flips = np.array([-2, 258], np.int32), np.array([False, True])
    layers = (
        PackedLayer("dense", 28, 1, 2, 1, False, hidden, thresholds, flips),
        PackedLayer("dense", 1, 2, 10, 1, False, outputs),
    )
    return PackedNetwork(128, layers, np.full(10, 0.5, np.float32), np.zeros(10, np.float32), 2.0, "ladder")


def test_every_bit_stands_where_the_format_says():
    """By hand: weight (output, tap, input) is bit `(output * taps + tap) * inputs + input`.

    Bit n is bit n % 8 of byte n // 8, and -1 is 1. 784 bits are 98 bytes: output 1 starts at byte 98.
    """
    content = file.to_bytes(_ladder())
    header = _raw_header(content)
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


def test_thresholds_too_large_for_16_bits_take_32():
    network = _ladder()
    network.layers[0].thresholds[:] = -40_000, 7
    content = file.to_bytes(network)
    assert _raw_header(content)["0.thresholds"]["dtype"] == "I32"
    assert file.from_bytes(content).layers[0].thresholds.tolist() == [-40_000, 7]


def test_metadata_is_plain_json():
    dense = {"kind": "dense", "pool": 1, "pool_first": False}
    assert _header(file.to_bytes(_ladder())) == {
        "version": 1,
        "pixel_threshold": 128,
        "temperature": 2.0,
        "recipe": "ladder",
        "layers": [
            {**dense, "side": 28, "inputs": 1, "outputs": 2},
            {**dense, "side": 1, "inputs": 2, "outputs": 10},
        ],
    }


def test_file_of_the_founding_report_is_close_to_one_bit_per_weight(random_network):
    network = random_network(stages=((32,), (64,)), dense=(128,))
    assert 8 * len(file.to_bytes(network)) <= 1.05 * network.num_weights


def _changed(content, **changes):
    """The file with tensors replaced, or left out where the new one is None."""
    tensors = {**_tensors(content), **changes}
    return _content(_header(content), {name: t for name, t in tensors.items() if t is not None})


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
        ({"3.flips": np.zeros(2, np.uint8)}, "a tensor too many, '3.flips'"),
        ({"spare": np.zeros(1, np.uint8)}, "a tensor too many, 'spare'"),
    ],
)
def test_wrong_tensors_are_refused(network, changes, message):
    with pytest.raises(ValueError) as error:
        file.from_bytes(_changed(file.to_bytes(network), **changes))
    assert message in str(error.value)


@pytest.mark.parametrize(
    "place, value, message",
    [
        (("version",), 2, "version"),
        (("temperature",), 10**400, "temperature"),
        (("temperature",), float("nan"), "temperature"),
        (("temperature",), 0, "temperature"),
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
        (("layers", 0, "extra"), 1, "layer 0 is not described"),
        (("layers", 2, "pool"), 2, "layer 2 cannot be at this place"),
        (("layers", 2, "kind"), "convolution", "2.weights is (111,) uint8, not (21,)"),
    ],
)
def test_wrong_metadata_is_refused(network, place, value, message):
    content = file.to_bytes(network)
    header = at = _header(content)
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    with pytest.raises(ValueError) as error:
        file.from_bytes(_content(header, _tensors(content)))
    assert message in str(error.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", "[" * 100_000, "9" * 10_000, '{"version": 1}'])
def test_metadata_that_is_no_header_is_refused(network, text):
    content = safetensors.numpy.save(_tensors(file.to_bytes(network)), {"network": text})
    with pytest.raises(ValueError):
        file.from_bytes(content)


def test_file_without_metadata_is_refused(network):
    with pytest.raises(ValueError, match="damaged or no safetensors"):
        file.from_bytes(safetensors.numpy.save(_tensors(file.to_bytes(network))))


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
            file.from_bytes(_changed(content, **{name: np.zeros(10, np.float32)}))


def test_shipped_networks_are_written_as_they_are():
    paths = [store.SHIPPED / name / "model.safetensors" for name in ("shipped", "record", "quick")]
    for path in paths:
        assert file.to_bytes(file.load(path)) == path.read_bytes()


def test_last_layer_must_be_dense_with_ten_outputs(random_layer):
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
    with pytest.raises(ValueError, match="damaged or no safetensors"):
        file.from_bytes(content)


def test_load_says_which_file(tmp_path, network, monkeypatch):
    path = tmp_path / "model.safetensors"
    with pytest.raises(ValueError, match=r"model\.safetensors cannot be read: No such file"):
        file.load(path)
    path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"model\.safetensors is no packed network: "):
        file.load(path)
    path.write_bytes(file.to_bytes(network))
    monkeypatch.setattr(file, "MAX_FILE_BYTES", 100)
    with pytest.raises(ValueError, match="larger than 100 bytes"):
        file.load(path)


@pytest.mark.parametrize("mutate", ["bytes", "header text", "metadata values"])
def test_mutated_files_are_refused_or_sound(network, random_images, mutate):
    """Whatever was changed: one ValueError of bearable length, or a network that gives probabilities."""
    content, images, rng = file.to_bytes(network), random_images(1), random.Random(mutate)
    outcomes = set()
    for _ in range(NUM_MUTATIONS):
        mutated = MUTATIONS[mutate](rng, content)
        outcomes.add(_is_sound(mutated, images))
    assert outcomes == {True, False}


def _is_sound(content, images):
    try:
        network = file.from_bytes(content)
    except ValueError as error:
        message = str(error)
    else:
        message = ""
    assert len(message) < 500
    if message:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        probabilities = inference.probabilities(network, images)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-4)
    assert network.recipe.encode().decode().isprintable() or not network.recipe
    return True


def _mutate_bytes(rng, content):
    mutated = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        mutated[rng.randrange(len(mutated))] = rng.randrange(256)
    return bytes(mutated)


def _mutate_header_text(rng, content):
    """The header changed, its length put right, so that the change gets past the first look."""
    end = 8 + int.from_bytes(content[:8], "little")
    text = content[8:end]
    place = rng.randrange(len(text))
    text = text[:place] + rng.choice(TOKENS) + text[place + rng.choice((0, 1, 1)) :]
    return len(text).to_bytes(8, "little") + text + content[end:]


def _mutate_metadata_values(rng, content):
    header = _header(content)
    at = rng.choice([header, header, *header["layers"]])
    at[rng.choice(sorted(at))] = rng.choice(STRANGE)
    return _content(header, _tensors(content))


MUTATIONS = {
    "bytes": _mutate_bytes,
    "header text": _mutate_header_text,
    "metadata values": _mutate_metadata_values,
}
