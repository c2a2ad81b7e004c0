"""Texts for screen readers with values that change, such as "{plus} white, {minus} black".

The page gives such a text to the browser, too, which fills in other values while the visitor draws
(pages/inside/live/labels.js).
"""

import html
from collections.abc import Mapping


def filled(text: str, values: Mapping[str, object]) -> str:
    """Returns the text with these values. Integers get commas between thousands."""
    shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
    return text.format(**shown)


def attributes(name: str, text: str, values: Mapping[str, object]) -> str:
    """Returns HTML attributes of an element: the filled text as `name`, and the text for the browser."""
    return f'{name}="{html.escape(filled(text, values))}" data-label="{html.escape(text)}"'
