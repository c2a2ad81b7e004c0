"""Made-up values in a few widgets of every page: the short version of `python -m tests.endurance 8`."""

import pytest

from tests.endurance import fat_fingers


@pytest.mark.slow
def test_made_up_values_cause_no_exception_on_a_page(component_packages):
    assert "no exception on a page" in fat_fingers.run(quick=True)
