"""The table behind the confusion chart."""

import numpy as np
import pytest

from bnn.data.dataset import DIGITS
from pages.evaluate import confusion_chart


def test_confusion_table_describes_every_cell():
    matrix = np.zeros((10, 10), int)
    matrix[3, 3], matrix[4, 9], matrix[4, 1] = 50, 4, 1
    table = confusion_chart.confusion_table(matrix, DIGITS, (4, 9)).set_index(["drawn", "read"])
    assert len(table) == 100
    assert table.loc[(4, 9), ["images", "kind", "text"]].tolist() == [4, "wrong", "4"]
    assert table.loc[(3, 3), "kind"] == "right"
    assert table.loc[(0, 1), "text"] == ""
    assert table.loc[(4, 1), "strength"] == pytest.approx(table.loc[(4, 9), "strength"] / 2)
    assert table["strength"].between(0, 1).all()
    assert table.index[table["chosen"]].tolist() == [(4, 9)]


@pytest.mark.parametrize("matrix", [np.zeros((10, 10), int), 7 * np.eye(10, dtype=int)])
def test_confusion_table_without_mistakes_has_strengths_from_0_to_1(matrix):
    assert confusion_chart.confusion_table(matrix, DIGITS)["strength"].between(0, 1).all()
