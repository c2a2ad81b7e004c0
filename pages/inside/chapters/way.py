"""Inside, chapter 3: every layer on the way from the pixels to the ten scores."""

import numpy as np
import streamlit as st

from bnn.engine import inference
from pages.inside import link, tiles, widgets
from pages.inside.chapters.neuron import open_at
from pages.inside.widgets import picker
from pages.shared import errors, pictures

# The side of a dense unit's tile: it has one bit, which alone would be too small to hit.
UNIT_SIDE = 5


@st.fragment
def chapter(run, network, image):
    """Each layer: what comes in, what is done, what goes out."""
    widgets.follow_link("way")
    with errors.errors_in_words():
        st.markdown(
            "From the top to the bottom: each layer takes in the bits of the one above, and puts out its own."
            " **Click on any filter or map** to see how one of its bits comes about."
        )
        found = inference.activations(network, image[None])
        for number in range(1, len(network.layers) + 1):
            with st.container(border=True, key=f"way-{number}"):
                _layer(run, network, number, found, image)
        link.write()


def _layer(run, network, number, found, image):
    layer = network.layers[number - 1]
    words, filters, maps = st.columns([4, 4, 4], gap="medium")
    with words:
        st.markdown(in_words(network, number))
    with filters:
        _filters(run, network, number)
    with maps:
        if number < len(network.layers):
            _maps(number, layer, found[number][0])
        else:
            st.markdown(
                "**Out:** ten sums, one for each digit. Scaled, they say how probable it is; the highest wins."
            )
            st.html(widgets.bars(inference.probabilities(network, image[None])[0]))


def in_words(network, number: int) -> str:
    """What comes into a layer, what it does, what goes out, and how many bits each is; counted from 1."""
    layer = network.layers[number - 1]
    is_dense, each = layer.kind == "dense", layer.num_weights // layer.outputs
    what = "unit" if is_dense else "filter"
    lines = [
        f"#### Layer {number}",
        f"**In:** {_coming_in(network, layer, number)}",
        f"**Weights:** {layer.outputs} {what}s of {each:,} bits each, {layer.num_weights:,} bits in all.",
        f"**Done:** {_done(layer, is_dense)}",
    ]
    if number < len(network.layers):
        lines.append(f"**Out:** {_going_out(layer, is_dense)}")
    return "\n\n".join(lines)


def _coming_in(network, layer, number):
    count = layer.side**2 * layer.inputs
    if number == 1 and network.pixel_threshold is None:
        return f"{count:,} pixels in shades of grey."
    if layer.side == 1:
        return f"{count:,} bits."
    return f"{layer.inputs} {'map' if layer.inputs == 1 else 'maps'} of {layer.side} × {layer.side}: {count:,} bits."


def _done(layer, is_dense):
    if layer.thresholds is None:
        return "each unit counts its agreements, and that is all."
    if is_dense:
        return "each unit looks at everything, counts agreements and compares: one bit."
    pool = f" Then {layer.pool} × {layer.pool} places become one." if layer.pool > 1 else ""
    return f"at {layer.side**2:,} places, each filter counts agreements and compares: one bit.{pool}"


def _going_out(layer, is_dense):
    if is_dense:
        return f"{layer.outputs} bits, one a unit."
    side = layer.output_side
    return f"{layer.outputs} maps of {side} × {side}: {layer.outputs * side**2:,} bits."


def _filters(run, network, number):
    layer = network.layers[number - 1]
    stat = run.model_path.stat()
    source, columns = _filter_wall(network, number, str(run.model_path), stat.st_mtime_ns)
    _wall(f"way-filters-{number}", source, columns, layer.outputs, f"Filters of layer {number}", number)
    st.caption(
        "Its weights, a tile for each filter"
        if layer.kind == "convolution"
        else "Its weights, a tile for each unit"
    )


@st.cache_data(max_entries=200, show_spinner=False)
def _filter_wall(_network, number, path, mtime_ns):
    layer = _network.layers[number - 1]
    side = 3 if layer.kind == "convolution" else layer.side
    columns = tiles.num_columns(layer.outputs)
    each = tiles.filters(tiles.of_bits(layer.weights), side)
    wall = tiles.wall(each, columns, tiles.gap_of(each.shape[1]))
    return pictures.picture_source(wall), columns


def _maps(number, layer, bits):
    shown = tiles.of_bits(bits)
    if layer.kind == "dense":
        each = np.broadcast_to(shown[:, None, None], (layer.outputs, UNIT_SIDE, UNIT_SIDE))
    else:
        each = tiles.channels(shown)
    columns = tiles.num_columns(layer.outputs)
    white = int((~bits).sum())
    label = f"What layer {number} makes of your digit, {white:,} of {bits.size:,} bits white"
    _wall(
        f"way-maps-{number}",
        tiles.wall(each, columns, tiles.gap_of(each.shape[1])),
        columns,
        layer.outputs,
        label,
        number,
    )
    st.caption(f"What it makes of your digit: {white:,} of {bits.size:,} bits are white")


def _wall(key, picture, columns, count, label, number):
    def pick(row, column):
        open_at(number, row * columns + column + 1)

    cells = (-(-count // columns), columns)
    label = f"{label}. Arrow keys move, Enter opens one."
    picker(key, picture, cells, None, label, pick, count=count, opens=True)
