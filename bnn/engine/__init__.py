"""The packed network: its form in memory, its file, and the code that computes its answers to images."""
