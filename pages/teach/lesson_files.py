"""Makes a lesson of a file of drawings."""

from bnn.data.dataset import check_class_names
from bnn.drawing.stroke_files import drawings_and_labels
from pages.teach.lesson import MAX_SIGNS, MIN_SIGNS, Lesson


def lesson_in(content: bytes, file_name: str, earlier: Lesson) -> tuple[Lesson, int]:
    """Returns a lesson with the drawings of a file, and how many of them are left out.

    The signs are in the order of their first drawings. Drawings without ink are left out, and so are those
    after the first MAX_EXAMPLES of a sign. Names that differ only in capital letters are allowed.

    Args:
        content: the content of the file.
        file_name: its name, for messages.
        earlier: the lesson that the new one replaces.

    Raises:
        ValueError: if the file cannot be read, there are too few or too many classes, or `check_class_names`
            refuses a name.
    """
    drawings, names = drawings_and_labels(content, file_name)
    if not MIN_SIGNS <= len(names) <= MAX_SIGNS:
        raise ValueError(f"a lesson has {MIN_SIGNS} to {MAX_SIGNS} signs, but the file has {len(names)}")
    checked_names = check_class_names(names, "sign")
    labels = dict.fromkeys(drawing.label for drawing in drawings)
    lesson = Lesson.after(earlier, [checked_names[label] for label in labels])
    sign_of_label = dict(zip(labels, lesson.signs, strict=True))
    was_added = [lesson.add_example(sign_of_label[item.label], item.strokes) for item in drawings]
    return lesson, was_added.count(False)
