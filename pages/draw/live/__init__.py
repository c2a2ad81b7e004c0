"""The answer while the pen moves, worked out in the browser."""
