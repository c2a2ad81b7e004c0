"""Visitors' phones without a browser: they share one network address and send drawings over HTTP."""

import http.client
import json
import os

import numpy as np

from bnn.data.handwriting.rendering import draw_strokes
from pages.shared.drawing import CANVAS_SIDE

# The first drawing may have to wait until Numba has compiled the network's functions.
TIMEOUT_SECONDS = 180.0
# Playwright also finds the tiles with this selector, although they are in the shadow root of a component.
TILES = ".st-key-wall li"
# The beginning of the command that starts the app so that phones can reach it, as in the README.
START = "py start.py" if os.name == "nt" else "python3 start.py"


def send(port, address, number, strokes):
    """Sends a drawing as a visitor's phone does, and returns the status of the response.

    Args:
        port: the port of the server.
        address: where the server takes drawings, such as "pocket/abc".
        number: the phone's number, 0, 1, 2, …
        strokes: list of (n, 2) arrays.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        body = json.dumps({"strokes": [np.round(stroke, 4).tolist() for stroke in strokes]})
        connection.request("POST", f"/{address}/{number:032x}", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def drawings(count, seed=0):
    """Returns `count` drawings of random digits, as pen strokes in the middle of a phone's canvas."""
    rng = np.random.default_rng(seed)
    return [
        [stroke + CANVAS_SIDE / 2 for stroke in draw_strokes(int(digit), rng)]
        for digit in rng.integers(10, size=count)
    ]
