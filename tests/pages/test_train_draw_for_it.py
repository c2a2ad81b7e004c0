"""The Train page without a browser: the canvas on which visitors draw for the network shown."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bnn.data import files
from bnn.engine import file
from bnn.runs import run_data
from bnn.system.files import write_atomically
from pages.shared import network_files, networks, session
from tests.support import data_files
from tests.support.inside_page import components
from tests.support.page_content import words
from tests.support.pages import open_page, picker


@pytest.fixture
def client():
    """A client of a server that serves networks, and nothing else."""
    return TestClient(Starlette(routes=[network_files.route(), network_files.route("/lab")]))


def _put(path, network):
    content = file.to_bytes(network)
    write_atomically(path, content)
    return content


def _field(page):
    """Returns what the browser is told about the canvas and the network that reads the drawing."""
    (field,) = (data for data in components(page).values() if "canDraw" in data)
    return field


def test_live_network_is_the_one_that_answers(living, random_network, client):
    addresses = set()
    page = open_page("train")
    for seed in (1, 2):
        content = _put(living.live_path, random_network(seed=seed))
        address = _field(page.run())["network"]
        addresses.add(address)
        assert client.get(f"/{address}").content == content
    assert len(addresses) == 2
    # The training ends before the browser asks for the network.
    living.live_path.unlink()
    answer = client.get(f"/{address}")
    assert answer.content == living.model_path.read_bytes()
    assert answer.headers["cache-control"] == "no-store"


def test_finished_network_answers_after_the_training(make_run, random_network, client):
    run = make_run()
    content = _put(run.model_path, random_network(seed=1))
    _put(run.live_path, random_network(seed=2))
    address = _field(open_page("train"))["network"]
    assert client.get(f"/{address}").content == content
    _put(run.model_path, random_network(seed=3))
    assert client.get(f"/{address}").status_code == 404
    assert client.get(f"/{address.replace(run.id, 'none')}").status_code == 404


# This client decodes addresses twice, so tests/browser/test_changed_runs.py tests a name with %.
@pytest.mark.parametrize("run_id", ["quick #2", "quick - Copy (2)", "Größe 7", "a+b&c;d='e'"])
def test_network_is_found_whatever_the_name_of_its_folder(make_run, client, run_id):
    run = make_run(run_id=run_id)
    content = run.model_path.read_bytes()
    live_address = network_files.live_address(run, networks.file_version(run.model_path))
    for address in (network_files.address(run), live_address):
        assert client.get(f"/{address}").content == content
        assert client.get(f"/lab/{address}").content == content


def test_visitors_can_draw_before_there_is_a_network(living):
    living.model_path.unlink()
    field = _field(open_page("train"))
    assert field["network"] is None
    assert field["canDraw"]
    assert "no network yet" in field["answer"]
    assert field["pending"] == field["answer"]


def test_finished_run_with_signs_shows_their_names(make_run, random_network):
    run = make_run()
    run_data.keep(run, files.parse(data_files.stroke_lines(), "signs.jsonl"))
    _put(run.model_path, random_network(class_names=tuple(data_files.SIGNS)))
    field = _field(open_page("train"))
    assert field["canDraw"]
    assert field["digit"]["alt"].startswith("A test ")
    pending = field["pending"]
    assert pending.index(">cross<") < pending.index(">hook<") < pending.index(">roof<")


def test_visitors_cannot_draw_for_a_network_that_reads_photos(living, random_network):
    data = files.parse(data_files.npz(), "photos.npz")
    run_data.keep(living, data)
    _put(living.model_path, random_network(class_names=data.class_names))
    assert not _field(open_page("train"))["canDraw"]


@pytest.mark.parametrize("content", [data_files.stroke_lines(), data_files.npz()], ids=["signs", "photos"])
def test_sample_digit_is_not_shown_to_a_network_that_reads_no_digits(make_run, random_network, content):
    run, data = make_run(), files.parse(content, "mine")
    run_data.keep(run, data)
    _put(run.model_path, random_network(class_names=data.class_names))
    page = open_page("train", **{session.SAMPLE: 61})
    assert _field(page)["digit"]["alt"].startswith("A test ")


def test_drawing_is_shown_only_to_a_network_that_reads_drawings(make_run, random_network):
    run, signs = make_run(), files.parse(data_files.stroke_lines(), "signs.jsonl")
    path = [["M", 60, 60], ["L", 260, 260]]
    drawing = [{"type": "path", "path": path, "stroke": "#000", "strokeWidth": 20}]
    page = open_page("train", **{session.DRAWING: drawing})
    for data, shown in (
        (None, "Your own"),
        (signs, "Your own"),
        (files.parse(data_files.npz(), "p"), "A test"),
    ):
        if data:
            run_data.keep(run, data)
            _put(run.model_path, random_network(class_names=data.class_names))
        assert _field(page.run())["digit"]["alt"].startswith(shown)


def test_data_file_is_read_once_for_each_run_that_is_shown(living, make_run, monkeypatch):
    other, read, load = make_run(), [], run_data.load
    for run in (living, other):
        run_data.keep(run, files.parse(data_files.npz(), "photos.npz"))
    monkeypatch.setattr(run_data, "load", lambda run: read.append(run.id) or load(run))
    page = open_page("train").run()
    picker(page, "run_shown").select(other.id).run()
    page.run()
    assert read == [living.id, other.id]


def test_damaged_network_hides_nothing_else(living):
    living.model_path.write_bytes(b"damaged")
    page = open_page("train")
    assert len(page.error) == 1
    assert page.get("vega_lite_chart")
    assert "Data:" in " ".join(caption.value for caption in page.caption)
    assert "epoch" in words(page)
