"""Makes a data set from the pen strokes in a file."""

import gzip
from collections.abc import Sequence
from functools import partial

import numpy as np

from bnn.data.dataset import STROKES_FILE, DataSet, KeptFile, Split, check_class_names
from bnn.data.files import splitting
from bnn.data.pen_drawings import PenDrawings, equally_likely
from bnn.drawing.stroke_files import StrokeDrawing, drawings_and_labels, labels_of
from bnn.system.file_kinds import GZIP_MAGIC


def parse(content: bytes, name: str, source: str, licence: str) -> DataSet:
    """Returns the data set in the content of a file of strokes; see `bnn.data.files.parse`."""
    all_drawings, labels = drawings_and_labels(content, name)
    class_names = check_class_names(labels)
    drawings = _without_copies(all_drawings)
    left_out = splitting.note_on_copies(len(all_drawings) - len(drawings), "drawing")
    splitting.check_classes(labels_of(drawings), class_names, notes=left_out)
    parts = _parts(drawings, class_names)
    training, validation, test = (
        _Part([drawings[i] for i in np.flatnonzero(parts == part)])
        for part in (splitting.TRAINING, splitting.VALIDATION, splitting.TEST)
    )
    return DataSet(
        name=name,
        class_names=class_names,
        source=source,
        licence=licence,
        train_validation=partial(_splits, training, validation),
        test=test.split,
        drawings=training.pen_drawings,
        validation_drawings=validation.pen_drawings,
        kept_file=KeptFile(STROKES_FILE, partial(_compressed, content)),
        notes=left_out + _note_on_writers(drawings),
    )


class _Part:
    """One part of the drawings. A sweep on a cluster sends it to other machines, so it can be pickled."""

    def __init__(self, drawings: Sequence[StrokeDrawing]) -> None:
        self._drawings = drawings
        self._split: Split | None = None

    def pen_drawings(self) -> PenDrawings:
        """Returns the drawings as pen paths."""
        return equally_likely(self._drawings)

    def split(self) -> Split:
        """Returns the images and labels. The images are drawn at the first call only."""
        if self._split is None:
            drawings = self.pen_drawings()
            self._split = Split(drawings.plain(), drawings.labels)
        return self._split


def _splits(training: _Part, validation: _Part) -> tuple[Split, Split]:
    return training.split(), validation.split()


def _without_copies(drawings: Sequence[StrokeDrawing]) -> list[StrokeDrawing]:
    """Returns the drawings without copies, which could otherwise get into two parts.

    Copies have the same label and the same strokes. Their writers may differ: the first writer is kept.
    """
    # The drawing that is kept takes the position of its last copy in the list. With another order, the
    # drawings of existing runs would be split in another way.
    return list({_key(drawing): drawing for drawing in reversed(drawings)}.values())[::-1]


def _key(drawing: StrokeDrawing) -> tuple[int, tuple[bytes, ...]]:
    return drawing.label, tuple(stroke.tobytes() for stroke in drawing.strokes)


def _parts(drawings: Sequence[StrokeDrawing], class_names: Sequence[str]) -> np.ndarray:
    # Two contributors may have given the same number to different writers.
    writers = [None if d.writer is None else (str(d.contributor), str(d.writer)) for d in drawings]
    return splitting.by_writer(writers, labels_of(drawings), class_names)


def _note_on_writers(drawings: Sequence[StrokeDrawing]) -> tuple[str, ...]:
    num_writers = len({(d.contributor, d.writer) for d in drawings if d.writer is not None})
    if num_writers < splitting.MIN_WRITERS:
        return ()
    return (f"Split by writer: each of the {num_writers:,} writers is in one part only.",)


def _compressed(content: bytes) -> bytes:
    return content if content[:2] == GZIP_MAGIC else gzip.compress(content, mtime=0)
