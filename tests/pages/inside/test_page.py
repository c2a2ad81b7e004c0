"""The Inside page without a run, with a damaged network, and with other classes than the ten digits."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from pages.inside.chapters import CHAPTERS
from tests.support.inside_page import open_page, value_in_address
from tests.support.page_content import shown
from tests.support.project import PROJECT


def test_page_without_any_run_says_what_to_do():
    assert len(open_page().info) == 1


def test_damaged_network_is_reported_in_one_sentence(make_run):
    make_run().model_path.write_bytes(b"no network")
    page = AppTest.from_file(str(PROJECT / "pages" / "inside" / "page.py"), default_timeout=60).run()
    assert not page.exception
    assert "not a packed network" in page.error[0].value
    assert value_in_address(page, "step") == "bits"


# For each chapter, a function that the chapter calls. The test makes it fail.
CALLED = {
    "bits": "bnn.engine.inference.activations",
    "neuron": "bnn.analysis.neuron.layer_inputs",
    "way": "bnn.engine.inference.activations",
    "learning": "pages.inside.chapters.learning.moments",
    "break": "bnn.analysis.damage.flip_weights",
    "why": "bnn.analysis.savings.of_run",
}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_address_is_also_written_after_an_error_in_the_chapter(make_run, monkeypatch, chapter):
    def fail(*args, **kwargs):
        raise OSError("no such file")

    make_run()
    monkeypatch.setattr(CALLED[chapter], fail)
    page = AppTest.from_file(str(PROJECT / "pages" / "inside" / "page.py"), default_timeout=60)
    page.query_params["step"] = chapter
    page.run()
    assert not page.exception
    assert [error.value for error in page.error] == ["No such file."]
    assert value_in_address(page, "step") == chapter


@pytest.mark.parametrize("class_names", [("no", "yes"), tuple(f"class number {i:07d}" for i in range(36))])
def test_chapters_show_the_names_of_all_classes(make_run, class_names):
    make_run(class_names=class_names)
    for chapter in ("way", "learning", "break"):
        page = open_page(step=chapter)
        assert re.findall(r'class="name[^>]*>([^<]*)<', shown(page)) == list(class_names), chapter
    helps = [slider.help for slider in page.slider]
    assert "Turns every image clockwise." in helps
    assert not [text for text in helps if "digit" in text]
