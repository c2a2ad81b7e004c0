"""Ten sample digits for visitors who have no pen at hand."""

import streamlit as st

from bnn.data import mnist
from pages.shared.canvas import new_canvas
from pages.shared.pictures import picture_source

# One test image of each digit. The shipped networks are sure of all of them.
SAMPLE_INDICES = (3, 2, 1, 32, 4, 15, 11, 0, 61, 12)


def samples() -> None:
    """Shows the samples as buttons; a click puts one beneath an empty canvas."""
    st.subheader("No pen at hand?", anchor=False)
    st.markdown("Take a digit it has never learnt from:")
    with st.container(horizontal=True, gap="xsmall", key="samples"):
        for digit, index in enumerate(SAMPLE_INDICES):
            label = f"![sample {digit}]({_icon(index)})"
            st.button(label, key=f"sample-{digit}", on_click=new_canvas, args=(index,))


@st.cache_data(show_spinner=False)
def _icon(index: int) -> str:
    return picture_source(mnist.test().images[index])
