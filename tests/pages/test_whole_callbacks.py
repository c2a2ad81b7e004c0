"""A press takes effect, although the browser's next message comes while its callback runs."""

import pytest
import streamlit as st
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest

from pages.shared import whole_callbacks


def page():
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    def press():
        # As if the browser sent a message at this moment.
        get_script_run_ctx().script_requests.request_rerun(RerunData())
        st.session_state.num_presses += 1

    st.session_state.setdefault("num_presses", 0)
    st.session_state.num_runs = st.session_state.get("num_runs", 0) + 1
    st.button("Press", on_click=press)


@pytest.fixture
def streamlit_as_it_is(monkeypatch):
    """Streamlit without the change, also if another test has made it."""
    original = SafeSessionState.on_script_will_rerun
    monkeypatch.setattr(SafeSessionState, "on_script_will_rerun", getattr(original, "__wrapped__", original))


@pytest.mark.usefixtures("streamlit_as_it_is")
def test_press_counts_and_the_next_message_too():
    whole_callbacks.let_callbacks_finish()
    app = AppTest.from_function(page).run()
    app.button[0].click().run()
    assert app.session_state.num_presses == 1
    # One run at first, and one that answers both the press and the message.
    assert app.session_state.num_runs == 2


@pytest.mark.usefixtures("streamlit_as_it_is")
def test_unchanged_streamlit_still_loses_the_press():
    """If this fails, Streamlit has mended it, and whole_callbacks.py can go."""
    app = AppTest.from_function(page).run()
    app.button[0].click().run()
    assert app.session_state.num_presses == 0


@pytest.mark.usefixtures("streamlit_as_it_is")
def test_other_versions_of_streamlit_stay_as_they_are(monkeypatch):
    before = SafeSessionState.on_script_will_rerun
    monkeypatch.setattr(st, "__version__", "1.68.0")
    whole_callbacks.let_callbacks_finish()
    assert SafeSessionState.on_script_will_rerun is before
