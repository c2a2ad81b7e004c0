"""Picture files -> grey pixels."""

import numpy as np

# A phone's twelve million and a half are allowed; WebP takes twenty bytes for each.
MAX_IMAGE_PIXELS = 12_600_000
# Others have readers that few have tested, and one (EPS) starts a program to run the file.
IMAGE_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")


def _grey_pixels(path):
    from PIL import Image, ImageOps, UnidentifiedImageError

    from bnn.drawing import preprocessing

    try:
        with Image.open(path, formats=IMAGE_FORMATS) as image:
            width, height = image.size
            if max(width, height) > preprocessing.MAX_IMAGE_SIDE or width * height > MAX_IMAGE_PIXELS:
                raise ValueError(
                    f"{path} is {width} x {height}; at most {preprocessing.MAX_IMAGE_SIDE} pixels a side and"
                    f" {MAX_IMAGE_PIXELS:,} in all are read"
                )
            # Phones turn a picture by a note in the file; what is transparent is paper.
            ImageOps.exif_transpose(image, in_place=True)
            grey = image.convert("L")
            if image.has_transparency_data:
                paper = Image.new("L", image.size, "white")
                paper.paste(grey, mask=image.convert("RGBA").getchannel("A"))
                grey = paper
            return np.asarray(grey)
    except (UnidentifiedImageError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"{path} is no image that can be read") from error
