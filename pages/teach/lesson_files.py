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
        earlier: the lesson that the new one replaces. The page and the browser know signs and examples by
            their numbers, so the new lesson uses none of its numbers.

    Raises:
        ValueError: if the file cannot be read, there are too few or too many classes, or `check_class_names`
            refuses a name.
    """
    drawings, names = drawings_and_labels(content, file_name)
    if not MIN_SIGNS <= len(names) <= MAX_SIGNS:
        raise ValueError(f"a lesson has {MIN_SIGNS} to {MAX_SIGNS} signs, but the file has {len(names)}")
    checked_names = check_class_names(names, "sign")
    labels = dict.fromkeys(drawing.label for drawing in drawings)
    signs = {earlier.next_number + i: checked_names[label] for i, label in enumerate(labels)}
    sign_of_label = dict(zip(labels, signs, strict=True))
    lesson = Lesson(signs, next_number=earlier.next_number + len(signs))
    was_added = [lesson.add_example(sign_of_label[item.label], item.strokes) for item in drawings]
    # Drawings that the browser has sent to the earlier lesson must not count as new.
    lesson.last_received = earlier.last_received
    return lesson, was_added.count(False)
