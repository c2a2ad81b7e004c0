"""Keys of `st.session_state`, in which the app keeps what it knows about one visitor.

Other keys are defined in the modules that use them, such as `pages/inside/keys.py`.
"""

# Site. The address says what is switched off, and the session keeps this until the tab is closed.
PAGES = "pages"  # list of st.Page; empty if navigation is switched off
IS_NAVIGATION_OFF = "nav_off"
IS_TOUR_OFF = "tour_off"
# While a card of the tour shows a run: the page of the card, that run, and the visitor's own choice or None.
TOUR_CHOICE = "tour_choice"

# Draw.
DRAWING = "drawing"  # Fabric.js objects on the canvas
INITIAL_DRAWING = "drawing_at_first"  # objects with which the current canvas started
DRAWING_NUMBER = "drawing_number"  # number of the current canvas; Clear gives a new, empty one
SAMPLE = "sample"  # index of the sample digit in the test set, or None
KEPT_BEFORE = "kept_before"  # number of the empty canvas that followed the last kept drawing
EXAMPLES = "examples"  # list of `pages.draw.hand.Example`: the visitor's own drawings
HAND_RUNS = "hand_runs"  # ids of all runs that were started with the visitor's drawings
SHOWN_LEARNING = "shown_learning"  # id and state of the newest of these runs, as Draw last showed them
CANVAS_AT_END = "canvas_at_end"  # number of the canvas, and how many strokes it had when that run ended
COMPARED_RUN = "compared_run"  # id of the run in the speed comparison below the canvas

# Ids of the chosen runs: the network that Draw, Inside, Evaluate and Audience show, and the run on Train.
CHOSEN_RUN = "chosen_run"
RUN_SHOWN = "run_shown"

# Train.
STARTED = "started"  # `pages.train.setup.Started`: the training that the visitor has started last
UPLOADED = "uploaded"  # `pages.train.uploads.Upload`: the visitor's file and what was read from it
NUM_FORGOTTEN = "num_forgotten"  # how many uploads of the visitor were forgotten or removed
SEEN = "seen"  # `pages.train.sight.Seen`: the network that the page shows, and the one before it
COMPARE = "compare"  # ids of the runs that are compared with the run shown
NUM_SWEEP_CHOICES = "num_sweep_choices"  # how many runs were chosen under "Which is best?"

# Evaluate. The chosen cell of the confusion matrix, and the run for which it was chosen.
CELL_RUN = "cell_run"
CELL_DRAWN = "cell_drawn"
CELL_READ = "cell_read"
CELL_TURN = "cell_turn"  # number of choices; see `pages.evaluate.mistakes`

# Audience: the game.
CHOSEN_TILE = "chosen_tile"  # number of the drawing that the presenter has chosen, or None
JUDGED = "judged"  # number of the drawing that was judged last, and time.monotonic() then
PHONES_RUN = "phones_run"  # id of the run in the page's box of networks: while phones are let in, they get it
IS_TESTED = "is_tested"  # whether the leaderboard shows results on the test set

# Inside. The chapter, which the tour can also set.
INSIDE_STEP = "inside_step"
WANTED_DIGIT = "wanted_digit"  # name of the digit that another page wants Inside to show next

# Teach.
LESSON = "lesson"  # `pages.teach.lesson.Lesson`: the visitor's signs and examples
TAUGHT_RUNS = "taught_runs"  # ids of all runs that this visitor has started on the Teach page
TAUGHT_BEFORE = "taught_before"  # id of the run in the address of Teach on the first visit or after a reload
TEACH_MODE = "teach_mode"  # whether drawings become examples or are read
TEACH_SEEN = "teach_seen"  # id of the last run whose end the Teach page has shown
