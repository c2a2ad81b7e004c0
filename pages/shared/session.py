"""Keys of `st.session_state`: what the app remembers about one visitor.

A key stands here when more than one function uses it. Keys of widgets that nothing else reads are not listed.
"""

# Site: from the address, kept until the tab is closed.
PAGES = "pages"  # list of st.Page; empty where navigation is switched off
IS_NAVIGATION_OFF = "nav_off"
IS_TOUR_OFF = "tour_off"
NUM_TOUR_INVITATIONS = "tour_invited"

# Draw.
DRAWING = "drawing"  # Fabric.js objects on the canvas
INITIAL_DRAWING = "drawing_at_first"  # what the present canvas started with
DRAWING_NUMBER = "drawing_number"  # counts the canvases: a new one is empty
SAMPLE = "sample"  # index of the sample digit in the test set, or None
COMPARED_RUN = "compared_run"  # run of the speed comparison below the canvas

# The chosen runs: ids. Draw and Inside share one.
DRAW_RUN = "draw_run"
EVALUATE_RUN = "evaluate_run"
RUN_SHOWN = "run_shown"

# Train.
STARTED_AT = "started_at"  # time.monotonic() when Start was last pressed
COMPARE = "compare"  # ids of the runs compared with the one shown

# Evaluate: the chosen cell of the confusion matrix, and the run for which it was chosen.
CELL_RUN = "cell_run"
CELL_DRAWN = "cell_drawn"
CELL_READ = "cell_read"
CELL_TURN = "cell_turn"  # counts the choices, so that the same cell can be clicked on again

# Inside: the chapter, which the tour opens too.
INSIDE_STEP = "inside_step"
