"""The Train page without a browser: training on an uploaded file."""

from dataclasses import replace

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from bnn.data import files
from bnn.recipes.presets import PRESETS
from bnn.runs import run_data, store
from bnn.runs.run import Run
from pages.shared import session
from pages.train import uploads
from tests.support.data_files import letter_lines, npz, pictures, stroke_lines, zipped
from tests.support.page_content import words
from tests.support.pages import cells, click, open_page


def uploaded(name, content):
    page = open_page("train")
    page.file_uploader(key="data-file").set_value((name, content, "")).run()
    assert not page.exception
    return page


def test_content_of_the_file_is_described_before_start(launched):
    page = uploaded("signs.zip", zipped(pictures()))
    said = " ".join(text.value for text in page.markdown)
    assert "3 classes, 24 examples:** 18 to learn from, 3 to choose the best epoch" in said
    assert all(name in words(page) for name in ("cross", "hook", "roof"))
    # With 3 classes instead of 10, the last dense layer has 7 rows fewer, of 128 weights each.
    total = next(row for row in cells(page) if row[0] == "Total")
    assert f"{PRESETS['quick'].num_weights - 7 * 128:,}" in total
    assert not page.error


def test_start_trains_on_the_file_and_shows_its_source_and_licence(launched):
    page = uploaded("signs.jsonl", stroke_lines())
    page.text_input(key="data-source").set_value("Ann").run()
    page.text_input(key="data-licence").set_value("CC0").run()
    click(page, "start")
    (run,) = launched
    found = run_data.load(Run(run.id, run.folder))
    assert (found.name, found.class_names) == ("signs.jsonl", ("cross", "hook", "roof"))
    assert any("signs.jsonl; Ann; CC0" in caption.value.replace("\\", "") for caption in page.caption)


def test_network_that_is_too_large_with_the_classes_of_the_file_is_not_trained(launched):
    page = uploaded("letters.jsonl", letter_lines())
    page.text_input(key="set-quick-stages").set_value("").run()
    page.text_input(key="set-quick-dense").set_value("4096, 4080").run()
    assert not page.error
    click(page, "start")
    (error,) = page.error
    assert error.value == "A network may have 20,000,000 weights at most, got 20,029,024 (with 26 classes)."
    assert launched == []
    assert store.all_runs() == []


def notes_on_settings(page):
    return [text.value for text in page.caption if "Whatever is set here" in text.value]


def test_form_says_which_settings_a_training_on_the_file_does_not_use(launched):
    assert notes_on_settings(open_page("train")) == []
    page = uploaded("signs.jsonl", stroke_lines())
    begin = "Whatever is set here, the training on your data has "
    assert notes_on_settings(page) == [f"{begin}Drawn digits: 0."]
    page.number_input(key="set-quick-passes_per_epoch").set_value(3).run()
    page.number_input(key="set-quick-non_digits").set_value(500).run()
    (note,) = notes_on_settings(page)
    assert note.startswith(f"{begin}Passes in an epoch: 1; Averaging: 0; Drawn digits: 0; Non-digits: 0.")
    assert note.endswith(" Scribbles take the place of the non-digits.")
    click(page, "start")
    recipe = launched[0].recipe()
    assert (recipe.passes_per_epoch, recipe.ema_momentum, recipe.drawn_digits) == (1, 0, 0)
    assert (recipe.non_digits, recipe.scrawls) == (0, 500)
    for field in ("drawn_digits", "non_digits"):
        page.number_input(key=f"set-quick-{field}").set_value(0).run()
    page.number_input(key="set-quick-passes_per_epoch").set_value(1).run()
    assert notes_on_settings(page) == []


def test_file_that_is_refused_cannot_be_trained_on(launched):
    page = uploaded("a.npz", npz(x_test=None))
    (error,) = page.error
    assert error.value.replace("\\", "").startswith("This file cannot be used: a.npz must have x_train")
    assert "Shown because of your data." in [caption.value for caption in page.caption]
    # Nobody is asked who made a file that cannot be used.
    assert not [field for field in page.text_input if field.key in ("data-source", "data-licence")]
    assert page.button(key="start").disabled
    assert store.all_runs() == []


@pytest.fixture
def read(monkeypatch):
    """Returns a list that gets the name of each file that is read."""
    names, parse = [], files.parse
    monkeypatch.setattr(files, "parse", lambda *args: names.append(args[1]) or parse(*args))
    return names


@pytest.mark.parametrize("content", [stroke_lines(), b"no strokes"])
def test_a_file_is_read_once_whether_or_not_it_is_accepted(read, content):
    page = uploaded("signs.jsonl", content)
    page.toggle(key="more-recipes").set_value(True).run()
    if content != b"no strokes":
        page.text_input(key="data-source").set_value("Ann").run()
    page.run()
    assert read == ["signs.jsonl"]
    assert bool(page.error) == (content == b"no strokes")


def test_a_forgotten_file_must_be_uploaded_again_and_nothing_is_trained_instead(launched, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_UPLOADS", 1)
    removed = []
    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", lambda *args: removed.append(args[-1]))
    page = uploaded("signs.jsonl", stroke_lines())
    file_id = page.session_state[session.UPLOADED].file_id
    other = uploaded("others.jsonl", stroke_lines())
    assert removed == [file_id]
    click(page, "start")
    # The page also reruns by itself, while a network is trained.
    page.run()
    assert launched == []
    (error,) = page.error
    assert error.value.endswith("Press Remove, and upload it again.")
    assert page.button(key="start").disabled
    click(page, "remove-data")
    (uploader,) = page.file_uploader
    uploader.set_value(("signs.jsonl", stroke_lines(), "")).run()
    assert not page.error
    assert not page.button(key="start").disabled
    other.run()
    assert other.error


def test_times_of_trainings_on_mnist_are_not_shown_for_a_file(make_run):
    run = make_run()
    run.write_status(replace(run.written_status(), machine=""))
    assert "≈" in open_page("train").radio(key="recipe").proto.captions[0]
    assert "≈" not in uploaded("signs.jsonl", stroke_lines()).radio(key="recipe").proto.captions[0]


def test_letters_need_a_file_of_drawings(launched):
    page = open_page("train")
    page.radio(key="recipe").set_value("letters").run()
    assert any("upload one under “Your data”" in note.value for note in page.info)
    assert page.button(key="start").disabled
    page.file_uploader(key="data-file").set_value(("signs.jsonl", stroke_lines(), "")).run()
    assert not any("upload one" in note.value for note in page.info)
    assert not page.button(key="start").disabled
