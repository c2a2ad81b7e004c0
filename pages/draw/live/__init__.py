"""Shows the answer while the pen moves, computed in the browser."""
