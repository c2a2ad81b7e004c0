"""Finds characters of a text that cannot be seen, and removes those that join or separate others."""

import re

# These two characters connect or separate their neighbours. U+200D joins emoji. Languages such as
# Persian and Hindi use both (https://www.unicode.org/faq/indic.html). Elsewhere, nobody sees them.
_JOINERS = "\u200c\u200d"
_JOINER_IN_PLACE = re.compile(rf"(?<=[^\x00-\x7f{_JOINERS}])[{_JOINERS}](?=[^\x00-\x7f{_JOINERS}])")


def first_invisible(text: str) -> int | None:
    """Returns the index of the first character that cannot be seen; None if there is none.

    A joiner between two characters outside ASCII does not count.
    """
    in_place = {match.start() for match in _JOINER_IN_PLACE.finditer(text)}
    return next(
        (i for i, character in enumerate(text) if not (character.isprintable() or i in in_place)), None
    )


def without_joiners(text: str) -> str:
    """Returns the text without joiners. Two texts that differ only in joiners can look the same."""
    return text.translate(dict.fromkeys(map(ord, _JOINERS)))
