"""The Evaluate page, which shows how often a network is right and where it is wrong."""
