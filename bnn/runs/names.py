"""What the name of a run may be, and how the names of folders are printed."""

from bnn.system.visible_text import first_invisible

# The id of the run with the app's network.
DEFAULT_RUN = "shipped"
MAX_NAME_LENGTH = 60
# Folders at the root of a disk that only the administrator may read.
SYSTEM_FOLDERS = ("lost+found", "System Volume Information")


def is_name(text: str) -> bool:
    """Returns whether a text can be the name of a run."""
    return len(text) <= MAX_NAME_LENGTH and first_invisible(text) is None


def check_name(text: str) -> None:
    """Checks that a text can be the name of a run.

    Raises:
        ValueError: if the text is too long, or has an invisible character.
    """
    if len(text) > MAX_NAME_LENGTH:
        raise ValueError(
            f"a name must be at most {MAX_NAME_LENGTH} characters long, got {len(text)} characters"
        )
    index = first_invisible(text)
    if index is not None:
        raise ValueError(
            f"a name must not contain an invisible character. Character {index + 1} of this name is one"
            f" (U+{ord(text[index]):04X})"
        )


def printable(name: str) -> str:
    """Returns the name of a folder, with a replacement for each character that cannot be printed."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name
    )
