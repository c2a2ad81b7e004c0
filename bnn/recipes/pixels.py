"""What a pixel is to the first layer."""

PIXELS = ("unit", "signed", "levels", "grey")
# Where pixels are "levels", each is so many bits: whether it is at least this bright (a thermometer code).
LEVELS = (32, 96, 160, 224)
