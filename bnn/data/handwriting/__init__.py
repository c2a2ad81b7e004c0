"""Training images drawn by a program: digits in many handwriting styles, and shapes that are not digits."""
