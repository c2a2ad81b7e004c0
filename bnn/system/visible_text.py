"""Finds invisible characters in a text, and compares texts as they are seen."""

import re
import unicodedata

# These two characters connect or separate their neighbours. U+200D joins emoji. Languages such as
# Persian and Hindi use both (https://www.unicode.org/faq/indic.html). Between other characters, they are
# invisible.
_JOINERS = "\u200c\u200d"
# Marks that change nothing, or only the colour of an emoji: the combining grapheme joiner, and the variation
# selector for emoji. Fillers of Korean letters, and the empty pattern of Braille. These characters count as
# visible, because visible texts can have them. The same ones are in bnn/engine/portable/network_file.js.
_MARKS = "\u034f\ufe0f"
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
# The scripts whose letters join: Arabic and its relatives, and those of India and South East Asia. The same
# ranges are in JOINING in bnn/engine/portable/network_file.js.
_JOINING = (
    "\u0600-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1bff\ua800-\ua9ff\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00011000-\U00011fff\U0001e900-\U0001e95f"
)
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_JOINER_IN_PLACE = re.compile(
    "|".join(f"(?<=[{kind}])[{_JOINERS}](?=[{kind}])" for kind in (_JOINING, _EMOJI))
)
# Code points that will never be visible characters: noncharacters, and code points reserved for invisible
# characters. Other code points without a character (Cn) count as visible: they may be emoji that are newer
# than this Python. The same code points are in INVISIBLE in bnn/engine/portable/network_file.js.
_NEVER_VISIBLE = re.compile(
    "[\u2065\ufdd0-\ufdef\ufff0-\ufff8\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)


def first_invisible(text: str) -> int | None:
    """Returns the index of the first character that cannot be seen; None if there is none.

    A joiner does not count between two letters of scripts that join, or between two emoji.
    """
    in_place = {match.start() for match in _JOINER_IN_PLACE.finditer(text)}
    return next((i for i, each in enumerate(text) if not (_is_visible(each) or i in in_place)), None)


def as_seen(text: str) -> str:
    """Returns the same text for texts that differ only in joiners or in how an accent is written.

    Other invisible marks, and the mark for emoji in colour, are removed, too.
    """
    return unicodedata.normalize("NFC", text.translate(dict.fromkeys(map(ord, _JOINERS + _MARKS))))


def is_blank(text: str) -> bool:
    """Returns whether nothing of a text is seen, although each of its characters counts as visible."""
    return not text.strip(_BLANKS + _MARKS + " ")


def _is_visible(character: str) -> bool:
    if character.isprintable():
        return True
    return unicodedata.category(character) == "Cn" and not _NEVER_VISIBLE.match(character)
