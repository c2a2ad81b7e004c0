"""Finds the HTML and the words that a page shows in `AppTest`."""

import html
import re


def shown(page):
    """Returns all HTML on the page except style sheets, with plain spaces in place of no-break spaces."""
    texts = [element.proto.body for element in page.get("html")]
    return "\n".join(text for text in texts if not text.startswith("<style")).replace("\u00a0", " ")


def words(page):
    """Returns the text in the page's HTML."""
    return html.unescape(re.sub(r"<[^>]*>", " ", shown(page)))
