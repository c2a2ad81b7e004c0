"""Addresses of pages and ids of runs that a visitor may type: examples, and how each is read and checked."""

import base64
import zlib
from urllib.parse import parse_qsl

from bnn.cli import main
from bnn.data import mnist
from bnn.runs import store
from tests.endurance.hostile import damaged
from tests.endurance.hostile.kind import RUN_ID, Kind, refused


def kinds() -> list[Kind]:
    """Returns the two kinds of short text that a visitor can send: a page's address and a run's id."""
    return [
        Kind("address", _addresses(), damaged.damaged_bytes, _read_address),
        Kind("run id", _ids(), damaged.damaged_bytes, _read_id),
    ]


def _addresses():
    packed = base64.urlsafe_b64encode(zlib.compress(mnist.test().images[7].tobytes(), 9)).decode().rstrip("=")
    return [
        f"step=neuron&run=quick&digit={digit}&white=128&layer=2&filter=3&row=4&column=5&epoch=2"
        "&flips=7.5&noise=40&turn=-30&right=3&down=-2&tour=off&nav=off".encode()
        for digit in ("m7", f"z{packed}")
    ]


def _read_address(path):
    # Imported here, because Streamlit's memory would otherwise count for every other kind, too.
    from pages.inside import address, digit_choice
    from pages.inside.chapters import CHAPTERS

    values = dict(parse_qsl(path.read_text("utf-8", "replace"), keep_blank_values=True))
    for chapter in CHAPTERS.values():
        for name, parameter in chapter.parameters.items():
            parsed = parameter.parse(values.get(name, ""))
            assert parsed is None or isinstance(parsed, str) or abs(parsed) <= 9999, (name, parsed)
    if digit := address._digit(values.get("digit", ""), ["quick"]):
        assert digit_choice.digit(digit).shape == (28, 28)
        digit_choice.label(digit)
    return bool(values)


def _ids():
    paths = (
        "../outside",
        "..",
        "/etc/passwd",
        "a/../../outside",
        "..\\outside",
        "C:\\outside",
        "\\\\host\\share",
    )
    names = (
        "CON",
        "nul",
        "COM1",
        "aux.txt",
        "LPT1",
        "~root",
        "x" * 5000,
        "a\0b",
        ".",
        "",
        "-rf",
        "%2e%2e/outside",
    )
    # `hostile_files` makes the two links, which lead out of the folder of runs.
    return [text.encode() for text in (RUN_ID, "link", "linked-file", *paths, *names)]


def _read_id(path):
    root, text = store.root(), path.read_text("utf-8", "replace")
    try:
        run = store.find(text)
    except ValueError as error:
        assert main(["evaluate", "--", text]) == 2
        return refused(error)
    inside = (root.resolve(), store.SHIPPED.resolve())
    assert run.folder.resolve().parent in inside, f"{text!r} leads to {run.folder.resolve()}"
    return True
