"""Inside, chapter 3: every layer on the way from the pixels to the scores of the classes."""

import numpy as np
import streamlit as st

from bnn.engine import inference
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.runs.run import Run
from pages.inside import address, keys
from pages.inside.chapter import Chapter
from pages.inside.live.component import live
from pages.inside.picker import Cells, OnPoint, picker
from pages.shared import bit_images, errors, pictures
from pages.shared.bars import bars

# With the white bits of all, such as "16 of 49 bits"; the browser fills in the same.
_MAPS_CAPTION = "What this layer makes of it: {} are white"


@st.fragment
def _show(run: Run, network: PackedNetwork, image: np.ndarray) -> None:
    address.follow("way")
    with errors.errors_in_words():
        st.markdown(
            "Read from top to bottom. Each layer takes the bits of the layer above and makes new bits from"
            " them. **Click on any tile or map** to see how one of its bits is computed."
        )
        found = inference.activations(network, image[None])
        probabilities = inference.probabilities(network, image[None])[0]
        for number in range(1, len(network.layers) + 1):
            with st.container(border=True, key=f"way-{number}"):
                words, filters, maps = st.columns([4, 4, 4], gap="medium")
                with words:
                    st.markdown(_in_words(network, number))
                with filters:
                    _filters(run, network, number)
                with maps:
                    if number < len(network.layers):
                        _maps(network.layers[number - 1], number, found[number][0])
                    else:
                        _scores(network, probabilities)
        live(run, image, "way", caption=_MAPS_CAPTION)
        address.write()


CHAPTER = Chapter("3 The whole way", _show, grey="between tiles")


def _in_words(network: PackedNetwork, number: int) -> str:
    """Returns Markdown about a layer's input, weights, work and output, each with its number of bits."""
    layer = network.layers[number - 1]
    each = layer.num_weights // layer.outputs
    lines = [
        f"#### Layer {number}",
        f"**In:** {_coming_in(network, layer, number)}",
        f"**Weights:** {layer.outputs} neurons with {each:,} bits each, {layer.num_weights:,} bits in total.",
        f"**Work:** {_work(layer)}",
    ]
    if number < len(network.layers):
        lines.append(f"**Out:** {_going_out(layer)}")
    return "\n\n".join(lines)


def _coming_in(network: PackedNetwork, layer: PackedLayer, number: int) -> str:
    count = layer.side**2 * layer.inputs
    if number == 1 and network.pixel_threshold is None:
        return f"{count:,} pixels in shades of grey."
    if layer.side == 1:
        return f"{count:,} bits."
    maps = "map" if layer.inputs == 1 else "maps"
    return f"{layer.inputs} {maps} of {layer.side} × {layer.side}: {count:,} bits."


def _work(layer: PackedLayer) -> str:
    if layer.thresholds is None:
        return "each neuron counts its agreements. It compares nothing."
    if layer.kind == "dense":
        return "each neuron looks at all inputs, counts agreements and compares the count: one bit."
    words = f"at {layer.side**2:,} places, each neuron counts agreements and compares the count: one bit."
    return words + (f" Then {layer.pool} × {layer.pool} places become one." if layer.pool > 1 else "")


def _going_out(layer: PackedLayer) -> str:
    if layer.kind == "dense":
        return f"{layer.outputs} bits, one for each neuron."
    side = layer.output_side
    return f"{layer.outputs} maps of {side} × {side}: {layer.outputs * side**2:,} bits."


def _filters(run: Run, network: PackedNetwork, number: int) -> None:
    layer = network.layers[number - 1]
    source, columns = _filter_wall(network, number, (str(run.model_path), run.model_path.stat().st_mtime_ns))
    label = f"Weights of the neurons of layer {number}"
    _wall(f"way-filters-{number}", _cells(source, columns, layer.outputs, label), number)
    st.caption("Its weights, one tile for each neuron")


# The cache cannot use the network itself as a key. Path and time of change of its file are the key instead.
@st.cache_data(max_entries=200, show_spinner=False)
def _filter_wall(_network: PackedNetwork, number: int, file_version: tuple[str, int]) -> tuple[str, int]:
    """Returns a picture of all filters of a layer, as a data URL, and its number of columns."""
    del file_version
    layer = _network.layers[number - 1]
    side = 3 if layer.kind == "convolution" else layer.side
    columns = bit_images.num_columns(layer.outputs)
    tiles = bit_images.filters(bit_images.of_bits(layer.weights), side)
    wall = bit_images.wall(tiles, columns, bit_images.gap_of(tiles.shape[1]))
    return pictures.picture_source(wall), columns


def _maps(layer: PackedLayer, number: int, bits: np.ndarray) -> None:
    if layer.kind == "dense":
        tiles = bit_images.of_units(bits)
    else:
        tiles = bit_images.channels(bit_images.of_bits(bits))
    columns = bit_images.num_columns(layer.outputs)
    wall = bit_images.wall(tiles, columns, bit_images.gap_of(tiles.shape[1]))
    white = f"{int((~bits).sum()):,} of {bits.size:,} bits"
    label = f"The bits after layer {number}, {white} are white"

    def point(down: float, right: float) -> None:
        if layer.kind == "convolution":
            places = bit_images.pixel_of_tile(wall, tiles.shape[1], down, right)
            # Before pooling, there are several places for each pixel of the map.
            row, column = (place * layer.pool + 1 for place in places)
            st.session_state[keys.ROW], st.session_state[keys.COLUMN] = row, column

    _wall(f"way-maps-{number}", _cells(wall, columns, layer.outputs, label), number, point)
    st.caption(_MAPS_CAPTION.format(white))


def _scores(network: PackedNetwork, probabilities: np.ndarray) -> None:
    st.markdown(
        f"**Out:** {network.num_classes} sums, one for each possible answer. After scaling, they say how"
        " probable each answer is. The network gives the most probable one."
    )
    st.html(bars(probabilities, network.class_names))


def _wall(key: str, cells: Cells, number: int, on_point: OnPoint | None = None) -> None:
    """Shows the tiles of a layer. Picking a tile opens its neuron in chapter 2."""

    def pick(row: int, column: int) -> None:
        st.session_state[keys.CHAPTER] = "neuron"
        st.session_state[keys.LAYER] = number
        st.session_state[keys.FILTER] = row * cells.columns + column + 1

    picker(key, cells, pick, opens=True, on_point=on_point)


def _cells(pixels: np.ndarray | str, columns: int, count: int, label: str) -> Cells:
    label = f"{label}. Arrow keys move the marker, Enter opens a tile."
    return Cells(pixels, -(-count // columns), columns, label, count)
