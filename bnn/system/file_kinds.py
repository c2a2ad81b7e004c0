"""Tells from the first bytes of a file what kind of file it is, whatever its name."""

from codecs import getincrementaldecoder

GZIP_MAGIC = b"\x1f\x8b"
UTF16_MAGIC = (b"\xff\xfe", b"\xfe\xff")
# Number of bytes at the beginning of a file that show its kind.
BEGIN_BYTES = 1000
# The names of kinds that other modules use, too.
BMP, GIF, JPEG, PNG = "a BMP picture", "a GIF picture", "a JPEG picture", "a PNG picture"
PPM, TIFF, WEBP = "a PPM picture", "a TIFF picture", "a WebP picture"
# The first bytes of files: {first bytes: name for a message}.
_FIRST_BYTES = {
    b"\x89PNG": PNG,
    b"GIF8": GIF,
    b"\xff\xd8\xff": JPEG,
    b"II*\x00": TIFF,
    b"MM\x00*": TIFF,
    b"II+\x00": TIFF,
    b"MM\x00+": TIFF,
    b"%PDF": "a PDF document",
    b"<svg": "an SVG drawing",
    b"<?xm": "an XML file, perhaps an SVG drawing",
    b"8BPS": "a Photoshop file",
    b"%!PS": "a PostScript file",
    b"\x00\x00\x01\x00": "an icon",
    b"PK\x03\x04": "a zip archive",
    b"PK\x05\x06": "a zip archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x93NUM": "a NumPy array (.npy)",
    GZIP_MAGIC: "a gzip file",
    b"\xff\x0a": "a JPEG XL picture",
}
# The same for formats with their name in bytes 4 to 7, counted from 0.
_BOXES = {b"jP  ": "a JPEG 2000 picture", b"JXL ": "a JPEG XL picture"}
# The same for files that have "ftyp" in bytes 4 to 7: {bytes 8 to 11: name for a message}.
_BRANDS = {
    b"avif": "an AVIF picture",
    b"avis": "an AVIF picture",
    b"heic": "a HEIC picture, as iPhones make",
    b"heix": "a HEIC picture, as iPhones make",
    b"hevc": "a HEIC picture, as iPhones make",
    b"mif1": "a HEIF picture, as phones make",
    b"msf1": "a HEIF picture, as phones make",
}


def kind_of(begin: bytes) -> str:
    """Returns the kind of a file, such as "a PNG picture"; "" for JSON, and if the kind is not known.

    Args:
        begin: the first bytes of the file, `BEGIN_BYTES` of them if it has as many.
    """
    if begin[4:8] == b"ftyp":
        return _BRANDS.get(begin[8:12], "a video, or a picture of a kind that is not known")
    if begin[:4] == b"RIFF":
        return WEBP if begin[8:12] == b"WEBP" else "a sound or a video"
    # A text may begin with "BM", too. In a BMP file, the four bytes after its size are zero.
    if begin[:2] == b"BM" and begin[6:10] == bytes(4):
        return BMP
    if begin[:1] == b"P" and begin[1:2] in b"123456" and begin[2:3].isspace():
        return PPM
    # A safetensors file begins with the length of its header (8 bytes), and the header is JSON.
    if begin[5:9] == b"\x00\x00\x00{":
        return "a file of a network (.safetensors)"
    kind = next((name for magic, name in _FIRST_BYTES.items() if begin.startswith(magic)), "")
    return kind or _BOXES.get(begin[4:8]) or _kind_of_text(begin)


def beginning_of_text(begin: bytes) -> str:
    """Returns the text with which a file begins.

    Args:
        begin: the first bytes of the file. The last character may be cut off.

    Raises:
        UnicodeDecodeError: if the file is not a text.
    """
    # Unlike `bytes.decode`, this accepts a character that is cut off at the end.
    decoder = getincrementaldecoder("utf-16" if begin[:2] in UTF16_MAGIC else "utf-8")()
    return decoder.decode(begin).lstrip("\ufeff \t\r\n")


def _kind_of_text(begin: bytes) -> str:
    try:
        text = beginning_of_text(begin)
    except UnicodeDecodeError:
        return ""
    # A text that begins with a bracket counts as JSON, which has no name here.
    if not text or text[0] in "{[" or not "".join(text.split()).isprintable():
        return ""
    if text[:9].lower().startswith(("<!doctype", "<html")):
        return "a web page"
    first_line = text.splitlines()[0]
    # In a sentence, unlike in a table, a blank follows a comma.
    is_table = any(comma in first_line and f"{comma} " not in first_line for comma in ",;\t")
    return "a table (CSV)" if is_table else "a text file"
