"""The style sheets of the pages, for older browsers."""

import re

from tests.support.project import PROJECT


def test_content_with_a_text_for_screen_readers_follows_plain_content():
    """Safari before 17.4 and Firefox before 128 ignore a `content` with a text after "/"."""
    num_found = 0
    for path in (PROJECT / "pages").rglob("*.css"):
        for rule in re.findall(r"{[^{}]*}", path.read_text("utf-8")):
            for content in re.findall(r'content: ("[^"]*") / "', rule):
                assert f"content: {content}; content: {content} /" in rule
                num_found += 1
    assert num_found
