"""The error of a button, which a page shows beside the button."""

from streamlit.testing.v1 import AppTest

SCRIPT = """import streamlit as st
from pages.shared.refusals import refusals, show_refusal

def refuse():
    with refusals("here"):
        raise ValueError("it is not possible")

st.button("Press", key="press", on_click=refuse)
show_refusal("here")
with st.container():
    st.markdown("later")
"""


def number_of_container(page):
    """Returns the number of the container among the elements of the page."""
    (number,) = [number for number, child in page.main.children.items() if hasattr(child, "children")]
    return number


def test_sentence_leaves_the_numbers_of_later_elements():
    """Otherwise, Streamlit's front end may put a late element into the wrong place, and fail."""
    page = AppTest.from_string(SCRIPT).run()
    before = number_of_container(page)
    page.button(key="press").click().run()
    assert [error.value for error in page.error] == ["It is not possible."]
    assert number_of_container(page) == before
    page.run()
    assert not page.error
    assert number_of_container(page) == before
