"""Shows sample digits for visitors who cannot or do not want to draw."""

import streamlit as st

from bnn.data import mnist
from pages.shared.canvas import new_canvas
from pages.shared.pictures import picture_source

# Indices of one test image for each digit. All shipped networks are sure of these, except the blind one.
SAMPLE_INDICES = (3, 2, 1, 32, 4, 15, 11, 0, 61, 12)


def samples() -> None:
    """Shows the samples as buttons. A click clears the canvas and shows the sample there."""
    st.subheader("No pen at hand?", anchor=False)
    with st.container(horizontal=True, gap="xsmall", key="samples"):
        for digit, index in enumerate(SAMPLE_INDICES):
            label = f"![sample {digit}]({_icon(index)})"
            st.button(label, key=f"sample-{digit}", on_click=new_canvas, args=(index,))
    st.caption("The network was not trained on these.")


@st.cache_data(show_spinner=False)
def _icon(index: int) -> str:
    return picture_source(mnist.test().images[index])
