"""Finds characters of a text that cannot be seen, and removes those that join or separate others."""

import re

# These two characters connect or separate their neighbours. U+200D joins emoji. Languages such as
# Persian and Hindi use both (https://www.unicode.org/faq/indic.html). Elsewhere, nobody sees them.
_JOINERS = "\u200c\u200d"
# The scripts whose letters join: Arabic and its relatives, and those of India and South East Asia. The same
# ranges are in isVisible in bnn/engine/portable/network_file.js.
_JOINING = (
    "\u0600-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1bff\ua800-\ua9ff\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00011000-\U00011fff\U0001e900-\U0001e95f"
)
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_JOINER_IN_PLACE = re.compile(
    "|".join(f"(?<=[{kind}])[{_JOINERS}](?=[{kind}])" for kind in (_JOINING, _EMOJI))
)


def first_invisible(text: str) -> int | None:
    """Returns the index of the first character that cannot be seen; None if there is none.

    A joiner does not count between two letters of scripts that join, or between two emoji.
    """
    in_place = {match.start() for match in _JOINER_IN_PLACE.finditer(text)}
    return next(
        (i for i, character in enumerate(text) if not (character.isprintable() or i in in_place)), None
    )


def without_joiners(text: str) -> str:
    """Returns the text without joiners. Two texts that differ only in joiners can look the same."""
    return text.translate(dict.fromkeys(map(ord, _JOINERS)))
