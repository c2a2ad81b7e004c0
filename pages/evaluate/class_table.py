"""Shows the table of all classes on the Evaluate page, and buttons to download this table and all answers."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from bnn.data.dataset import are_digits
from bnn.runs.run import Run
from pages.shared import tables, text

if TYPE_CHECKING:
    from bnn.analysis.metrics import Evaluation


def class_table(evaluation: Evaluation | None, class_names: tuple[str, ...]) -> None:
    """Shows the number of images, precision, recall and F1 of each class.

    Until there is an evaluation, shows dots. A dash stands for a share of nothing, such as the recall of a
    class without images.
    """
    thing = _thing(class_names).capitalize()
    st.subheader(f"{thing} by {thing.lower()}", anchor=False)
    rows = []
    for row in _per_class(evaluation, class_names).to_dict("records"):
        shares = [row[name] for name in ("precision", "recall", "f1")]
        percentages = [text.percent_text(None if isnan(share) else share) for share in shares]
        values = [f"{row['num_images']:,}", *percentages]
        rows.append({thing: row["class"]} | _values(values if evaluation else ["…"] * len(values)))
    tables.table(rows)


def _thing(class_names: tuple[str, ...]) -> str:
    return "digit" if are_digits(class_names) else "class"


def _values(values: list[str]) -> tables.Row:
    columns = (
        "Images",
        "Right among its answers (precision)",
        "Found among its images (recall)",
        "Both combined (F1)",
    )
    return dict(zip(columns, values, strict=True))


def _per_class(evaluation: Evaluation | None, class_names: tuple[str, ...]) -> pd.DataFrame:
    from bnn.analysis.metrics import per_class

    num_classes = len(class_names)
    matrix = evaluation.confusion_matrix() if evaluation else np.zeros((num_classes, num_classes), int)
    return per_class(matrix, class_names)


def downloads(run: Run, evaluation: Evaluation | None, class_names: tuple[str, ...]) -> None:
    """Shows two buttons: one downloads the table, the other all answers."""
    thing = _thing(class_names)

    def table() -> pd.DataFrame:
        return _per_class(evaluation, class_names).rename(columns={"class": thing})

    def answers() -> pd.DataFrame:
        return _answers(evaluation) if evaluation else pd.DataFrame()

    with st.container(horizontal=True):
        what = "digits" if thing == "digit" else "classes"
        _download(table, "Download this table (CSV)", what, run, evaluation is None)
        _download(answers, "Download all answers (CSV)", "answers", run, evaluation is None)


def _answers(evaluation: Evaluation) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "image": np.arange(evaluation.num_images),
            "label": np.take(evaluation.class_names, evaluation.labels),
            "prediction": np.take(evaluation.class_names, evaluation.predictions),
            "confidence": evaluation.confidences.round(6),
        }
    )


def _download(
    make_table: Callable[[], pd.DataFrame], label: str, what: str, run: Run, is_disabled: bool
) -> None:
    """Shows a button that makes and downloads a table. The table is made after the click."""
    st.download_button(
        label,
        # Without the byte-order mark of "utf-8-sig", Excel misreads names of classes that are not ASCII.
        lambda: make_table().to_csv(index=False).encode("utf-8-sig"),
        file_name=f"{run.id}-{what}.csv",
        mime="text/csv",
        key=f"download-{what}",
        on_click="ignore",
        icon=":material/download:",
        disabled=is_disabled,
    )
