"""The seal at the end of every exported file: the SHA-256 of all that is before it in the file.

A file with a valid seal is exactly as it was exported, so a later export may replace it. In a text, the seal
is in a comment at the end. In the file of a model, it is the comment of the ZIP archive.
"""

import hashlib
import re

_WORDS = "SHA-256 of this file up to here: "
_SEAL = re.compile(_WORDS.encode() + rb"([0-9a-f]{64})(?: \*/\n| -->\n)?\Z")
# A seal with zeros instead of the digest. `fill_seal` puts the digest in their place.
EMPTY_SEAL = f"{_WORDS}{'0' * 64}".encode()


def sealed_c(text: str) -> str:
    """Returns a C source with a seal."""
    return _sealed(text, "/* ", " */\n")


def sealed_html(text: str) -> str:
    """Returns a text in HTML or Markdown with a seal."""
    return _sealed(text, "<!-- ", " -->\n")


def fill_seal(content: bytes) -> bytes:
    """Returns the content with a seal in place of the `EMPTY_SEAL` at its end."""
    before = content[:-64]
    return before + hashlib.sha256(before).hexdigest().encode()


def has_valid_seal(content: bytes) -> bool:
    """Returns whether a file is exactly as it was exported."""
    match = _SEAL.search(content)
    return match is not None and hashlib.sha256(content[: match.start(1)]).hexdigest() == match[1].decode()


def _sealed(text: str, opening: str, closing: str) -> str:
    return fill_seal(f"{text}{opening}".encode() + EMPTY_SEAL).decode() + closing
