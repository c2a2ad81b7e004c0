"""Code that several pages use."""
