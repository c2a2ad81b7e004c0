"""Inside, chapter 3: the maps and filters of every layer."""

import html
import re
from urllib.parse import parse_qsl

import numpy as np
import pytest

from bnn.engine import file, inference
from pages.shared.text import THREE_LOOKS
from tests.support.inside_page import clickable_pictures, image, open_page, value_in_address
from tests.support.page_content import shown


def test_pictures_show_every_map_and_filter(make_run):
    network = file.load(make_run().model_path)
    found = clickable_pictures(open_page(step="way"))
    layer, bits = network.layers[1], inference.activations(network, image()[None])[2][0]
    maps = found["way-maps-2"]
    assert all(data["columns"] * data["rows"] >= data["count"] for data in found.values())
    filters = found["way-filters-1"]
    # The maps have 7 x 7 pixels and the filters 3 x 3; each is one pixel away from the next.
    for output in range(layer.outputs):
        row, column = divmod(output, maps["columns"])
        shown_map = maps["pixels"][1 + 8 * row :, 1 + 8 * column :][:7, :7]
        assert (shown_map == np.where(bits[..., output], 0, 255)).all()
    for output, weights in enumerate(network.layers[0].weights):
        row, column = divmod(output, filters["columns"])
        shown_filter = filters["pixels"][1 + 4 * row :, 1 + 4 * column :][:3, :3]
        assert (shown_filter == np.where(weights.reshape(3, 3), 0, 255)).all()


@pytest.mark.parametrize("has_three_looks", [True, False])
def test_page_says_whether_there_are_three_looks(make_run, has_three_looks):
    network = file.load(make_run(has_three_looks=has_three_looks).model_path)
    page = open_page(step="way")
    assert ("mean of 3 looks" in shown(page)) == has_three_looks
    assert (THREE_LOOKS in " ".join(element.value for element in page.markdown)) == has_three_looks
    # The bars are those of all looks, as on Draw.
    (highest,) = inference.probabilities(network, image()[None]).max(axis=1)
    assert f'style="width:{100 * highest:.1f}%"' in shown(page)


def test_text_counts_the_bits(make_run):
    network = file.load(make_run().model_path)
    text = " ".join(element.value for element in open_page(step="way").markdown)
    assert "**In:** 5 maps of 14 × 14: 980 bits." in text
    assert "**Out:** 7 maps of 7 × 7: 343 bits." in text
    for layer in network.layers:
        assert f"{layer.num_weights:,} bits in total" in text


def test_each_answer_is_a_link_to_its_neuron(make_run):
    network = file.load(make_run().model_path)
    links = re.findall(
        r'<a class="name to-chapter"[^>]* href="([^"]*)">([^<]*)</a>', shown(open_page(step="way"))
    )
    assert [name for _, name in links] == list(network.class_names)
    link = dict(parse_qsl(html.unescape(links[3][0]).removeprefix("?")))
    page = open_page(**link)
    assert value_in_address(page, "step") == "neuron"
    assert value_in_address(page, "layer") == str(len(network.layers))
    assert value_in_address(page, "filter") == "4"


@pytest.mark.parametrize("settings", [dict(pixel_threshold=None), dict(stages=(), dense=(5,))])
def test_grey_and_dense_networks_are_shown_without_an_error(make_run, settings):
    make_run(**settings)
    page = open_page(step="way")
    # A layer that takes shades of grey adds and subtracts them. All other layers count agreements.
    sentences = [element.value for element in page.markdown if element.value.startswith("#### Layer")]
    is_grey = ["adds and subtracts the shades" in sentence for sentence in sentences]
    assert is_grey == [settings.get("pixel_threshold", 128) is None] + [False] * (len(sentences) - 1)
