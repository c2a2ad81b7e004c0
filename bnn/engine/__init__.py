"""The packed network: in memory, in its file, and reading images."""
