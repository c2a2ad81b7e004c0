"""The table of all classes on the Evaluate page, and its downloads, without a browser."""

import re

import numpy as np
import streamlit as st

from bnn.analysis import metrics
from bnn.data import files, mnist
from bnn.engine import file
from bnn.recipes.presets import preset
from bnn.runs import store
from bnn.system.files import write_atomically
from pages.evaluate import class_table
from tests.support.data_files import npz
from tests.support.page_content import shown
from tests.support.pages import cells, open_page


def test_table_has_a_row_for_each_digit(make_run):
    evaluation = metrics.evaluate(file.load(make_run().model_path), mnist.test())
    table = metrics.per_class(evaluation.confusion_matrix())
    rows = [row for row in cells(open_page("evaluate")) if len(row) == 5]
    assert [row[0] for row in rows] == [str(digit) for digit in range(10)]
    # This network never answers most of the digits. They have no precision, but every digit has a recall.
    assert [row[3] for row in rows] == [f"{100 * value:.2f} %" for value in table["recall"]]


def test_table_has_a_dash_for_a_share_of_nothing(monkeypatch):
    """The network never answers "x", and no image is a "9"."""
    evaluation = metrics.Evaluation(
        np.array([0, 1], np.uint8), np.array([0, 2]), np.ones(2, np.float32), 0.5, ("7", "x", "9")
    )
    rows = []
    monkeypatch.setattr(class_table.tables, "table", rows.extend)
    class_table.class_table(evaluation, evaluation.class_names)
    assert [[cell.replace("\u00a0", " ") for cell in row.values()] for row in rows] == [
        ["7", "1", "100.00 %", "100.00 %", "100.00 %"],
        ["x", "1", "–", "0.00 %", "0.00 %"],
        ["9", "0", "0.00 %", "–", "0.00 %"],
    ]


def test_downloaded_answers_name_the_classes():
    """The names of these classes are digits in another order than their numbers."""
    labels, predictions = np.array([0, 1, 2, 1], np.uint8), np.array([0, 2, 2, 1])
    confidences = np.array([0.9, 0.8, 0.7, 0.6], np.float32)
    evaluation = metrics.Evaluation(labels, predictions, confidences, 0.5, ("7", "2", "9"))
    table = class_table._answers(evaluation)
    assert list(table["label"]) == ["7", "2", "9", "2"]
    assert list(table["prediction"]) == ["7", "9", "9", "2"]
    assert list(table["image"]) == [0, 1, 2, 3]


def test_downloaded_tables_begin_with_a_byte_order_mark_for_excel(make_run, monkeypatch):
    makers = []
    monkeypatch.setattr(class_table.st, "download_button", lambda label, make, **_: makers.append(make))
    evaluation = metrics.Evaluation(
        np.array([0], np.uint8), np.array([0]), np.ones(1, np.float32), 0.5, ("größer", "日")
    )
    class_table.downloads(make_run(), evaluation, evaluation.class_names)
    table, answers = [make().decode("utf-8").splitlines() for make in makers]
    assert table[:3] == [
        "\ufeffclass,num_images,precision,recall,f1",
        "größer,1,1.0,1.0,1.0",
        "日,0,,,",
    ]
    assert answers == ["\ufeffimage,label,prediction,confidence", "0,größer,größer,1.0"]


def test_tables_are_made_only_after_a_click(make_run, monkeypatch):
    def made_early(*_):
        raise AssertionError("the table was made before a click")

    evaluation = metrics.Evaluation(np.array([0], np.uint8), np.array([0]), np.ones(1, np.float32), 0.5)
    monkeypatch.setattr(class_table, "_answers", made_early)
    monkeypatch.setattr(class_table, "_per_class", made_early)
    class_table.downloads(make_run(), evaluation, evaluation.class_names)


def test_heading_column_and_file_say_digit_if_the_classes_of_other_data_are_the_digits(
    runs_root, random_network, monkeypatch
):
    data = files.parse(npz(y_train=np.arange(60) % 10, y_test=np.arange(12) % 10), "own.npz")
    assert data.class_names == tuple("0123456789")
    run = store.create(preset("quick"), data)
    write_atomically(run.model_path, file.to_bytes(random_network()))
    names, button = [], st.download_button

    def named(*arguments, file_name, **settings):
        names.append(file_name)
        return button(*arguments, file_name=file_name, **settings)

    monkeypatch.setattr(class_table.st, "download_button", named)
    page = open_page("evaluate")
    assert "Digit by digit" in [heading.value for heading in page.subheader]
    assert re.search(r"<th[^>]*>\s*Digit\s*<", shown(page))
    assert f"{run.id}-digits.csv" in names
