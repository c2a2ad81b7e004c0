"""Made-up values in a few widgets of every page: the short version of `python -m tests.endurance 8`."""

import pytest

from tests.endurance import fat_fingers


@pytest.mark.slow
def test_no_page_shows_an_exception():
    assert "no exception on a page" in fat_fingers.run(quick=True)
