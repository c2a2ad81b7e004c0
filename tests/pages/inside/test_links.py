"""The address of the Inside page restores its state. Nonsense in the address is ignored."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.inside.chapters import flipped_weights
from tests.support.inside_page import (
    DRAWING,
    address,
    click,
    open_page,
    pictures,
    run_again,
    value_in_address,
)
from tests.support.project import PROJECT


def test_link_sets_the_page_and_is_kept(make_run):
    run = make_run()
    link = dict(step="neuron", run=run.id, layer="2", filter="4", row="6", column="9", flipped="2.4.1_2.4.2")
    page = open_page(**link)
    assert {name: value_in_address(page, name) for name in link} == link
    assert "flipped" not in address(open_page(step="bits", flipped="2.4.1"))
    assert page.number_input(key="inside_filter").value == 4
    # The three numbers of a weight are counted from 1.
    for weight in ("0.1.1", "1.0.1", "1.1.0"):
        assert flipped_weights.IN_ADDRESS.parse(weight) is None
    assert flipped_weights.IN_ADDRESS.parse("10.1000.100000_1.1.1") == "10.1000.100000_1.1.1"


@pytest.mark.parametrize(
    "link",
    [
        dict(step="nothing"),
        dict(run="../x"),
        dict(step="neuron", layer="99", filter="-4", row="0", column="x" * 5000),
        dict(digit="m99999"),
        dict(digit="zzzz"),
        dict(digit="z" + "A" * 5000),
        dict(step="neuron", layer="²", row="9" * 400, column="0" * 9000),
        dict(step="neuron", flipped="1.1"),
        dict(step="neuron", flipped="1.1.1_" * 2000),
        dict(step="neuron", tiles="x"),
        dict(other="1"),
    ],
)
def test_nonsense_in_the_link_still_shows_the_page(make_run, link):
    make_run()
    assert open_page(**link).title[0].value == "Inside"


def test_click_with_an_outdated_address_undoes_nothing(make_run):
    make_run()
    page = open_page(step="neuron", row=3, column=5)
    old = address(page)
    click(page, "neuron-forward")
    for name, value in old.items():
        page.query_params[name] = value
    assert value_in_address(click(page, "neuron-forward"), "column") == "7"


def test_link_contains_the_drawing(make_run):
    make_run()
    page = AppTest.from_file(str(PROJECT / "pages" / "inside" / "page.py"), default_timeout=60)
    page.session_state.drawing = DRAWING
    run_again(page)
    assert page.selectbox(key="inside_digit").value == "drawing"
    name = value_in_address(page, "digit")
    assert name.startswith("z")
    assert len(name) < 600
    assert (pictures(open_page(digit=name))[0] == pictures(page)[0]).all()


def test_other_values_stay_in_the_link(make_run):
    make_run()
    assert value_in_address(open_page(tour="off"), "tour") == "off"


def test_missing_run_in_the_link_is_named(make_run):
    make_run()
    assert "There is no run nosuch. It may have been deleted." in open_page(run="nosuch").warning[0].value
