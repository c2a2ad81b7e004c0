"""Reads and checks data sets in files: pen strokes, arrays of images, or folders of pictures.

Three kinds of files are read. The kind is recognized from the content, not from the name.

strokes     JSON lines, as `bnn.drawing.stroke_files` describes; a label is a class name, `writer` is optional
arrays      an .npz file with x_train, y_train, x_test and y_test, as in Keras; see `arrays`
pictures    a .zip file with one folder of pictures for each class; see `pictures`

`parse` and `read` return a `DataSet` with a training, a validation and a test part; see `splitting`. If a
file cannot be used, the message of the `ValueError` says what is wrong and what is allowed.
"""

from bnn.data.files.reading import MAX_FILE_BYTES, parse, read, with_credit

__all__ = ["MAX_FILE_BYTES", "parse", "read", "with_credit"]
