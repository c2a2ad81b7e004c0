"""The Draw page, on which visitors draw a digit and see the answer."""
