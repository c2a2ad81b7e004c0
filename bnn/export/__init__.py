"""Exports networks as a web page in one file or as C sources for a microcontroller, and checks exports."""
