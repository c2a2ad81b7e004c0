"""The chapters of the Inside page, in their order on the page.

To add a chapter, write a module in this folder that has a `CHAPTER`, and name it here. `python -m pytest
tests/pages/test_inside.py tests/browser/test_inside.py` then opens it at every size of screen.
"""

from pages.inside.chapter import Chapter
from pages.inside.chapters import bits, damage, learning, neuron, way, why

# By name in the address.
CHAPTERS: dict[str, Chapter] = {
    "bits": bits.CHAPTER,
    "neuron": neuron.CHAPTER,
    "way": way.CHAPTER,
    "learning": learning.CHAPTER,
    "break": damage.CHAPTER,
    "why": why.CHAPTER,
}
