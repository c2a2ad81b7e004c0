"""Keys of `st.session_state`, in which the app keeps what it knows about one visitor.

Other keys are defined in the modules that use them, such as `pages/inside/keys.py`.
"""

# Site.
PAGES = "pages"  # list of st.Page: the pages to which the app links; empty if ?nav=off hides the links
IS_NAVIGATION_OFF = "nav_off"  # whether the address last had ?nav=off, and not ?nav=on
IS_TOUR_OFF = "tour_off"  # whether the address last had ?tour=off, and not ?tour=on
# Exists only while a card of the tour shows a run: a tuple of the card's page, the id of this run, and the id
# of the run that was chosen before (None if none was).
TOUR_CHOICE = "tour_choice"

# Draw.
DRAWING = "drawing"  # Fabric.js objects on the canvas
DRAWING_NUMBER = "drawing_number"  # number of the canvas; Clear, for example, makes a new canvas
INITIAL_DRAWING = "drawing_at_first"  # Fabric.js objects that were on this canvas when it was made
SAMPLE = "sample"  # index in the test set of the sample digit on the canvas, or None
EXAMPLES = "examples"  # list of `pages.draw.hand.Example`: the visitor's own drawings
KEPT_BEFORE = "kept_before"  # DRAWING_NUMBER of the new canvas after a drawing has become an example
NOT_KEPT = "not_kept"  # DRAWING_NUMBER and number of strokes of a drawing in which "Right" found no digit
HAND_RUNS = "hand_runs"  # ids of the runs that “Learn my hand” has started, the newest last
SHOWN_LEARNING = "shown_learning"  # id of the newest of HAND_RUNS, and its state when Draw last looked
CANVAS_AT_END = "canvas_at_end"  # DRAWING_NUMBER and number of strokes when the newest of HAND_RUNS ended
COMPARED_RUN = "compared_run"  # id of the run that the speed comparison on Draw shows

CHOSEN_RUN = "chosen_run"  # id of the run whose network Draw, Inside, Evaluate and Audience show
RUN_SHOWN = "run_shown"  # id of the run that Train shows

# Train.
STARTED = "started"  # `pages.train.setup.Started`: the training that the visitor has started last
UPLOADED = "uploaded"  # `pages.train.uploads.Upload`: the visitor's file and what was read from it
NUM_FORGOTTEN = "num_forgotten"  # how many files the visitor has removed
SEEN = "seen"  # `pages.train.sight.Seen`: the network that the page shows, and the one before it
COMPARE = "compare"  # ids of the runs whose curves are shown with those of RUN_SHOWN
NUM_SWEEP_CHOICES = "num_sweep_choices"  # how many runs the visitor has chosen under "Which is best?"

# Evaluate.
CELL_RUN = "cell_run"  # id of the run for which a cell of the confusion matrix was chosen
CELL_DRAWN = "cell_drawn"  # row of this cell: index of the true class
CELL_READ = "cell_read"  # column of this cell: index of the class that the network read
CELL_TURN = "cell_turn"  # how often a cell was chosen, except by a click on it; see `confusion_table`

# Audience.
CHOSEN_TILE = "chosen_tile"  # number of the drawing on the wall that the presenter has chosen, or None
JUDGED = "judged"  # number of the drawing that was judged last, and time.monotonic() then
PHONES_RUN = "phones_run"  # id of the run that is chosen on Audience; its network is for phones
IS_TESTED = "is_tested"  # whether the leaderboard shows results on the test set

# Inside.
INSIDE_STEP = "inside_step"  # name of the open chapter; the tour also sets it
WANTED_DIGIT = "wanted_digit"  # name of the digit that Inside must show next; Evaluate sets it

# Teach.
LESSON = "lesson"  # `pages.teach.lesson.Lesson`: the visitor's signs and examples
TAUGHT_RUNS = "taught_runs"  # ids of the runs of the visitor's lessons
TAUGHT_BEFORE = "taught_before"  # id of the run in the address of Teach, if its lesson cannot be opened
TEACH_MODE = "teach_mode"  # `DRAW` or `TRY` of pages/teach/teaching.py: what a drawing is for
TEACH_SEEN = "teach_seen"  # id of the last run whose end the Teach page has noticed, and its state then
