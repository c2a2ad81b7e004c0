"""The canvas one draws on."""

import streamlit as st

# The canvas's own toolbar offers to move and scale strokes, which the way to 28x28 does not follow, and to
# upload a picture; invisible until hovered, it also swallows the touch of a finger in the corner. It stands
# in a shadow root, where the page's style does not reach.
_tidy_canvas = st.components.v2.component(
    "one_bit_lab_tidy_canvas",
    js="""
export default function ({ data }) {
  let tries = 0
  const tidy = () => {
    const host = document.querySelector(`.st-key-${data} [data-testid="stBidiComponentIsolated"]`)
    const root = host?.shadowRoot
    if (!root?.querySelector(".dc-toolbar")) return tries++ < 600 && requestAnimationFrame(tidy)
    if (root.querySelector("#tidy")) return
    const style = document.createElement("style")
    style.id = "tidy"
    style.textContent = ".dc-toolbar { display: none !important }"
    root.append(style)
  }
  tidy()
}
""",
)


def tidy_canvas(key: str) -> None:
    """Takes the toolbar from the canvas with that key."""
    _tidy_canvas(data=key, key="tidy", height=1)
