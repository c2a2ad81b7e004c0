"""What the name of a run may be."""

MAX_NAME_LENGTH = 60


def is_name(text: str) -> bool:
    """Returns whether a text can be the name of a run."""
    return len(text) <= MAX_NAME_LENGTH and text.isprintable()
