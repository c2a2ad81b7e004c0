"""An error that a page shows as one sentence."""

import logging

import pytest

from bnn.system.files import write_atomically
from pages.shared import errors
from tests.support.pages import open_page


@pytest.fixture
def num_logged(caplog, monkeypatch):
    """A function that returns how many errors of pages have been logged."""
    monkeypatch.setattr(errors, "_logged", {})
    caplog.set_level(logging.ERROR, "one_bit_lab")
    return lambda: sum(record.name == "one_bit_lab" for record in caplog.records)


def test_error_is_logged_once_although_the_page_refreshes_itself(make_run, num_logged, monkeypatch):
    run = make_run()
    write_atomically(run.model_path, b"damaged")
    page = open_page("train")
    for _ in range(3):
        (error,) = page.run().error
    assert num_logged() == 1
    monkeypatch.setattr(errors, "_LOG_SECONDS", 0.0)
    assert page.run().error[0].value == error.value
    assert num_logged() == 2


@pytest.mark.parametrize(
    "name, shown",
    [("- x.npz", r"\- x.npz"), ("+ x.npz", r"\+ x.npz"), ("1. x.npz", r"1\. x.npz"), ("2) x", r"2\) x")],
)
def test_file_name_at_the_beginning_of_an_error_is_not_shown_as_a_list(name, shown):
    assert errors.sentence(ValueError(f"{name} is damaged")) == f"{shown} is damaged."
