"""Names the values in the visitor's session that several parts of the Inside page use.

Most of them are also the keys of widgets. A value that only one chapter uses has its key in that chapter.
"""

from pages.shared import session

CHAPTER = session.INSIDE_STEP
# The name of the digit, as described in `pages.inside.digit_choice`.
DIGIT = "inside_digit"
# Layer, neuron, row and column are counted from 1.
LAYER = "inside_layer"
NEURON = "inside_neuron"
ROW = "inside_row"
COLUMN = "inside_column"
# Whether chapter 2 shows a network with one bit for each pixel ("nine") or the chosen network ("all"), see
# pages/inside/chapters/first_view.py.
TILES = "inside_tiles"
