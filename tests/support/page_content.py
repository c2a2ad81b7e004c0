"""What a page shows in `AppTest`."""

import html
import re


def shown(page):
    """All HTML on the page except style sheets."""
    texts = [element.proto.body for element in page.get("html")]
    return "\n".join(text for text in texts if not text.startswith("<style"))


def words(page):
    """The text of that HTML."""
    return html.unescape(re.sub(r"<[^>]*>", " ", shown(page)))
