"""Exports a network as C99 sources for any compiler and microcontroller: constants, engine and example."""

from io import BytesIO
from pathlib import Path
from string import Template
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np

from bnn.engine import looks, program
from bnn.engine.kernels import LANES
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.engine.portable.build import FOLDER as PORTABLE
from bnn.engine.words import num_words, pack_words
from bnn.export.facts import Facts, read_network
from bnn.export.seal import sealed_c, sealed_html
from bnn.runs.run import Run
from bnn.system.files import write_atomically

# The names of the files, in the order in which `sources` returns them.
FILE_NAMES = ("network.h", "engine.c", "onebit.h", "example.c", "README.md")
_FILES = Path(__file__).parent / "c_files"
_NUMBERS_PER_LINE = 12
# Size of an `onebit_layer` of onebit.h with 32-bit addresses.
_LAYER_BYTES = 40
_THREE_LOOKS = (
    "- The network looks three times at each image: at the image itself, and at the image slanted to both"
    " sides. The probabilities are the means of the three.\n"
)


def write_c(run: Run, folder: Path) -> list[Path]:
    """Writes the sources of a run's network into a folder. If the folder does not exist, it is created.

    Returns:
        The paths of the files.

    Raises:
        ValueError: if the run has no valid network, or its `data.json` is damaged. Then nothing is written.
        OSError: if a file of the run cannot be read, or the folder cannot be written.
    """
    texts = sources(run)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in texts.items():
        write_atomically(folder / name, text)
        paths.append(folder / name)
    return paths


def to_zip(run: Run) -> bytes:
    """Returns a ZIP file with the sources in a folder that is named after the run's id.

    Raises:
        ValueError: if the run has no valid network, or its `data.json` is damaged.
        OSError: if a file of the run cannot be read.
    """
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, text in sources(run).items():
            # `ZipInfo` gives the file a fixed date, so that two exports of a network have the same content.
            info = ZipInfo(f"{run.id}/{name}")
            # The owner may read and write the file. `ZipInfo` alone would give no permissions.
            info.external_attr = 0o600 << 16
            archive.writestr(info, text, ZIP_DEFLATED)
    return buffer.getvalue()


def sources(run: Run) -> dict[str, str]:
    """Returns the sources of a run's network: {file name: text}.

    Raises:
        ValueError: if the run has no valid network, or its `data.json` is damaged.
        OSError: if a file of the run cannot be read.
    """
    _, network, facts = read_network(run)
    readme = Template((_FILES / "README.md").read_text("utf-8"))
    values = vars(facts) | {
        "num_weights": f"{facts.num_weights:,}",
        "constant_bytes": f"{_constant_bytes(network):,}",
        "buffer_bytes": f"{8 * _buffer_words(network):,}",
        "looks": _THREE_LOOKS if network.has_three_looks else "",
    }
    texts = (
        _header(network, facts),
        (PORTABLE / "network.c").read_text("utf-8"),
        (PORTABLE / "onebit.h").read_text("utf-8"),
        (_FILES / "example.c").read_text("utf-8"),
        readme.substitute(values),
    )
    return {
        name: sealed_html(text) if name == "README.md" else sealed_c(text)
        for name, text in zip(FILE_NAMES, texts, strict=True)
    }


def _header(network: PackedNetwork, facts: Facts) -> str:
    parts = [
        _heading(facts),
        "#ifndef ONEBIT_NETWORK_H",
        "#define ONEBIT_NETWORK_H",
        "",
        '#include "onebit.h"',
        "",
        _sizes(network),
        "",
        _network_arrays(network),
        *(_layer_arrays(index, layer) for index, layer in enumerate(network.layers)),
        _layer_table(network),
        "",
        "#endif",
        "",
    ]
    return "\n".join(parts)


def _heading(facts: Facts) -> str:
    return "\n".join(
        [
            f"/* {_comment(facts.name)}: recipe {_comment(facts.recipe)}, {facts.date}, {facts.accuracy}.",
            f" * Learnt from: {_comment(facts.source)}.",
            f" * SHA-256 of the packed file: {facts.digest} */",
        ]
    )


def _sizes(network: PackedNetwork) -> str:
    return "\n".join(
        [
            f"#define ONEBIT_NUM_LAYERS {len(network.layers)}",
            f"#define ONEBIT_NUM_CLASSES {network.num_classes}",
            f"#define ONEBIT_NUM_PIXEL_THRESHOLDS {len(network.pixel_thresholds)}",
            f"#define ONEBIT_BUFFER_WORDS {_buffer_words(network)} /* words of each of the two buffers */",
            f"#define ONEBIT_TEMPERATURE {_number('float', network.temperature)}",
            f"#define ONEBIT_SLANTS {{{', '.join(map(str, looks.of(network)))}}} /* see example.c */",
        ]
    )


def _network_arrays(network: PackedNetwork) -> str:
    names = ", ".join(map(string_literal, network.class_names))
    return "\n".join(
        [
            # C does not allow an empty array.
            _array("int32_t", "onebit_pixel_thresholds", network.pixel_thresholds or [0]),
            _array("float", "onebit_scale", network.scale),
            _array("float", "onebit_offset", network.offset),
            f"static const char *const onebit_class_names[] = {{{names}}};",
        ]
    )


def _layer_table(network: PackedNetwork) -> str:
    rows = [
        _layer_row(index, layer, takes_pixels=index == 0 and network.pixel_threshold is None)
        for index, layer in enumerate(network.layers)
    ]
    return "\n".join(["static const onebit_layer onebit_layers[] = {", *rows, "};"])


def _layer_arrays(index: int, layer: PackedLayer) -> str:
    arrays = [_array("uint32_t", f"onebit_weights_{index}", program.blocks(layer.weights).ravel())]
    if layer.thresholds is not None and layer.flips is not None:
        thresholds = np.pad(layer.thresholds, (0, -layer.outputs % LANES))
        arrays += [
            _array("int32_t", f"onebit_thresholds_{index}", thresholds),
            _array("uint32_t", f"onebit_flips_{index}", pack_words(layer.flips)),
        ]
    return "\n".join(arrays)


def _layer_row(index: int, layer: PackedLayer, takes_pixels: bool) -> str:
    kind = f"ONEBIT_{layer.kind.upper()}"
    numbers = (layer.side, layer.inputs, layer.outputs, layer.pool, int(layer.pool_first), int(takes_pixels))
    is_last = layer.thresholds is None
    names = [f"onebit_weights_{index}"]
    names += ["0", "0"] if is_last else [f"onebit_thresholds_{index}", f"onebit_flips_{index}"]
    return f"  {{{kind}, {', '.join(map(str, numbers))}, {', '.join(names)}}},"


def _array(kind: str, name: str, values: np.ndarray | list[int] | tuple[int, ...]) -> str:
    texts = [_number(kind, value) for value in values]
    lines = [
        ", ".join(texts[start : start + _NUMBERS_PER_LINE])
        for start in range(0, len(texts), _NUMBERS_PER_LINE)
    ]
    return f"static const {kind} {name}[] = {{\n  " + ",\n  ".join(lines) + "\n};"


def _number(kind: str, value: float) -> str:
    if kind == "uint32_t":
        return f"0x{int(value):x}u"
    # These are ten significant digits. Nine would already identify every float32.
    return f"{float(value):.9e}f" if kind == "float" else str(int(value))


def string_literal(text: str) -> str:
    """Returns a C string literal with this text in UTF-8.

    Quotes, the backslash, the question mark (which begins trigraphs), and all bytes that are not printable
    ASCII become octal escapes. An octal escape ends after three digits, whatever follows it.
    """
    plain = set(range(32, 127)) - set(b'"\\?')
    return '"' + "".join(chr(byte) if byte in plain else f"\\{byte:03o}" for byte in text.encode()) + '"'


def _comment(text: str) -> str:
    return text.replace("*/", "* /").replace("/*", "/ *")


def _buffer_words(network: PackedNetwork) -> int:
    return max(layer.side**2 * num_words(layer.inputs) for layer in network.layers)


def _constant_bytes(network: PackedNetwork) -> int:
    """Returns the size of all constants in network.h, with 32-bit addresses."""
    weights = sum(
        4 * LANES * num_words(layer.outputs) * layer.num_taps * num_words(layer.inputs)
        for layer in network.layers
    )
    # Each block of 32 outputs has 32 thresholds and one word of flips.
    thresholds_and_flips = sum(4 * (LANES + 1) * num_words(layer.outputs) for layer in network.layers[:-1])
    pixel_thresholds = 4 * max(1, len(network.pixel_thresholds))
    # Each class has a scale, an offset, and the address of its name. A name ends with a zero.
    classes = sum(3 * 4 + len(name.encode()) + 1 for name in network.class_names)
    return weights + thresholds_and_flips + pixel_thresholds + classes + _LAYER_BYTES * len(network.layers)
