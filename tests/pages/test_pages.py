"""The pages without a browser: empty, populated, damaged. The canvas is tested in a real one."""

import ast
import re
from collections import Counter
from concurrent.futures import Future
from unittest import mock

import pytest
from streamlit.testing.v1 import AppTest

from bnn.analysis import metrics, speed
from bnn.data import mnist
from bnn.engine import file
from bnn.system.files import write_atomically
from pages.draw import reading
from pages.draw.answer import answer_html
from pages.shared import session, warm_up
from tests.support import waiting
from tests.support.page_content import shown, words
from tests.support.pages import NUM_EPOCHS, cells, click, open_page, picker
from tests.support.project import PROJECT


def test_app_opens_on_the_draw_page():
    page = AppTest.from_file(str(PROJECT / "pages" / "site.py"), default_timeout=60).run()
    assert not page.exception
    assert page.title[0].value == "Draw a digit"


@pytest.mark.parametrize("name", ["draw", "train", "evaluate"])
def test_page_without_any_run_says_what_to_do(name):
    page = open_page(name)
    assert len(page.info) == 1
    assert not page.error


class TestDraw:
    def test_empty_canvas_asks_for_a_digit(self, make_run):
        make_run()
        page = open_page("draw")
        assert "draw a digit" in words(page)
        assert len(re.findall(r'class="bar["\s]', shown(page))) == 10
        assert 'data-digit=""' in shown(page)

    def test_sample_digit_is_answered_and_cleared(self, make_run):
        run = make_run()
        expected = metrics.evaluate(file.load(run.model_path), mnist.test()).predictions[0]
        page = click(open_page("draw"), "sample-7")
        assert f'data-digit="{expected}"' in shown(page)
        assert re.search(r"\d\.\d\d ms", words(page))
        assert 'data-digit=""' in shown(click(page, "clear"))

    def test_while_the_engine_is_compiled_an_empty_answer_stands_there(self, make_run, monkeypatch):
        """The browser may answer before the server can; it changes the answer that stands there."""
        make_run()
        monkeypatch.setattr(warm_up, "is_under_way", lambda: True)
        read, seen = reading.read, []

        def note_and_read(network, objects):
            seen.append(html.call_count)
            return read(network, objects)

        monkeypatch.setattr(reading, "read", note_and_read)
        with mock.patch("pages.draw.answer.answer_html", wraps=answer_html) as html:
            page = open_page("draw")
        assert seen == [1]
        assert html.call_count == 2
        assert shown(page).count("data-state") == 1

    def test_comparison_with_float32_is_measured_when_asked_for(self, make_run, monkeypatch):
        run = make_run()
        result = speed.Comparison(20e-6, 60e-6, 50_000, 1_500_000)
        compared = Future()
        monkeypatch.setattr(speed, "compare", lambda asked: asked.id == run.id and compared.result(60))
        page = click(open_page("draw"), "measure")
        assert any("Measuring both" in text.value for text in page.markdown)
        compared.set_result(result)
        waiting.until(lambda: "faster" in words(page.run()), "the figures")
        assert re.search(r"20 µs .* 60 µs .* 3.0 × +faster .* 30.0 × +smaller file", words(page), re.DOTALL)

    def test_comparison_that_fails_says_so_and_can_be_tried_again(self, make_run, monkeypatch):
        def fail(run):
            raise ValueError("no memory left")

        make_run()
        monkeypatch.setattr(speed, "compare", fail)
        page = click(open_page("draw"), "measure")
        waiting.until(lambda: page.run().warning, "the warning")
        assert "No memory left" in page.warning[0].value
        assert page.button(key="measure")

    def test_clear_gives_a_new_canvas(self, make_run):
        make_run()
        page = open_page("draw")
        before = page.session_state.drawing_number
        assert click(page, "clear").session_state.drawing_number == before + 1

    def test_blind_network_is_explained(self, make_run):
        make_run("report", pixel_threshold=0)
        assert "blind" in open_page("draw").warning[0].value

    def test_grey_network_shows_its_pixels(self, make_run):
        make_run(pixels="grey", pixel_threshold=None)
        assert "shades of grey" in words(click(open_page("draw"), "sample-3"))

    def test_network_with_levels_shows_its_bits(self, make_run):
        make_run(pixels="levels", pixel_threshold=(32, 96, 160, 224))
        assert "4 bits per pixel" in words(click(open_page("draw"), "sample-3"))

    def test_network_can_be_chosen(self, make_run):
        make_run()
        other = make_run("report-signed")
        page = open_page("draw")
        picker(page, "draw_run").select(other.id).run()
        assert not page.exception
        assert picker(page, "draw_run").value == other.id

    @pytest.mark.parametrize("content", [b"", b"no network", b"\xff" * 1000])
    def test_damaged_network_is_one_sentence(self, make_run, content):
        make_run().model_path.write_bytes(content)
        page = open_page("draw")
        assert len(page.error) == 1
        assert "no packed network" in page.error[0].value

    def test_size_is_that_of_the_file(self, make_run):
        size = make_run().model_path.stat().st_size
        assert f"{size / 1024:,.1f} kB" in words(open_page("draw"))


class TestEvaluate:
    def test_figures_are_those_of_the_metrics(self, make_run):
        run = make_run()
        evaluation = metrics.evaluate(file.load(run.model_path), mnist.test())
        low, high = metrics.accuracy_interval(evaluation.num_correct, evaluation.num_images)
        text = words(open_page("evaluate"))
        assert f"{100 * evaluation.accuracy:.2f} %" in text
        assert f"{100 * low:.2f} – {100 * high:.2f} %" in text
        assert "90.00 %" in text
        assert f"epoch 2 of {NUM_EPOCHS}" in text

    def test_chosen_cell_shows_its_images_surest_first(self, make_run):
        evaluation = metrics.evaluate(file.load(make_run().model_path), mnist.test())
        label, prediction = 3, int(evaluation.predictions[evaluation.labels == 3][0])
        page = open_page("evaluate")
        page.selectbox(key="cell_drawn").select(label).run()
        page.selectbox(key="cell_read").select(prediction).run()
        assert not page.exception
        found = evaluation.examples(label, prediction)
        captions = re.findall(r"<figcaption>(.*?)</figcaption>", shown(page))
        assert len(captions) == min(len(found), 60)
        assert f"{100 * evaluation.confidences[found[0]]:.0f} %" in captions[0] or "99" in captions[0]
        assert f"{len(found):,} ×" in words(page)

    def test_per_digit_table(self, make_run):
        evaluation = metrics.evaluate(file.load(make_run().model_path), mnist.test())
        table = metrics.per_class(evaluation.confusion_matrix())
        rows = [row for row in cells(open_page("evaluate")) if len(row) == 5]
        assert [row[0] for row in rows] == [str(digit) for digit in range(10)]
        assert [row[2] for row in rows] == [f"{100 * value:.2f} %" for value in table["precision"]]

    @pytest.mark.parametrize("recipe", ["report", "report-signed", "quick"])
    def test_blindness_and_test_set_are_named_where_they_hold(self, make_run, recipe):
        make_run(recipe, pixel_threshold=0 if recipe == "report" else 128)
        page = open_page("evaluate")
        assert bool(page.warning) == (recipe == "report")
        assert ("validated on the test set" in words(page)) == (recipe != "quick")

    def test_unreadable_recipe_is_one_sentence(self, make_run):
        (make_run().folder / "recipe.json").write_text("{}")
        page = open_page("evaluate")
        assert len(page.error) == 1
        assert len([row for row in cells(page) if len(row) == 5]) == 10

    def test_damaged_network_is_one_sentence(self, make_run):
        make_run().model_path.write_bytes(b"no network")
        page = open_page("evaluate")
        assert len(page.error) == 1

    def test_network_that_is_replaced_while_it_is_read(self, make_run, random_network, monkeypatch):
        """As the trainer does after an epoch that is better: the figures are the new one's."""
        path = make_run().model_path
        better, evaluate = random_network(seed=7), metrics.evaluate

        def replaced_meanwhile(network, split):
            found = evaluate(network, split)
            if network.layers[0].weights.tolist() != better.layers[0].weights.tolist():
                write_atomically(path, file.to_bytes(better))
            return found

        monkeypatch.setattr(metrics, "evaluate", replaced_meanwhile)
        text = words(open_page("evaluate"))
        assert f"{100 * evaluate(better, mnist.test()).accuracy:.2f} %" in text


def test_no_key_is_given_twice():
    """The pages share their state: a button with the key of another page's choice would overwrite it."""
    found, kept = Counter(), set()
    for path in (PROJECT / "pages").rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        kept |= {_key(call.args[place]) for call in calls for place in _place_of_key(call)}
        found.update(_key(k.value) for call in calls for k in call.keywords if k.arg == "key")
    fixed = {key: count for key, count in found.items() if key.startswith(("'", "f'"))}
    assert len(fixed) > 30
    assert [key for key, count in fixed.items() if count > 1] == []
    # What `run_picker` keeps under a name, where several pages may ask for the same.
    assert not fixed.keys() & kept


def _key(node):
    """The source of a key, and of a constant in `session` its value."""
    source = ast.unparse(node)
    return (
        repr(getattr(session, source.removeprefix("session."))) if source.startswith("session.") else source
    )


def _place_of_key(call):
    name = ast.unparse(call.func).rpartition(".")[2]
    return [2] if name == "run_picker" else []
