"""Training images drawn by program: digits in many handwriting styles, and shapes that are no digit."""
