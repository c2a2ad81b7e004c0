"""Inside, chapter 3: the whole network in one picture, from the pixels to the answers."""

from collections.abc import Mapping
from math import ceil

import numpy as np
import streamlit as st

from bnn.analysis import neuron as neurons
from bnn.engine import answer, inference
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.runs.run import Run
from pages.inside import address, keys
from pages.inside.chapter import Chapter
from pages.inside.chapters.first_view import ALL
from pages.inside.chapters.place import place_in_layer
from pages.inside.chapters.way_in_words import REST, feeding, in_words, widest_feeding
from pages.inside.live.component import KEY, live
from pages.inside.picker import Cells, OnPoint, picker
from pages.shared import bit_images, errors, networks, pictures
from pages.shared.bars import bars
from pages.shared.bit_html import picture
from pages.shared.messages import message

# The width of the whole picture, its greatest height, and the space between its columns, in rem. The second
# tuple is for a tall and narrow window, such as that of a tablet.
_SIZE, _SIZE_IF_TALL = (76, 27, 2), (47.5, 38, 0.75)
# Session key: whether the window is tall. Only the browser knows, see live/way.js.
_IS_TALL = "inside_way_is_tall"


@st.fragment
def _show(run: Run, image: np.ndarray) -> None:
    address.follow("way", run)
    with errors.errors_in_words():
        network = networks.network(run)
        st.html(_words(network))
        num_layers = len(network.layers)
        # This hint is visible only where the picture is wider than the window, see style/inside.css.
        st.html(
            f'<p class="way-swipe"><b>Swipe the picture to the left</b> to see all {num_layers} layers.</p>'
        )
        activations = inference.activations(network, image[None])
        num_tiles = columns_of_layers(network, st.session_state.get(_IS_TALL, False))
        with st.container(key="way-picture"):
            _digit(image)
            for number, layer in enumerate(network.layers[:-1], 1):
                with st.container(key=f"way-{number}"):
                    _head(layer, number)
                    _maps(network, image, number, activations[number][0], num_tiles[number - 1])
            with st.container(key="way-answers"):
                _head(network.layers[-1], len(network.layers), network.has_three_looks)
                st.html(bars(answer.read(network, image), links=_links_to_answers(network)))
            st.html('<div class="way-lines"></div>')
        with st.expander("Each layer in words, with its weights"):
            _layers_in_words(run, network)
        _follow(run, network, image, num_tiles)
    address.write()


CHAPTER = Chapter("3 Whole network", _show, grey="between tiles")


def _words(network: PackedNetwork) -> str:
    """Returns HTML of the words above the picture. They change while the visitor points at a map.

    All sentences that can stand there reserve their space, so that the picture below them never moves.
    """
    widest = [widest_feeding(network, number) for number in range(1, len(network.layers) + 1)]
    spaces = "".join(
        f'<span class="space" data-sees="{sees}" data-agree="{agree}"></span>' for sees, agree in widest
    )
    fed = '<span class="fed" role="status"><span></span> <span></span></span>'
    return f'<div class="way-words"><div class="rest">{REST}</div>{fed}{spaces}</div>'


def _follow(run: Run, network: PackedNetwork, image: np.ndarray, num_tiles: list[int]) -> None:
    numbers = range(1, len(network.layers) + 1)
    sentences = [feeding(network, number) for number in numbers]
    frames = [_frame(network, number) for number in numbers]
    is_tall = st.session_state.get(_IS_TALL, False)
    live(
        run,
        image,
        "way",
        on_tall=_take_shape_of_window,
        isTall=is_tall,
        columns=num_tiles,
        sentences=sentences,
        frames=frames,
    )


def _take_shape_of_window() -> None:
    # The value comes from the browser and may be anything.
    is_tall = message(KEY, "tall")
    if isinstance(is_tall, bool):
        st.session_state[_IS_TALL] = is_tall


def _frame(network: PackedNetwork, number: int) -> dict[str, int]:
    """Returns "size" and "stride" for a layer, as `receptive_field` does. Both are 0 if a neuron sees all."""
    is_convolution = network.layers[number - 1].kind == "convolution"
    size, stride = neurons.receptive_field(network, number) if is_convolution else (0, 0)
    return {"size": size, "stride": stride}


def columns_of_layers(network: PackedNetwork, is_tall: bool = False) -> list[int]:
    """Returns how many maps stand side by side in each layer, so that all layers fit into the picture."""
    total_width, height, space = _SIZE_IF_TALL if is_tall else _SIZE
    width = (total_width + space) / (len(network.layers) + 1) - space
    return [_columns_of(layer.outputs, height / width) for layer in network.layers[:-1]]


def _columns_of(count: int, height: float) -> int:
    """Returns how many of `count` square maps stand side by side, so that all are as large as possible.

    `height` is the height of their place, divided by its width.
    """
    return next(columns for columns in range(1, count + 1) if ceil(count / columns) <= height * columns)


def _digit(image: np.ndarray) -> None:
    with st.container(key="way-digit"):
        st.html('<div class="way-head"><b>Picture</b><span>28\u00a0×\u00a028 pixels</span></div>')
        st.html(picture(image, "the picture, 28 by 28 pixels in shades of grey"))


def _head(layer: PackedLayer, number: int, has_three_looks: bool = False) -> None:
    side = layer.output_side
    what = f"{layer.outputs}\u00a0bits"
    if layer.thresholds is None:
        what = "mean of 3\u00a0looks" if has_three_looks else "answers"
    if layer.kind == "convolution":
        what = f"{layer.outputs}\u00a0maps, {side}\u00a0×\u00a0{side}"
    st.html(f'<div class="way-head"><b>Layer {number}</b><span>{what}</span></div>')


def _links_to_answers(network: PackedNetwork) -> list[str]:
    """Returns, for each class, the link to its neuron in the last layer, shown in chapter 2."""
    last = len(network.layers)
    place = _place_in_layer(network, last)
    layer = {"tiles": ALL, "layer": last}
    at = {"row": place.get(keys.ROW), "column": place.get(keys.COLUMN)}
    numbers = range(1, network.num_classes + 1)
    return [address.link("neuron", layer | {"filter": number} | at) for number in numbers]


def _maps(network: PackedNetwork, image: np.ndarray, number: int, bits: np.ndarray, columns: int) -> None:
    layer = network.layers[number - 1]
    if layer.kind == "dense":
        tiles = bit_images.of_units(bits)
    else:
        tiles = bit_images.channels(bit_images.of_bits(bits))
    wall = bit_images.wall(tiles, columns, bit_images.gap_of(tiles.shape[1]))
    label = f"The bits after layer {number}: {{white}} of {bits.size:,} bits are white"
    counts = {"white": int((~bits).sum())}

    def point(down: float, right: float) -> None:
        if layer.kind == "convolution":
            pixel = bit_images.pixel_of_tile(wall, tiles.shape[1], down, right)
            values = neurons.layer_inputs(network, image)[number - 1]
            place = neurons.place_of_pixel(layer, values, st.session_state[keys.NEURON] - 1, *pixel)
            st.session_state[keys.ROW], st.session_state[keys.COLUMN] = (at + 1 for at in place)

    _wall(network, f"way-maps-{number}", _cells(wall, columns, layer.outputs, label, counts), number, point)


def _layers_in_words(run: Run, network: PackedNetwork) -> None:
    for number in range(1, len(network.layers) + 1):
        left, right = st.columns(2, gap="medium")
        with left:
            st.markdown(in_words(network, number))
        with right:
            _filters(run, network, number)


def _filters(run: Run, network: PackedNetwork, number: int) -> None:
    layer = network.layers[number - 1]
    source, columns = _filter_wall(network, number, (str(run.model_path), run.model_path.stat().st_mtime_ns))
    label = f"Weights of the neurons of layer {number}"
    _wall(network, f"way-filters-{number}", _cells(source, columns, layer.outputs, label), number)
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


def _wall(
    network: PackedNetwork, key: str, cells: Cells, number: int, on_point: OnPoint | None = None
) -> None:
    """Shows the tiles of a layer. Picking a tile opens its neuron in chapter 2."""

    def pick(row: int, column: int) -> None:
        st.session_state[keys.CHAPTER] = "neuron"
        st.session_state[keys.TILES] = ALL
        st.session_state.update(_place_in_layer(network, number))
        st.session_state[keys.LAYER] = number
        st.session_state[keys.NEURON] = row * cells.columns + column + 1

    picker(key, cells, pick, opens=True, on_point=on_point)


def _place_in_layer(network: PackedNetwork, number: int) -> dict[str, int]:
    return place_in_layer(network, st.session_state.get(keys.LAYER, 1), number)


def _cells(
    pixels: np.ndarray | str, columns: int, count: int, label: str, values: Mapping[str, int] | None = None
) -> Cells:
    label = f"{label}. Arrow keys move the marker, Enter opens a tile."
    return Cells(pixels, ceil(count / columns), columns, label, values or {}, count)
