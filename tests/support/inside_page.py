"""Opens the Inside page in `AppTest`, and returns its pictures, its tiles and the values in its address."""

import base64
import html
import json
import re
from io import BytesIO
from urllib.parse import parse_qsl

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from bnn.data import mnist
from tests.support.page_content import shown
from tests.support.project import PROJECT

# How the page's address names test digit number 7.
DIGIT = "m7"
# A drawing of one stroke, as Fabric.js objects.
_PATH = [["M", 100, 60], ["Q", 100, 60, 100, 150], ["L", 100, 250]]
DRAWING = [{"type": "path", "path": _PATH, "left": 0, "top": 0, "scaleX": 1, "scaleY": 1}]


def open_page(digit=DIGIT, **link):
    """Opens the Inside page with these values in its address, and returns it."""
    page = AppTest.from_file(str(PROJECT / "pages" / "inside" / "page.py"), default_timeout=60)
    for name, value in {"digit": digit, **link}.items():
        page.query_params[name] = str(value)
    return run_again(page)


def run_again(page):
    """Reruns the page, checks that it shows no error, and returns it."""
    page.run()
    assert not page.exception
    assert not page.error
    return page


def click(page, key):
    """Presses the button of that key, and returns the page."""
    page.button(key=key).click()
    return run_again(page)


def pictures(page):
    """Returns the pixels of every picture of bits in the page's HTML."""
    sources = re.findall(r'<img class="bits[^>]*src="(data:image/png;base64,[^"]*)"', shown(page))
    return [_pixels(source) for source in sources]


def clickable_pictures(page):
    """Returns the data of all clickable pictures by key, each with the pixels of its picture added."""
    pictures = {key: data for key, data in components(page).items() if "source" in data}
    return {key: data | {"pixels": _pixels(data["source"])} for key, data in pictures.items()}


def _pixels(data_url):
    content = data_url.removeprefix("data:image/png;base64,")
    return np.asarray(Image.open(BytesIO(base64.b64decode(content))))


def grids(page):
    """Returns the tiles of each grid on the page, as pairs of a colour and a mark.

    The colour is "white", "black" or "neither".
    """
    grids = re.findall(r'<div class="grid"[^>]*>(.*?)</div>', shown(page))
    return [re.findall(r'<i class="tile (\w+)"[^>]*>([^<]*)</i>', grid) for grid in grids]


def labels(page):
    """Returns the texts for screen readers in which the browser changes values, sorted."""
    texts = [html.unescape(text) for text in labels_in_html(shown(page))]
    pickers = [data for data in components(page).values() if "labelWithoutValues" in data]
    return sorted([*texts, *(data["label"] for data in pickers if "{" in data["labelWithoutValues"])])


def labels_in_html(text):
    """Finds, in HTML, the texts for screen readers in which the browser changes values."""
    return re.findall(r'(?:alt|aria-label)="([^"]*)" data-label=', text)


def value_in_address(page, name):
    """Returns one of the values in the page's address."""
    return address(page)[name]


def components(page):
    """Returns, by key, the data that the page gave to each of its components."""
    protos = [element.proto for element in page.get("bidi_component") if element.proto.json]
    return {proto.id.split("-", 2)[-1]: json.loads(proto.json) for proto in protos}


def address(page):
    """Returns the names and values in the page's address."""
    (query_string,) = [data["search"] for data in components(page).values() if "search" in data]
    return dict(parse_qsl(query_string.removeprefix("?")))


def image(digit=DIGIT):
    """Returns the test digit with this name in the address, (28, 28) uint8."""
    return mnist.test().images[int(digit[1:])]
