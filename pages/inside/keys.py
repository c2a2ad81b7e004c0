"""Where the visitor's session keeps what several parts of the Inside page use.

The keys are those of the widgets, too. What only one chapter uses has its key there.
"""

from pages.shared import session

CHAPTER = session.INSIDE_STEP
# A name of a digit, as in `pages.inside.digit_choice`.
DIGIT = "inside_digit"
# All counted from 1.
LAYER = "inside_layer"
FILTER = "inside_filter"
ROW = "inside_row"
COLUMN = "inside_column"
