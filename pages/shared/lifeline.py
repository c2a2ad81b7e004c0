"""Loads a page anew whose window is empty."""

import streamlit as st

# What stops Streamlit's page with an error leaves an empty window, for good. Not at a stand: such a page is loaded anew.
_lifeline = st.components.v2.component(
    "one_bit_lab_lifeline",
    js="""
const EVERY_MILLISECONDS = 2000, AGAIN_AFTER_MILLISECONDS = 20000
const LAST = "one-bit-lab-lifeline"
export default function () {
  window.oneBitLabLifeline ??= setInterval(look, EVERY_MILLISECONDS)
}

function look() {
  if (document.getElementById("root").childElementCount) return
  // What comes back at once would come back for ever.
  if (Date.now() - (Number(sessionStorage.getItem(LAST)) || 0) < AGAIN_AFTER_MILLISECONDS) return
  // A server that is being started anew would be answered with the browser's own page, which stays.
  fetch("/_stcore/health").then(answer => {
    if (!answer.ok) return
    sessionStorage.setItem(LAST, Date.now())
    location.reload()
  }, () => {})
}
""",
)
