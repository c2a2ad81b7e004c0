"""What the name of a run may be."""

# The id of the run with the app's network.
DEFAULT_RUN = "shipped"
MAX_NAME_LENGTH = 60


def is_name(text: str) -> bool:
    """Returns whether a text can be the name of a run."""
    return len(text) <= MAX_NAME_LENGTH and text.isprintable()


def check_name(text: str) -> None:
    """Checks that a text can be the name of a run.

    Raises:
        ValueError: if the text is too long, or has an invisible character.
    """
    if len(text) > MAX_NAME_LENGTH:
        raise ValueError(
            f"a name must be at most {MAX_NAME_LENGTH} characters long, got {len(text)} characters"
        )
    for position, character in enumerate(text, start=1):
        if not character.isprintable():
            raise ValueError(
                f"a name must not contain an invisible character. Character {position} of this name is one"
                f" (U+{ord(character):04X})"
            )
