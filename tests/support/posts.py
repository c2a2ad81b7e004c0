"""Posts drawings as phones do, to the app's routes for phones, without a server."""

from starlette.applications import Starlette
from starlette.testclient import TestClient

from pages.audience import posts
from pages.shared import pocket

STROKES = [[[100, 40], [100.0625, 280]], [[60, 90], [100, 40]]]
# Status codes of the responses.
CREATED, BAD, CLOSED, TOO_LARGE, WRONG_TYPE, TOO_MANY, PAUSED = 201, 400, 404, 413, 415, 429, 503
OTHER_NETWORK = 409


def client(host="192.0.2.1"):
    """Returns a client with this network address, for loading the phones' page and for sending drawings."""
    return TestClient(Starlette(routes=[pocket.route(), posts.route()]), client=(host, 50000))


def phone_id(number):
    """Returns the id that the page on phone `number` sends with its drawings: 32 hexadecimal digits."""
    return f"{number:032x}"


def post(path, body, host="192.0.2.1", headers=None):
    """Posts a body from a phone with this network address, and returns the response."""
    headers = {"Content-Type": "application/json", **(headers or {})}
    return client(host).post(path, content=body, headers=headers)
