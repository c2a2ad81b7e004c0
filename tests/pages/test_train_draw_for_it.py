"""The Train page without a browser: the canvas on which visitors draw for the network in training."""

import json
from dataclasses import asdict, replace

from starlette.applications import Starlette
from starlette.testclient import TestClient

from bnn.engine import file
from bnn.runs import run_data
from bnn.system.files import write_atomically
from pages.shared import network_files
from tests.support.inside_page import components
from tests.support.page_content import words
from tests.support.pages import open_page

WAITING, ANSWERS = "You can draw here after epoch 1.", "The network of epoch {} answers."


def _keep(run, epoch, network):
    _write(run.epoch_path(epoch), file.to_bytes(network))


def _write(path, content):
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, content)


def _fields(page):
    """Returns what the browser is told about the network that reads the drawing."""
    return [data for data in components(page).values() if "run" in data and "network" in data]


def _set_data(run, file_name, class_names):
    facts = replace(run_data.MNIST_FACTS, file=file_name, class_names=class_names)
    (run.folder / run_data.FACTS_NAME).write_text(json.dumps(asdict(facts)))


def test_newest_network_is_the_one_that_answers(living, random_network):
    page = open_page("train")
    assert WAITING in words(page)
    assert _fields(page) == []
    for epoch in (1, 2):
        network = random_network(seed=epoch)
        _keep(living, epoch, network)
        (field,) = _fields(page.run())
        assert ANSWERS.format(epoch) in words(page)
        served = TestClient(Starlette(routes=[network_files.route()])).get(f"/{field['network']}")
        assert served.content == file.to_bytes(network)
        assert "draw a digit" in field["answer"]


def test_network_that_is_not_kept_is_not_served(living, random_network):
    _keep(living, 1, random_network(seed=2))
    address = network_files.address(living, 1)
    _keep(living, 1, random_network(seed=3))
    client = TestClient(Starlette(routes=[network_files.route()]))
    assert client.get(f"/{address}").status_code == 404
    assert client.get(f"/{address.replace(living.id, 'none')}").status_code == 404


def test_best_network_answers_when_the_training_is_finished(make_run, random_network):
    run, best, newest = make_run(), random_network(seed=1), random_network(seed=2)
    _write(run.model_path, file.to_bytes(best))
    _keep(run, 2, newest)
    page = open_page("train")
    (field,) = _fields(page)
    assert "The network of the best epoch answers." in words(page)
    served = TestClient(Starlette(routes=[network_files.route()])).get(f"/{field['network']}")
    assert served.content == file.to_bytes(best)


def test_finished_run_with_signs_shows_their_names(make_run, random_network):
    run = make_run()
    _set_data(run, run_data.STROKES_FILE, ("heart", "star"))
    network = random_network(class_names=("heart", "star"))
    _keep(run, 2, network)
    _write(run.model_path, file.to_bytes(network))
    (field,) = _fields(open_page("train"))
    assert "draw a sign" in field["answer"]
    assert field["answer"].index(">heart<") < field["answer"].index(">star<")


def test_nothing_is_drawn_for_a_network_that_reads_photos(living, random_network):
    names = ("coat", "shoe")
    _set_data(living, run_data.ARRAYS_FILE, names)
    page = open_page("train")
    assert WAITING not in words(page)
    _keep(living, 1, random_network(class_names=names))
    assert _fields(page.run()) == []
    assert "Draw for it" not in words(page)


def test_run_that_ended_in_epoch_1_has_nothing_to_draw_for(make_run):
    make_run(state="stopped")
    assert "Draw for it" not in words(open_page("train"))


def test_damaged_network_hides_nothing_else(living):
    _write(living.epoch_path(1), b"damaged")
    page = open_page("train")
    assert "The network cannot be shown:" in words(page)
    assert page.get("vega_lite_chart")
