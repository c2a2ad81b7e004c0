"""Networks to take along: a page in one file, C sources for a microcontroller."""
