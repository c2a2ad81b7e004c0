"""The address of the Inside page restores its state. Nonsense in the address is ignored."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from pages.inside import address as inside_address
from pages.inside import keys
from pages.inside.chapters import flipped_weights
from pages.shared import address as shared_address
from pages.shared import messages, session
from tests.support.inside_page import (
    DRAWING,
    address,
    click,
    open_page,
    pictures,
    run_again,
    value_in_address,
)
from tests.support.pages import picker
from tests.support.project import PROJECT


def test_link_sets_the_page_and_is_kept(make_run):
    run = make_run()
    link = dict(step="neuron", run=run.id, layer="2", filter="4", row="6", column="9", flipped="2.4.1_2.4.2")
    page = open_page(**link)
    assert {name: value_in_address(page, name) for name in link} == link
    assert "flipped" not in address(open_page(step="bits", flipped="2.4.1"))
    assert page.number_input(key="inside_neuron").value == 4
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
    assert picker(page, keys.DIGIT).value == "drawing"
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


@pytest.mark.parametrize(
    "digit, sentence",
    [
        ("m10000", "There is no digit m10000."),
        ("x_", r"There is no digit x\_."),
        ("t99999", "There is no digit t99999."),
        ("zAAAA", "The drawing in this link is damaged."),
    ],
)
def test_missing_digit_in_the_link_is_named(make_run, digit, sentence):
    make_run()
    page = open_page(digit=digit)
    assert [warning.value for warning in page.warning] == [f"{sentence} Another digit is shown instead."]
    picker(page, keys.DIGIT).select_index(3).run()
    assert not page.warning


@pytest.mark.parametrize("digit", ["", "m9999", "drawing"])
def test_digit_of_the_link_needs_no_notice(make_run, digit):
    make_run()
    assert not open_page(digit=digit).warning


# A test set with more images than MNIST's, and one with fewer.
@pytest.mark.parametrize("num_images, number, is_there", [(10_002, 10_001, True), (12, 5_000, False)])
@pytest.mark.parametrize("is_run_first", [True, False])
def test_image_in_the_link_is_one_of_the_runs_own_data(
    make_run, with_own_images, num_images, number, is_there, is_run_first
):
    make_run(run_id="20260131-094500-quick")
    run = with_own_images(make_run(run_id="20260131-094501-quick", class_names=("0", "1", "2")), num_images)
    link = [("run", run.id), ("digit", f"t{number}")]
    page = AppTest.from_file(str(PROJECT / "pages" / "inside" / "page.py"), default_timeout=60)
    for name, value in link if is_run_first else reversed(link):
        page.query_params[name] = value
    digit = value_in_address(run_again(page), "digit")
    assert (digit == f"t{number}") == is_there
    assert digit[0] == "t"
    notices = [] if is_there else [f"There is no digit t{number}. Another digit is shown instead."]
    assert [warning.value for warning in page.warning] == notices
    assert value_in_address(page, "run") == run.id


def test_image_of_a_run_that_cannot_be_shown_is_left_out(make_run, with_own_images):
    make_run(run_id="20260131-094500-quick")
    untrained = with_own_images(make_run(run_id="20260131-094501-quick"), 10_002)
    untrained.model_path.unlink()
    page = open_page(run=untrained.id, digit="t10001")
    (warning,) = page.warning
    assert "has no trained network yet" in warning.value
    assert value_in_address(page, "digit").startswith("m")


@pytest.mark.parametrize("is_new", [False, True])
def test_only_a_new_session_takes_run_and_digit_from_the_address(make_run, monkeypatch, is_new):
    make_run()
    page = open_page()
    names = ("inside_moves_known", "inside_all_known", keys.DIGIT)
    state = {name: page.session_state[name] for name in names}
    move = {"search": "?step=learning&run=other&digit=m3", "number": 1, "isForNewSession": is_new}
    state["address-inside"] = SimpleNamespace(move=move)
    for module in (inside_address, shared_address, messages):
        monkeypatch.setattr(module, "st", SimpleNamespace(session_state=state))
    shared_address.move("inside", inside_address._follow_address)
    assert state[keys.CHAPTER] == "learning"
    assert state[keys.DIGIT] == ("m3" if is_new else "m7")
    assert state.get(session.CHOSEN_RUN) == ("other" if is_new else None)
